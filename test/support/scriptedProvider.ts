/** A payment provider with scripted outcomes that records its orders and look-ups. It knows the orders that it accepted. */
import {
  type Finding,
  INSUFFICIENT_FUNDS,
  type MovementKind,
  type Order,
  type OrderReference,
  type Outcome,
  type PaymentProvider,
} from '../../src/payments/port/provider.ts'

export interface OrderSeen extends Order {
  kind: MovementKind
}

/** An outcome, or a function that returns one later. */
type Script<Answer> = Answer | (() => Promise<Answer>)

export const accepted = (providerReference = 'reference'): Outcome => ({ kind: 'accepted', providerReference })
export const refusedForNow: Outcome = { kind: 'refused', code: 'not_now', message: 'Not now.', isFinal: false }
export const refusedForGood: Outcome = { kind: 'refused', code: 'never', message: 'Never.', isFinal: true }
export const noMoney: Outcome = {
  kind: 'refused',
  code: INSUFFICIENT_FUNDS,
  message: 'The account lacks the money.',
  isFinal: true,
}
export const lost: Outcome = { kind: 'unknown', message: 'The answer was lost.' }

export class ScriptedProvider implements PaymentProvider {
  /** Every order, in order of arrival. */
  readonly orders: OrderSeen[] = []
  readonly questions: OrderReference[] = []
  readonly #has = new Map<string, string>()
  readonly #charges: Script<Outcome>[] = []
  readonly #outcomes = new Map<string, Script<Outcome>[]>()
  readonly #findings = new Map<string, Script<Finding>[]>()

  /** Scripts the outcomes of the next charges, for any object. Charges without a script are accepted. */
  chargesGet(...outcomes: Script<Outcome>[]): void {
    this.#charges.push(...outcomes)
  }

  /** Scripts the outcomes of the next orders for this object. Orders without a script are accepted. */
  ordersGet(reference: string, ...outcomes: Script<Outcome>[]): void {
    this.#outcomes.set(reference, [...(this.#outcomes.get(reference) ?? []), ...outcomes])
  }

  /** Scripts the results of the next look-ups of this object. Look-ups without a script get the truth. */
  questionsGet(reference: string, ...findings: Script<Finding>[]): void {
    this.#findings.set(reference, [...(this.#findings.get(reference) ?? []), ...findings])
  }

  /** Marks this order as executed, although its answer was lost. */
  did(reference: string, providerReference: string): void {
    this.#has.set(reference, providerReference)
  }

  charge = (order: Order): Promise<Outcome> => this.#take('charge', order)
  transfer = (order: Order): Promise<Outcome> => this.#take('transfer', order)
  reverse = (order: Order): Promise<Outcome> => this.#take('reversal', order)
  refund = (order: Order): Promise<Outcome> => this.#take('refund', order)

  async lookUp(question: OrderReference): Promise<Finding> {
    this.questions.push(question)
    const script = this.#findings.get(question.reference)?.shift()
    if (script) return typeof script === 'function' ? script() : script
    const providerReference = this.#has.get(question.reference)
    return providerReference ? { kind: 'has', providerReference } : { kind: 'never' }
  }

  async readWebhook(): Promise<undefined> {}

  async #take(kind: MovementKind, order: Order): Promise<Outcome> {
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

/** Returns a promise, and the function that resolves it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
