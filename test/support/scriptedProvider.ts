/** A payment provider that answers as a test tells it, and remembers what it was asked. What it accepted, it has. */
import type { Finding, MovementKind, Order, Outcome, PaymentProvider, Question } from '../../src/payments/provider.ts'

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
  readonly questions: Question[] = []
  readonly #has = new Map<string, string>()
  readonly #outcomes: Script<Outcome>[] = []
  readonly #findings: Script<Finding>[] = []

  /** What the next orders are answered with; those without a script are accepted. */
  answers(...outcomes: Script<Outcome>[]): void {
    this.#outcomes.push(...outcomes)
  }

  /** What the next questions are answered with; those without a script get the truth. */
  finds(...findings: Script<Finding>[]): void {
    this.#findings.push(...findings)
  }

  /** It did this order, though its answer was lost. */
  did(reference: string, providerReference: string): void {
    this.#has.set(reference, providerReference)
  }

  charge = (order: Order): Promise<Outcome> => this.#take('charge', order)
  transfer = (order: Order): Promise<Outcome> => this.#take('transfer', order)
  refund = (order: Order): Promise<Outcome> => this.#take('refund', order)

  async find(question: Question): Promise<Finding> {
    this.questions.push(question)
    const script = this.#findings.shift()
    if (script) return typeof script === 'function' ? script() : script
    const providerReference = this.#has.get(question.reference)
    return providerReference ? { kind: 'has', providerReference } : { kind: 'never' }
  }

  async readWebhook(): Promise<undefined> {}

  async #take(kind: OrderKind, order: Order): Promise<Outcome> {
    this.orders.push({ kind, ...order })
    const script = this.#outcomes.shift() ?? {
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
