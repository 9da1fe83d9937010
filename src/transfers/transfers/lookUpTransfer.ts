/** Finds out what became of a transfer whose answer was lost, by asking the provider. */
import { textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Work } from '../../jobs/timer.ts'
import { takeFinding, takeOutcome } from './changeTransfer.ts'
import { lockTransfer, lockTransferWithoutWaiting } from './lockTransfer.ts'
import { askedFor } from './transferSteps.ts'
import { readAttemptCount, saveTransfer } from './transfers.sql.ts'

/** Asks about a transfer in doubt whose time has come; gives whether it was. The next time is fixed before the call. */
export async function lookUpTransferInTurn(work: Work, { transferId }: { transferId: string }): Promise<boolean> {
  if (!(await withTransaction(work.database, (tx) => takeLookUp(tx, { transferId })))) return false
  await lookUpTransfer(work, { transferId })
  return true
}

/** Asks the provider now, and keeps what it says. */
export async function lookUpTransfer(
  { database, payments, log }: Work,
  { transferId }: { transferId: string },
): Promise<void> {
  const reference = textOf(toPublicId('trf', transferId))
  const asked = await readAttemptCount(database, { transferId })
  if (!asked) return
  const finding = await payments.find({ kind: 'transfer', reference })
  log.info({ transfer: reference, finding: finding.kind }, 'the provider was asked about a transfer')
  if (finding.kind === 'unreachable') return
  await withTransaction(database, async (tx) => {
    const locked = await lockTransfer(tx, { transferId })
    if (locked) await takeFinding(tx, locked, { attempt: asked.attemptCount, finding })
  })
}

/** Puts a transfer in doubt whose worker has died: it may or may not have been sent. Gives whether it was so. */
export const giveUpOnTransfer = ({ database }: Work, { transferId }: { transferId: string }): Promise<boolean> =>
  withTransaction(database, async (tx) => {
    const locked = await lockTransferWithoutWaiting(tx, { transferId })
    const leaseUntil = locked?.transfer.leaseUntil
    if (!locked || !leaseUntil || leaseUntil > locked.realNow) return false
    await takeOutcome(tx, locked, { kind: 'unknown', message: 'Whoever sent it has not come back.' })
    return true
  })

async function takeLookUp(tx: Tx, { transferId }: { transferId: string }): Promise<boolean> {
  const locked = await lockTransferWithoutWaiting(tx, { transferId })
  const askAt = locked?.transfer.askAt
  if (!locked || !askAt || askAt > locked.at) return false
  await saveTransfer(tx, askedFor(locked.transfer, { at: locked.at }))
  return true
}
