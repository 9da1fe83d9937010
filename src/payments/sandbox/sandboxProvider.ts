/**
 * A hostile stand-in for a payment provider. It keeps its own books, on its own connections and in its own transactions, and
 * misbehaves according to its mode. The rules meet here first what they must survive from a real provider.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Database } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { ChargebackReference } from '../port/chargebacks.ts'
import type { PayerActions } from '../port/payerActions.ts'
import {
  type ChargeOrder,
  type ChargeOutcome,
  type Finding,
  INSUFFICIENT_FUNDS,
  type MovementKind,
  type Notice,
  type Order,
  type Outcome,
  type PaymentProvider,
  type Webhook,
} from '../port/provider.ts'
import type { SandboxControls } from '../port/sandboxControls.ts'
import { AUTHENTICATED_METHOD, cancelCharge, findCharge, finishAuthentication, placeCharge } from './charges.ts'
import { sandboxAccounts, sandboxPaymentMethods } from './people.ts'
import {
  type Call,
  countCall,
  findMovement,
  insertMovement,
  lockCharge,
  lockPaidTransfer,
  readOrder,
  readWebhookSecret,
  storeAnswer,
  sumReversed,
  takeOrder,
} from './sandbox.sql.ts'
import { sandboxBook } from './sandboxBook.ts'
import { refusalByChargeback, sandboxChargebacks } from './sandboxChargebacks.ts'
import { DELAY_MS, LOST_ANSWER, MODES_WITHOUT_ANSWER, type Refusal, refusal, refusalByMode } from './sandboxModes.ts'
import { SANDBOX_TRAITS } from './sandboxTraits.ts'
import { WebhookSender } from './webhookSender.ts'
import { isSignatureValid, SIGNATURE_HEADER, signWebhook } from './webhookSignature.ts'

// Each order is a few short statements; a slow answer holds no connection.
const CONNECTIONS_MAX = 4

const ID_PREFIXES: Readonly<Record<MovementKind, string>> = {
  charge: 'ch',
  transfer: 'tr',
  reversal: 'trr',
  refund: 're',
}

type ProviderAnswer = Extract<ChargeOutcome, { kind: 'accepted' | 'refused' | 'needs_action' }>
/** The movement whose money an order takes back; none for a charge and a transfer. */
interface Origin {
  chargeId?: string
  transferId?: string
  /** The order itself, if it is a charge. */
  charge?: ChargeOrder
}
/** Returns the refusal of an order in any mode, or the origin of its money if the order is valid. */
type OrderCheck = (tx: Tx, call: Call) => Promise<Refusal | Origin>

/** A movement by our reference. */
interface MovementOf {
  kind: MovementKind
  reference: string
}
/** The body of a webhook. */
type SandboxEvent = (MovementOf | ChargebackReference) & { id: string; type: string }

export interface SandboxProvider extends PaymentProvider, PayerActions {
  controls: SandboxControls
  stop(): Promise<void>
}

interface Options {
  connectionString: string
  /** The URL of our server for webhooks; null while it does not listen. */
  webhookUrl: () => string | null
  log: Logger
}

/** Creates the provider of this server. All servers on a database share its books and its mode. `stop` ends its connections. */
export function createSandboxProvider({ connectionString, webhookUrl, log }: Options): SandboxProvider {
  const database = new Database({
    connectionString,
    connectionsMax: CONNECTIONS_MAX,
    onError: (error) => log.warn({ err: error }, 'sandbox provider lost a database connection'),
  })
  const webhooks = new WebhookSender({ url: webhookUrl, log })
  let webhookSecret: string | undefined

  async function placeOrder(kind: Exclude<MovementKind, 'charge'>, order: Order, check: OrderCheck): Promise<Outcome> {
    const outcome = await place(kind, order, check)
    if (outcome.kind === 'needs_action') throw new Error('Only a charge is authenticated.')
    return outcome
  }

  async function place(kind: MovementKind, order: Order, check: OrderCheck): Promise<ChargeOutcome> {
    const call = await countCall(database)
    const { outcome, hasMoved } = await withTransaction(database, (tx) => answerOnce(tx, { kind, order, call, check }))
    if (hasMoved && !MODES_WITHOUT_ANSWER.has(call.mode))
      sendWebhook(call, { kind, reference: order.reference }, 'succeeded')
    if (MODES_WITHOUT_ANSWER.has(call.mode)) return LOST_ANSWER
    // The work is done before the pause, so that a client that dies during it has paid without an answer.
    if (call.mode === 'DELAY') await pause(DELAY_MS)
    return outcome
  }

  function sendWebhook(
    { mode, webhookSecret: secret }: Call,
    about: MovementOf | ChargebackReference,
    end: 'succeeded' | 'failed' | 'changed',
  ): void {
    const event: SandboxEvent = { id: `evt_${newId()}`, type: `${about.kind}.${end}`, ...about }
    const body = Buffer.from(JSON.stringify(event))
    const makeRequest = () => ({
      body,
      headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signWebhook({ secret, body }, new Date()) },
    })
    webhooks.send(makeRequest)
    if (mode === 'DUPLICATE_WEBHOOK') webhooks.send(makeRequest)
  }

  const chargebacks = sandboxChargebacks({
    database,
    sendWebhook: (call, about) => sendWebhook(call, about, 'changed'),
  })

  return {
    traits: SANDBOX_TRAITS,
    charge: (order) => place('charge', order, async () => checkPaymentMethod(order)),
    transfer: (order) => placeOrder('transfer', order, async () => ({})),
    reverse: (order) =>
      placeOrder('reversal', order, (tx, call) => checkReversal(tx, order, order.transferReference, call)),
    refund: (order) => placeOrder('refund', order, (tx) => checkRefund(tx, order, order.chargeReference)),

    async lookUp(order): Promise<Finding> {
      const call = await countCall(database)
      if (call.mode === 'DARK') return { kind: 'unreachable', message: 'The provider does not answer.' }
      if (order.kind === 'charge') return findCharge(database, order, call)
      const movement = await findMovement(database, order)
      return movement ? { kind: 'has', providerReference: movement.id } : { kind: 'never' }
    },

    async cancelCharge(order): Promise<Finding> {
      const call = await countCall(database)
      if (call.mode === 'DARK') return { kind: 'unreachable', message: 'The provider does not answer.' }
      await withTransaction(database, (tx) => cancelCharge(tx, order))
      return findCharge(database, order, call)
    },

    async authenticate(payment): Promise<boolean> {
      const call = await countCall(database)
      const finished = await withTransaction(database, (tx) => finishAuthentication(tx, payment, call))
      if (!finished) return false
      if (!MODES_WITHOUT_ANSWER.has(call.mode))
        sendWebhook(call, { kind: 'charge', reference: finished.reference }, payment.succeeds ? 'succeeded' : 'failed')
      return true
    },

    accounts: sandboxAccounts,
    paymentMethods: sandboxPaymentMethods(database),
    book: (span) => sandboxBook(database, span),
    chargebacks,
    controls: chargebacks,

    async readWebhook(webhook: Webhook): Promise<Notice | undefined> {
      webhookSecret ??= await readWebhookSecret(database)
      const { body, headers } = webhook
      if (!isSignatureValid({ secret: webhookSecret, body }, headers[SIGNATURE_HEADER], new Date())) return undefined
      // Not validated, because only the provider has the secret, so a signed body has its format.
      const { id: eventId, ...event } = JSON.parse(body.toString()) as SandboxEvent
      if (event.kind !== 'chargeback') return { eventId, about: { kind: event.kind, reference: event.reference } }
      return { eventId, about: { kind: event.kind, providerReference: event.providerReference } }
    },

    async stop(): Promise<void> {
      await webhooks.stop()
      await database.close()
    },
  }
}

interface PlacedOrder {
  kind: MovementKind
  order: Order
  call: Call
  check: OrderCheck
}

/**
 * Idempotency as Stripe documents it (https://docs.stripe.com/api/idempotent_requests): the first order under a key is carried out;
 * its answer, even a refusal, is replayed to the same order for 24 hours.
 */
async function answerOnce(tx: Tx, placed: PlacedOrder): Promise<{ outcome: ChargeOutcome; hasMoved: boolean }> {
  const { idempotencyKey, amount, ...rest } = placed.order
  const { minorUnits, currencyCode } = amount
  const parameters = JSON.stringify({ kind: placed.kind, ...rest, minorUnits: minorUnits.toString(), currencyCode })
  if ((await takeOrder(tx, { idempotencyKey, parameters })) === 0) {
    return { outcome: await replay(tx, { idempotencyKey, parameters }), hasMoved: false }
  }
  const answer = await carryOut(tx, placed)
  await storeAnswer(tx, { idempotencyKey, answer: JSON.stringify(answer) })
  return { outcome: answer, hasMoved: answer.kind === 'accepted' }
}

async function replay(tx: Tx, key: { idempotencyKey: string; parameters: string }): Promise<ChargeOutcome> {
  const stored = await readOrder<ProviderAnswer>(tx, key)
  if (stored?.isSame) return stored.answer
  // An error of the caller. This answer does not say whether money moved under this key before.
  return { kind: 'unknown', message: 'The idempotency key was used for another order.' }
}

async function carryOut(tx: Tx, placed: PlacedOrder): Promise<ProviderAnswer> {
  const checked = await placed.check(tx, placed.call)
  if ('kind' in checked) return checked
  const refusal = refusalByMode(placed.call.mode)
  if (refusal) return refusal
  return checked.charge ? placeCharge(tx, checked.charge, placed.call) : recordMovement(tx, placed, checked)
}

async function recordMovement(tx: Tx, { kind, order }: PlacedOrder, origin: Origin): Promise<ProviderAnswer> {
  const id = `${ID_PREFIXES[kind]}_${newId().replaceAll('-', '')}`
  const { reference, idempotencyKey, amount } = order
  await insertMovement(tx, {
    id,
    kind,
    reference,
    idempotencyKey,
    amountMinor: amount.minorUnits,
    currency: amount.currencyCode,
    chargeId: origin.chargeId ?? null,
    transferId: origin.transferId ?? null,
  })
  return { kind: 'accepted', providerReference: id }
}

function checkPaymentMethod(charge: ChargeOrder): Refusal | Origin {
  const { paymentMethodId } = charge
  if (paymentMethodId === 'pm_ok' || paymentMethodId === AUTHENTICATED_METHOD) return { charge }
  if (paymentMethodId === 'pm_refused') return refusal('card_declined', 'The card was declined.', true)
  return refusal('no_such_payment_method', 'The payment method does not exist.', true)
}

async function checkReversal(tx: Tx, { amount }: Order, reference: string, { mode }: Call): Promise<Refusal | Origin> {
  const transfer = await lockPaidTransfer(tx, { reference })
  if (!transfer) return refusal('no_such_transfer', 'The transfer does not exist.', true)
  if (transfer.currency !== amount.currencyCode)
    return refusal('wrong_currency', 'The transfer has another currency.', true)
  const reversedMinor = await sumReversed(tx, { transferId: transfer.id })
  if (reversedMinor + amount.minorUnits > transfer.amountMinor)
    return refusal('amount_too_large', 'The amount exceeds what is left of the transfer.', true)
  if (mode === 'EMPTY_ACCOUNTS') return refusal(INSUFFICIENT_FUNDS, 'The account lacks the money.', true)
  return { transferId: transfer.id }
}

async function checkRefund(tx: Tx, { amount }: Order, chargeId: string): Promise<Refusal | Origin> {
  const charge = await lockCharge(tx, { chargeId })
  if (!charge) return refusal('no_such_charge', 'The charge does not exist.', true)
  if (charge.currency !== amount.currencyCode)
    return refusal('wrong_currency', 'The charge has another currency.', true)
  const amounts = { chargeId, amountMinor: amount.minorUnits, chargedMinor: charge.amountMinor }
  return (await refusalByChargeback(tx, amounts)) ?? { chargeId }
}
