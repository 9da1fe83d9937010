/** A payment provider with scripted outcomes that records its orders and look-ups. It knows the orders that it accepted. */
import type { PayoutReadiness } from '../../src/db/generated/enums.ts'
import type { BookLine, BookSpan } from '../../src/payments/port/book.ts'
import type {
  ChargebackFinding,
  ChargebackReport,
  Chargebacks,
  EvidenceOrder,
  EvidenceOutcome,
} from '../../src/payments/port/chargebacks.ts'
import {
  ACCOUNT_NOT_READY,
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
import type { ProviderTraits } from '../../src/payments/port/traits.ts'
import { SANDBOX_TRAITS } from '../../src/payments/sandbox/sandboxTraits.ts'

export interface OrderSeen extends Order, Partial<Pick<ChargeOrder, 'paymentMethodId' | 'savesPaymentMethod'>> {
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

const NO_ANSWER = { kind: 'unreachable', message: 'No answer.' } as const

export const notReady: Outcome = {
  kind: 'refused',
  code: ACCOUNT_NOT_READY,
  message: 'The account is restricted.',
  isFinal: false,
}
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
  /** The sandbox's, for tests to change. */
  traits: ProviderTraits = { ...SANDBOX_TRAITS }
  /** The readiness that the provider reports for each account; accounts are opened by `accounts.open`. */
  readonly readiness = new Map<string, PayoutReadiness>()
  /** Charges that were canceled. */
  readonly canceled: string[] = []
  /** False while accounts, customers and payment methods cannot be reached. */
  answers = true
  /** Every order, in order of arrival. */
  readonly orders: OrderSeen[] = []
  readonly questions: LookUp[] = []
  /** The lines of its book, in its order. A test writes them. */
  readonly lines: BookLine[] = []
  readonly #has = new Map<string, string>()
  readonly #charges: Script<ChargeOutcome>[] = []
  readonly #outcomes = new Map<string, Script<Outcome>[]>()
  readonly #findings = new Map<string, Script<Finding>[]>()

  /** Every submission of evidence, in order of arrival. */
  readonly submissions: EvidenceOrder[] = []
  readonly #reports = new Map<string, ChargebackFinding>()
  readonly #submissionOutcomes: Script<EvidenceOutcome>[] = []

  /** Makes the provider report this chargeback until it reports another. */
  reports(providerReference: string, report: ChargebackReport | { kind: 'unreachable'; message: string }): void {
    this.#reports.set(providerReference, report)
  }

  /** Scripts the outcomes of the next submissions. Submissions without a script are accepted. */
  submissionsGet(...outcomes: Script<EvidenceOutcome>[]): void {
    this.#submissionOutcomes.push(...outcomes)
  }

  readonly chargebacks: Chargebacks = {
    read: async (providerReference) => this.#reports.get(providerReference) ?? { kind: 'never' },
    submitEvidence: async (order) => {
      this.submissions.push(order)
      const script = this.#submissionOutcomes.shift() ?? {
        kind: 'accepted',
        providerReference: order.providerReference,
      }
      return typeof script === 'function' ? script() : script
    },
  }

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

  async cancelCharge({ reference }: LookUp): Promise<Finding> {
    this.canceled.push(reference)
    const providerReference = this.#has.get(reference)
    if (providerReference) return { kind: 'has', providerReference }
    return { kind: 'failed', code: 'canceled', message: 'The payment was canceled.', isFinal: true }
  }

  accounts: PaymentProvider['accounts'] = {
    open: async ({ reference }) => {
      if (!this.answers) return NO_ANSWER
      const accountReference = `acct_${reference}`
      if (!this.readiness.has(accountReference)) this.readiness.set(accountReference, 'NOT_STARTED')
      return { kind: 'opened', accountReference }
    },
    onboardingLink: async ({ accountReference }) => {
      if (!this.answers) return NO_ANSWER
      return { kind: 'link', url: `https://provider.test/${accountReference}`, expiresAt: new Date(2_000_000_000_000) }
    },
    readiness: async (accountReference) => {
      const readiness = this.readiness.get(accountReference)
      return this.answers && readiness ? { kind: 'known', readiness } : NO_ANSWER
    },
  }

  paymentMethods: PaymentProvider['paymentMethods'] = {
    openCustomer: async ({ reference }) =>
      this.answers ? { kind: 'opened', customerReference: `cus_${reference}` } : NO_ANSWER,
    list: async () => (this.answers ? { kind: 'known', paymentMethods: [] } : NO_ANSWER),
    detach: async ({ paymentMethodId }) => {
      if (!this.answers) return NO_ANSWER
      const isSaved = this.orders.some(
        (order) =>
          'savesPaymentMethod' in order && order.savesPaymentMethod && order.paymentMethodId === paymentMethodId,
      )
      return { kind: isSaved ? 'detached' : 'never' }
    },
  }

  async *book({ from, to }: BookSpan): AsyncGenerator<BookLine> {
    for (const line of this.lines) if (line.at >= from && line.at < to) yield line
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
