/** Finds out what became of a refund whose answer was lost, by asking the provider. */
import { textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import { takeFinding, takeOutcome } from './changeRefund.ts'
import { lockRefund, lockRefundWithoutWaiting } from './lockRefund.ts'
import { askedFor } from './refundSteps.ts'
import { readRefundAttempts, saveRefund } from './refunds.sql.ts'

/** Asks about a refund in doubt whose time has come; gives whether it was. The next time is fixed before the call. */
export async function lookUpRefundInTurn(work: Work, { refundId }: { refundId: string }): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => takeLookUp(tx, { refundId })))) return false
  await lookUpRefund(work, { refundId })
  return true
}

/** Asks the provider now, and keeps what it says. */
export async function lookUpRefund(
  { database, payments, log }: Work,
  { refundId }: { refundId: string },
): Promise<void> {
  const reference = textOf(toPublicId('rfd', refundId))
  const asked = await readRefundAttempts(database, { refundId })
  if (!asked) return
  const finding = await payments.find({ kind: 'refund', reference })
  log.info({ refund: reference, finding: finding.kind }, 'the provider was asked about a refund')
  if (finding.kind === 'unreachable') return
  await withTransaction(database, async (tx) => {
    const locked = await lockRefund(tx, { refundId })
    if (locked) await takeFinding(tx, locked, { attempt: asked.attemptCount, finding })
  })
}

/** Puts a refund in doubt whose worker has died: it may or may not have been sent. Gives whether it was so. */
export const giveUpOnRefund = ({ database }: Work, { refundId }: { refundId: string }): Promise<boolean> =>
  withTransaction(database, async (tx) => {
    const locked = await lockRefundWithoutWaiting(tx, { refundId })
    const leaseUntil = locked?.refund.leaseUntil
    if (!locked || !leaseUntil || leaseUntil > locked.realNow) return false
    await takeOutcome(tx, locked, { kind: 'unknown', message: 'Whoever sent it has not come back.' })
    return true
  })

async function takeLookUp(tx: Tx, { refundId }: { refundId: string }): Promise<boolean> {
  const locked = await lockRefundWithoutWaiting(tx, { refundId })
  const askAt = locked?.refund.askAt
  if (!locked || !askAt || askAt > locked.at) return false
  await saveRefund(tx, askedFor(locked.refund, { at: locked.at }))
  return true
}
