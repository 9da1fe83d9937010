/**
 * A circuit for each kind of call: after repeated failures it opens, so that a provider in trouble gets no further calls, and ours do not
 * wait ten seconds each. While it is open, orders are not sent, and wait; then one call is the probe that closes it or opens it for longer.
 */
import type { Logger } from 'pino'
import type { Unreachable } from './failures.ts'
import type { Outcome, PaymentProvider } from './provider.ts'

const FAILURES_TO_OPEN = 5
const OPEN_MS = 30_000
const OPEN_MS_MAX = 300_000

export interface CircuitOptions {
  log: Logger
  /** The clock, for tests. */
  now?: () => number
}

type NotSent = Extract<Outcome, { kind: 'not_sent' }>

/** The part of an answer of the port that a circuit reads. */
interface ProviderAnswer {
  kind: string
  isUnreachable?: boolean
}

const isFailure = ({ kind, isUnreachable = false }: ProviderAnswer): boolean =>
  kind === 'unknown' || kind === 'unreachable' || isUnreachable

class Circuit {
  readonly #name: string
  readonly #log: Logger
  readonly #now: () => number
  #failures = 0
  #openUntil = 0
  #openMs = OPEN_MS
  #isProbing = false

  constructor(name: string, { log, now = Date.now }: CircuitOptions) {
    this.#name = name
    this.#log = log
    this.#now = now
  }

  get isOpen(): boolean {
    return this.#failures >= FAILURES_TO_OPEN
  }

  /** The time until the next call may be sent, 0 if it may now. */
  get pauseMs(): number {
    if (!this.isOpen) return 0
    const leftMs = this.#openUntil - this.#now()
    return leftMs > 0 ? leftMs : this.#isProbing ? OPEN_MS : 0
  }

  /** Calls the provider, or returns `otherwise(pauseMs)` while the circuit is open. */
  async guard<Answer extends ProviderAnswer, Otherwise>(
    call: () => Promise<Answer>,
    otherwise: (pauseMs: number) => Otherwise,
  ): Promise<Answer | Otherwise> {
    const { pauseMs } = this
    if (pauseMs > 0) return otherwise(pauseMs)
    this.#isProbing = this.isOpen
    try {
      const answer = await call()
      if (isFailure(answer)) this.#fail()
      else this.#succeed()
      return answer
    } finally {
      this.#isProbing = false
    }
  }

  #fail(): void {
    const wasOpen = this.isOpen
    this.#failures++
    if (!this.isOpen) return
    this.#openMs = wasOpen ? Math.min(2 * this.#openMs, OPEN_MS_MAX) : OPEN_MS
    this.#openUntil = this.#now() + this.#openMs
    if (!wasOpen) this.#log.error({ call: this.#name }, 'the payment provider fails; calls of this kind wait')
  }

  #succeed(): void {
    if (this.isOpen) this.#log.info({ call: this.#name }, 'the payment provider answers again')
    this.#failures = 0
  }
}

/**
 * The calls that have a circuit of their own. Webhooks are read without a call, or after one that is not repeated by us; a book is read by
 * one reconciliation at a time, which ends with the first page that fails.
 */
const CALLS = [
  'charge',
  'transfer',
  'reversal',
  'refund',
  'look_up',
  'account',
  'payment_method',
  'chargeback',
] as const

/** A kind of call to a provider. */
export type ProviderCall = (typeof CALLS)[number]

/** Wraps a bounded provider: its calls never throw. */
export function withCircuits(provider: PaymentProvider, options: CircuitOptions): PaymentProvider {
  const { accounts, paymentMethods, chargebacks } = provider
  const circuits = new Map(CALLS.map((name) => [name, new Circuit(name, options)] as const))
  const of = (call: ProviderCall): Circuit => {
    const circuit = circuits.get(call)
    if (!circuit) throw new Error(`There is no circuit ${call}.`)
    return circuit
  }
  const order = <Answer extends ProviderAnswer>(call: ProviderCall, send: () => Promise<Answer>) =>
    of(call).guard(send, (retryAfterMs): NotSent => ({ kind: 'not_sent', message: PAUSED, retryAfterMs }))
  const question = <Answer extends ProviderAnswer>(call: ProviderCall, send: () => Promise<Answer>) =>
    of(call).guard(send, (): Unreachable => ({ kind: 'unreachable', message: PAUSED }))
  return {
    ...provider,
    charge: (charge) => order('charge', () => provider.charge(charge)),
    transfer: (transfer) => order('transfer', () => provider.transfer(transfer)),
    reverse: (reversal) => order('reversal', () => provider.reverse(reversal)),
    refund: (refund) => order('refund', () => provider.refund(refund)),
    lookUp: (lookUp) => question('look_up', () => provider.lookUp(lookUp)),
    cancelCharge: (charge) => question('charge', () => provider.cancelCharge(charge)),
    accounts: {
      open: (payee) => question('account', () => accounts.open(payee)),
      onboardingLink: (wanted) => question('account', () => accounts.onboardingLink(wanted)),
      readiness: (reference) => question('account', () => accounts.readiness(reference)),
    },
    paymentMethods: {
      openCustomer: (payer) => question('payment_method', () => paymentMethods.openCustomer(payer)),
      list: (reference) => question('payment_method', () => paymentMethods.list(reference)),
      detach: (saved) => question('payment_method', () => paymentMethods.detach(saved)),
    },
    chargebacks: {
      read: (reference) => question('chargeback', () => chargebacks.read(reference)),
      submitEvidence: (evidence) => order('chargeback', () => chargebacks.submitEvidence(evidence)),
    },
    circuits: () => CALLS.map((call) => ({ call, isOpen: of(call).isOpen })),
  }
}

const PAUSED = 'The provider failed repeatedly, so nothing is sent to it for a while.'
