/** A payment provider with scripted outcomes that records its orders and look-ups. It knows the orders that it accepted. */
import {
  type ChargeOrder,
  type ChargeOutcome,
  type Finding,
  INSUFFICIENT_FUNDS,
  type LookUp,
  type MovementKind,
  type Order,
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

export const notSent: Outcome = { kind: 'not_sent', message: 'Too many requests.', retryAfterMs: 20_000 }
export const needsAction = (providerReference = 'charge_to_authenticate') => ({
  kind: 'needs_action' as const,
  providerReference,
  clientSecret: `${providerReference}_secret`,
})
export const failedLater = {
  kind: 'failed',
  code: 'expired_card',
  message: 'The card has expired.',
  isFinal: true,
} satisfies Finding

export class ScriptedProvider implements PaymentProvider {
  readonly traits = { name: 'sandbox' } as const
  /** Every order, in order of arrival. */
  readonly orders: OrderSeen[] = []
  readonly questions: LookUp[] = []
  readonly #has = new Map<string, string>()
  readonly #charges: Script<ChargeOutcome>[] = []
  readonly #outcomes = new Map<string, Script<Outcome>[]>()
  readonly #findings = new Map<string, Script<Finding>[]>()

  /** Scripts the outcomes of the next charges, for any object. Charges without a script are accepted. */
  chargesGet(...outcomes: Script<ChargeOutcome>[]): void {
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

  charge = async (order: ChargeOrder): Promise<ChargeOutcome> => {
    const secret = `secret_${this.orders.length + 1}`
    return this.#take('charge', order, this.#charges, { clientSecret: secret })
  }
  transfer = (order: Order): Promise<Outcome> => this.#takeForObject('transfer', order)
  reverse = (order: Order): Promise<Outcome> => this.#takeForObject('reversal', order)
  refund = (order: Order): Promise<Outcome> => this.#takeForObject('refund', order)

  async lookUp(question: LookUp): Promise<Finding> {
    this.questions.push(question)
    const script = this.#findings.get(question.reference)?.shift()
    if (script) return typeof script === 'function' ? script() : script
    const providerReference = this.#has.get(question.reference)
    return providerReference ? { kind: 'has', providerReference } : { kind: 'never' }
  }

  readWebhook: PaymentProvider['readWebhook'] = async () => undefined

  #takeForObject(kind: MovementKind, order: Order): Promise<Outcome> {
    return this.#take(kind, order, this.#outcomes.get(order.reference) ?? [])
  }

  async #take<Answer extends ChargeOutcome>(
    kind: MovementKind,
    order: Order,
    scripts: Script<Answer>[],
    extra: { clientSecret?: string } = {},
  ): Promise<Answer | Outcome> {
    this.orders.push({ kind, ...order })
    const providerReference = `${kind}_${this.orders.length}`
    const script: Script<Answer | Outcome> = scripts.shift() ?? { kind: 'accepted', providerReference, ...extra }
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
