/** A payment provider that answers as a test tells it, and remembers what it was asked. What it accepted, it has. */
import type {
  Finding,
  MovementKind,
  Order,
  OrderReference,
  Outcome,
  PaymentProvider,
} from '../../src/payments/provider.ts'

type OrderKind = Extract<MovementKind, 'charge' | 'transfer' | 'refund'>

export interface OrderSeen extends Order {
  kind: OrderKind
}

/** An outcome, or what makes one: a test may let it wait for something. */
type Script<Answer> = Answer | (() => Promise<Answer>)

export const accepted = (providerReference = 'reference'): Outcome => ({ kind: 'accepted', providerReference })
export const refusedForNow: Outcome = { kind: 'refused', code: 'not_now', message: 'Not now.', isFinal: false }
export const refusedForGood: Outcome = { kind: 'refused', code: 'never', message: 'Never.', isFinal: true }
export const lost: Outcome = { kind: 'unknown', message: 'The answer was lost.' }

export class ScriptedProvider implements PaymentProvider {
  /** Every order that came, in its order. */
  readonly orders: OrderSeen[] = []
  readonly questions: OrderReference[] = []
  readonly #has = new Map<string, string>()
  readonly #charges: Script<Outcome>[] = []
  readonly #outcomes = new Map<string, Script<Outcome>[]>()
  readonly #findings = new Map<string, Script<Finding>[]>()

  /** What the next charges are answered with, whatever they are for; those without a script are accepted. */
  chargesGet(...outcomes: Script<Outcome>[]): void {
    this.#charges.push(...outcomes)
  }

  /** What the next orders for this object are answered with; those without a script are accepted. */
  ordersGet(reference: string, ...outcomes: Script<Outcome>[]): void {
    this.#outcomes.set(reference, [...(this.#outcomes.get(reference) ?? []), ...outcomes])
  }

  /** What the next questions about this object are answered with; those without a script get the truth. */
  questionsGet(reference: string, ...findings: Script<Finding>[]): void {
    this.#findings.set(reference, [...(this.#findings.get(reference) ?? []), ...findings])
  }

  /** It did this order, though its answer was lost. */
  did(reference: string, providerReference: string): void {
    this.#has.set(reference, providerReference)
  }

  charge = (order: Order): Promise<Outcome> => this.#take('charge', order)
  transfer = (order: Order): Promise<Outcome> => this.#take('transfer', order)
  refund = (order: Order): Promise<Outcome> => this.#take('refund', order)

  async lookUp(question: OrderReference): Promise<Finding> {
    this.questions.push(question)
    const script = this.#findings.get(question.reference)?.shift()
    if (script) return typeof script === 'function' ? script() : script
    const providerReference = this.#has.get(question.reference)
    return providerReference ? { kind: 'has', providerReference } : { kind: 'never' }
  }

  async readWebhook(): Promise<undefined> {}

  async #take(kind: OrderKind, order: Order): Promise<Outcome> {
    this.orders.push({ kind, ...order })
    const scripts = kind === 'charge' ? this.#charges : this.#outcomes.get(order.reference)
    const script = scripts?.shift() ?? {
      kind: 'accepted',
      providerReference: `${kind}_${this.orders.length}`,
      ...(kind === 'charge' && { clientSecret: `secret_${this.orders.length}` }),
    }
    const outcome = typeof script === 'function' ? await script() : script
    if (outcome.kind === 'accepted') this.#has.set(order.reference, outcome.providerReference)
    return outcome
  }
}

/** Something that a test lets happen when it wants. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
