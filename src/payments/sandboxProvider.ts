/**
 * A hostile stand-in for a payment provider: it keeps a book of its own, on connections of its own that commit by
 * themselves, and misbehaves as it is told. What our rules must survive of a real provider, they meet here first.
 */
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Database } from '../db/client.ts'
import { newId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Finding, LookUp, MovementKind, Order, Outcome, PaymentProvider, Webhook } from './provider.ts'
import {
  type Call,
  countCall,
  findMovement,
  insertMovement,
  lockCharge,
  type ProviderMode,
  readOrder,
  readWebhookSecret,
  storeAnswer,
  sumRefunds,
  takeOrder,
} from './sandbox.sql.ts'
import { WebhookSender } from './webhookSender.ts'
import { isSignatureValid, SIGNATURE_HEADER, signWebhook } from './webhookSignature.ts'

// Each order is a few short statements; a slow answer holds no connection.
const CONNECTIONS_MAX = 4
const DELAY_MS = 5_000

const ID_PREFIXES: Readonly<Record<MovementKind, string>> = {
  charge: 'ch',
  transfer: 'tr',
  reversal: 'trr',
  refund: 're',
}
const LOST: Outcome = { kind: 'unknown', message: 'The connection was lost before the answer came.' }
const SILENT: ReadonlySet<ProviderMode> = new Set(['DROP_RESPONSE', 'DARK'])

type Answer = Extract<Outcome, { kind: 'accepted' | 'refused' }>
type Refusal = Extract<Outcome, { kind: 'refused' }>
/** What speaks against an order, whatever the mode; undefined when nothing does. */
type Objection = (tx: Tx) => Promise<Refusal | undefined>

export interface SandboxProvider extends PaymentProvider {
  stop(): Promise<void>
}

interface Options {
  connectionString: string
  /** Where our server takes webhooks; null while it does not listen. */
  webhookUrl: () => string | null
  log: Logger
}

/** The provider of this server; all servers on a database share its book and its mode. `stop` ends its connections. */
export function createSandboxProvider({ connectionString, webhookUrl, log }: Options): SandboxProvider {
  const database = new Database({
    connectionString,
    connectionsMax: CONNECTIONS_MAX,
    onError: (error) => log.warn({ err: error }, 'a connection of the sandbox provider broke'),
  })
  const webhooks = new WebhookSender({ url: webhookUrl, log })
  let webhookSecret: string | undefined

  async function place(kind: MovementKind, order: Order, objection: Objection, chargeId?: string): Promise<Outcome> {
    const call = await countCall(database)
    const { outcome, hasMoved } = await withTransaction(database, (tx) =>
      answerOnce(tx, { kind, order, chargeId: chargeId ?? null, call, objection }),
    )
    if (hasMoved && !SILENT.has(call.mode)) tell(call, { kind, reference: order.reference })
    if (SILENT.has(call.mode)) return LOST
    // The work is done before the wait: a client that dies in it has paid and does not know.
    if (call.mode === 'DELAY') await pause(DELAY_MS)
    return outcome
  }

  function tell({ mode, webhookSecret: secret }: Call, question: LookUp): void {
    const body = Buffer.from(JSON.stringify({ id: `evt_${newId()}`, type: `${question.kind}.succeeded`, ...question }))
    const make = () => ({
      body,
      headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signWebhook({ secret, body }, new Date()) },
    })
    webhooks.send(make)
    if (mode === 'DUPLICATE_WEBHOOK') webhooks.send(make)
  }

  return {
    charge: (order) => place('charge', order, async () => objectionToMethod(order.paymentMethodId)),
    transfer: (order) => place('transfer', order, async () => undefined),
    refund: (order) =>
      place('refund', order, (tx) => objectionToRefund(tx, order, order.chargeReference), order.chargeReference),

    async find(question): Promise<Finding> {
      const call = await countCall(database)
      if (call.mode === 'DARK') return { kind: 'unreachable', message: 'The provider does not answer.' }
      const movement = await findMovement(database, question)
      return movement ? { kind: 'has', ...receipt(question.kind, movement.id, call) } : { kind: 'never' }
    },

    async readWebhook(webhook: Webhook): Promise<LookUp | undefined> {
      webhookSecret ??= await readWebhookSecret(database)
      const { body, headers } = webhook
      if (!isSignatureValid({ secret: webhookSecret, body }, headers[SIGNATURE_HEADER], new Date())) return undefined
      // Whoever holds the secret is the provider: what it signed has its form.
      const { kind, reference } = JSON.parse(body.toString()) as LookUp
      return { kind, reference }
    },

    async stop(): Promise<void> {
      await webhooks.stop()
      await database.close()
    },
  }
}

interface Placed {
  kind: MovementKind
  order: Order
  chargeId: string | null
  call: Call
  objection: Objection
}

/**
 * Answers as Stripe documents it (https://docs.stripe.com/api/idempotent_requests): the first order under a key is
 * carried out, and its answer, a refusal too, is given again to the same order for 24 hours.
 */
async function answerOnce(tx: Tx, placed: Placed): Promise<{ outcome: Outcome; hasMoved: boolean }> {
  const { idempotencyKey, amount, ...rest } = placed.order
  const { minorUnits, currencyCode } = amount
  const parameters = JSON.stringify({ kind: placed.kind, ...rest, minorUnits: minorUnits.toString(), currencyCode })
  if ((await takeOrder(tx, { idempotencyKey, parameters })) === 0) {
    return { outcome: await answerAgain(tx, { idempotencyKey, parameters }), hasMoved: false }
  }
  const answer = (await placed.objection(tx)) ?? refusalByMode(placed.call.mode) ?? (await move(tx, placed))
  await storeAnswer(tx, { idempotencyKey, answer: JSON.stringify(answer) })
  return { outcome: answer, hasMoved: answer.kind === 'accepted' }
}

async function answerAgain(tx: Tx, key: { idempotencyKey: string; parameters: string }): Promise<Outcome> {
  const stored = await readOrder<Answer>(tx, key)
  if (stored?.isSame) return stored.answer
  // An error of the caller. Whether something moved under this key before is not for this answer to say.
  return { kind: 'unknown', message: 'The idempotency key was used for another order.' }
}

async function move(tx: Tx, { kind, order, chargeId, call }: Placed): Promise<Answer> {
  const id = `${ID_PREFIXES[kind]}_${newId().replaceAll('-', '')}`
  const { reference, idempotencyKey, amount } = order
  await insertMovement(tx, {
    id,
    kind,
    reference,
    idempotencyKey,
    amountMinor: amount.minorUnits,
    currency: amount.currencyCode,
    chargeId,
  })
  return { kind: 'accepted', ...receipt(kind, id, call) }
}

/** The provider's own id; of a charge also the secret with which the payer's browser may follow it, the same each time. */
function receipt(kind: MovementKind, id: string, { webhookSecret }: Call) {
  if (kind !== 'charge') return { providerReference: id }
  const digest = createHmac('sha256', webhookSecret).update(id).digest('hex')
  return { providerReference: id, clientSecret: `${id}_secret_${digest.slice(0, 24)}` }
}

function refusalByMode(mode: ProviderMode): Refusal | undefined {
  if (mode === 'REFUSE') return refusal('try_again_later', 'Not now. Try again later.', false)
  if (mode === 'REFUSE_FOR_GOOD') return refusal('not_permitted', 'This is not permitted.', true)
  return undefined
}

function objectionToMethod(paymentMethodId: string): Refusal | undefined {
  if (paymentMethodId === 'pm_ok') return undefined
  if (paymentMethodId === 'pm_refused') return refusal('card_declined', 'The card was declined.', true)
  return refusal('no_such_payment_method', 'There is no such payment method.', true)
}

async function objectionToRefund(tx: Tx, { amount }: Order, chargeId: string): Promise<Refusal | undefined> {
  const charge = await lockCharge(tx, { chargeId })
  if (!charge) return refusal('no_such_charge', 'There is no such charge.', true)
  if (charge.currency !== amount.currencyCode)
    return refusal('wrong_currency', 'The charge has another currency.', true)
  const refundedMinor = await sumRefunds(tx, { chargeId })
  if (refundedMinor + amount.minorUnits <= charge.amountMinor) return undefined
  return refusal('amount_too_large', 'This is more than is left of the charge.', true)
}

const refusal = (code: string, message: string, isFinal: boolean): Refusal => ({
  kind: 'refused',
  code,
  message,
  isFinal,
})
