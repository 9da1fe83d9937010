/** The chargebacks of the sandbox provider: reports, received evidence, and the decisions of its banks, which administrators make. */
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { fromDecimal } from '../../domain/money.ts'
import type {
  ChargebackFinding,
  ChargebackReference,
  Chargebacks,
  EvidenceFile,
  EvidenceOrder,
  EvidenceOutcome,
} from '../port/chargebacks.ts'
import type { SandboxAnswer, SandboxControls } from '../port/sandboxControls.ts'
import { type Call, countCall, readOrder, storeAnswer, sumRefunds, takeOrder } from './sandbox.sql.ts'
import {
  decide,
  insertSandboxChargeback,
  lockChargeOf,
  loseUnanswered,
  readSandboxChargeback,
  saveEvidence,
  sumChargebacks,
} from './sandboxChargebacks.sql.ts'
import { DELAY_MS, LOST_ANSWER, MODES_WITHOUT_ANSWER, refusal, refusalByMode } from './sandboxModes.ts'

/** In major units of the currency. */
const FEE = '15'

type Answer = Extract<EvidenceOutcome, { kind: 'accepted' | 'refused' }>

interface Options {
  database: Database
  sendWebhook(call: Call, about: ChargebackReference): void
}

/** The section of the sandbox provider, and the controls of administrators. */
export function sandboxChargebacks({ database, sendWebhook }: Options): Chargebacks & SandboxControls {
  /** Tells us about a change, unless the mode of the provider is to stay silent. */
  const tell = (call: Call, providerReference: string) => {
    if (!MODES_WITHOUT_ANSWER.has(call.mode)) sendWebhook(call, { kind: 'chargeback', providerReference })
  }

  return {
    async read(id): Promise<ChargebackFinding> {
      const call = await countCall(database)
      if (call.mode === 'DARK') return { kind: 'unreachable', message: 'The provider does not answer.' }
      await loseUnanswered(database, { id })
      const found = await readSandboxChargeback(database, { id })
      if (!found) return { kind: 'never' }
      const { chargeReference, amountMinor, currency, feeMinor, reason, status, openedAt, evidenceDueBy } = found
      const amount = { minorUnits: amountMinor, currencyCode: currency }
      const providerFee = { minorUnits: feeMinor, currencyCode: currency }
      const taken = { ...amount, ...(status === 'WON' && { minorUnits: 0n }) }
      return { kind: 'known', chargeReference, amount, providerFee, taken, reason, status, openedAt, evidenceDueBy }
    },

    async submitEvidence(order): Promise<EvidenceOutcome> {
      const call = await countCall(database)
      // Read before the transaction: a slow file holds no connection.
      const files = JSON.stringify(await Promise.all(order.files.map(receive)))
      const { outcome, isNew } = await withTransaction(database, (tx) => answerOnce(tx, { order, files, call }))
      if (isNew && order.isFinal && outcome.kind === 'accepted') tell(call, order.providerReference)
      if (MODES_WITHOUT_ANSWER.has(call.mode)) return LOST_ANSWER
      if (call.mode === 'DELAY') await pause(DELAY_MS)
      return outcome
    },

    async openChargeback(order) {
      const call = await countCall(database)
      const answer = await withTransaction(database, (tx) => open(tx, order))
      if (answer?.kind === 'done') tell(call, answer.providerReference)
      return answer
    },

    async decideChargeback({ providerReference: id, isWon }) {
      const call = await countCall(database)
      const chargeback = await readSandboxChargeback(database, { id })
      if (!chargeback) return undefined
      if ((await decide(database, { id, isWon })) === 0) {
        return { kind: 'refused', message: 'The bank has decided about this chargeback already.' }
      }
      tell(call, id)
      const { amountMinor: minorUnits, currency: currencyCode, reason } = chargeback
      return { kind: 'done', providerReference: id, amount: { minorUnits, currencyCode }, reason }
    },
  }
}

async function open(
  tx: Tx,
  { chargeReference, amount, reason }: Parameters<SandboxControls['openChargeback']>[0],
): Promise<SandboxAnswer | undefined> {
  const charge = await lockChargeOf(tx, { reference: chargeReference })
  if (!charge) return undefined
  const { currency } = charge
  if (amount && amount.currencyCode !== currency) {
    return { kind: 'refused', message: `The payment was made in ${currency}. Send the amount in ${currency}.` }
  }
  const { openMinor, lostMinor } = await sumChargebacks(tx, { chargeId: charge.id })
  // A bank may take back refunded money, too, without a warning.
  const leftMinor = charge.amountMinor - openMinor - lostMinor
  const amountMinor = amount?.minorUnits ?? leftMinor
  if (amountMinor <= 0n || amountMinor > leftMinor) {
    return { kind: 'refused', message: 'The amount exceeds what chargebacks have left of the payment.' }
  }
  const id = `dp_${newId().replaceAll('-', '')}`
  const feeMinor = fromDecimal(FEE, currency) ?? 0n
  await insertSandboxChargeback(tx, { id, chargeId: charge.id, amountMinor, currency, feeMinor, reason })
  return { kind: 'done', providerReference: id, amount: { minorUnits: amountMinor, currencyCode: currency }, reason }
}

/** Refuses a refund of a charge with an open chargeback, and of money that a lost one has taken. */
export async function refusalByChargeback(
  tx: Tx,
  { chargeId, amountMinor, chargedMinor }: { chargeId: string; amountMinor: bigint; chargedMinor: bigint },
) {
  const { openMinor, lostMinor } = await sumChargebacks(tx, { chargeId })
  if (openMinor > 0n) return refusal('charge_disputed', 'The charge has an open chargeback.', false)
  const refundedMinor = await sumRefunds(tx, { chargeId })
  if (refundedMinor + lostMinor + amountMinor <= chargedMinor) return undefined
  return refusal('amount_too_large', 'The amount exceeds what is left of the charge.', true)
}

/** Reads a file to its end, piece by piece, and keeps its name, size and hash. */
async function receive({ name, contentType, open: openFile }: EvidenceFile) {
  const checksum = createHash('sha256')
  let byteSize = 0
  for await (const piece of await openFile()) {
    checksum.update(piece)
    byteSize += piece.byteLength
  }
  return { name, contentType, byteSize, sha256: checksum.digest('hex') }
}

/** The first order under a key is carried out; its answer, even a refusal, is replayed for 24 hours. */
async function answerOnce(
  tx: Tx,
  { order, files, call }: { order: EvidenceOrder; files: string; call: Call },
): Promise<{ outcome: EvidenceOutcome; isNew: boolean }> {
  const { idempotencyKey, providerReference, statement, isFinal } = order
  const parameters = JSON.stringify({ kind: 'evidence', providerReference, statement, isFinal, files })
  if ((await takeOrder(tx, { idempotencyKey, parameters })) === 0) {
    const stored = await readOrder<Answer>(tx, { idempotencyKey, parameters })
    const message = 'The idempotency key was used for another order.'
    return { outcome: stored?.isSame ? stored.answer : { kind: 'unknown', message }, isNew: false }
  }
  const answer = refusalByMode(call.mode) ?? (await carryOut(tx, { order, files }))
  await storeAnswer(tx, { idempotencyKey, answer: JSON.stringify(answer) })
  return { outcome: answer, isNew: true }
}

async function carryOut(tx: Tx, { order, files }: { order: EvidenceOrder; files: string }): Promise<Answer> {
  const { providerReference, statement, isFinal } = order
  if ((await saveEvidence(tx, { id: providerReference, statement, files, isFinal })) > 0) {
    return { kind: 'accepted', providerReference }
  }
  return refusal('evidence_not_taken', 'The bank takes no more evidence for this chargeback.', true)
}
