import { fromPublicId, type PublicId, textOf, toPublicId } from '../../db/ids.ts'
import { mapResult, type Tx, withTransaction } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { answerOnce, type KeyedRequest, readAnswer } from '../../domain/idempotency.ts'
import type { Work } from '../../jobs/timer.ts'
import { TransferInDoubtError } from '../errors.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { applyFinding, succeed } from './changeTransfer.ts'
import type { LockedTransfer } from './lockTransfer.ts'
import { lockTransferForStaff } from './lockTransferForStaff.ts'

const ACTION = 'resolveInDoubtTransfer'

interface Resolution {
  transferId: PublicId
  finding: 'PROVIDER_HAS_IT' | 'PROVIDER_NEVER_HAD_IT'
  idempotencyKey: string
  requestHash: Buffer
  act: StaffAct
}

/**
 * Resolves a transfer in doubt, by staff. PROVIDER_HAS_IT is accepted on their evidence. PROVIDER_NEVER_HAD_IT is accepted only if a
 * look-up at the provider confirms it, because nothing is sent again on a person's word. Refuses, in this order: the errors of the
 * idempotency key; NotFoundError; ForbiddenError (conflict of interest); IllegalTransitionError; TransferInDoubtError, if the
 * provider does not confirm.
 */
export async function resolveInDoubtTransfer(
  work: Work,
  resolution: Resolution,
): Promise<{ transferId: string; replayed: boolean }> {
  const { act, finding } = resolution
  const request = requestOf(resolution)
  const confirmed =
    finding === 'PROVIDER_NEVER_HAD_IT' ? await confirmWithProvider(work, resolution, request) : undefined
  return withTransaction(work.database, async (tx) => {
    const answered = await answerOnce(tx, request, async () => {
      const locked = await lockInDoubt(tx, resolution)
      const author = { actorId: act.caller.id, reason: act.reason }
      if (finding === 'PROVIDER_NEVER_HAD_IT') await applyNeverReceived(tx, locked, confirmed, author)
      else await succeed(tx, locked, { providerReference: null }, author)
      const subject = { prefix: 'trf' as const, id: locked.transfer.id }
      await auditStaffAct(tx, act, { action: 'transfer.resolved', subject, at: locked.at })
      return { transferId: locked.transfer.id }
    })
    return mapResult(answered, ({ replayed }) => ({ transferId: uuidOf(resolution), replayed }))
  })
}

/** Checks that the look-up is needed, then makes it without holding a lock. Undefined if the answer is stored already. */
async function confirmWithProvider(
  { database, payments }: Work,
  resolution: Resolution,
  request: KeyedRequest,
): Promise<{ attempt: number } | undefined> {
  const attempt = await withTransaction(database, async (tx) =>
    (await readAnswer(tx, request)) ? undefined : (await lockInDoubt(tx, resolution)).attemptCount,
  )
  if (attempt === undefined) return undefined
  const transferId = uuidOf(resolution)
  const finding = await payments.lookUp({ kind: 'transfer', reference: textOf(toPublicId('trf', transferId)) })
  if (finding.kind !== 'never') throw new TransferInDoubtError(transferId)
  return { attempt }
}

async function applyNeverReceived(
  tx: Tx,
  locked: LockedTransfer,
  confirmed: { attempt: number } | undefined,
  author: { actorId: string; reason: string },
): Promise<void> {
  // It was sent again during the look-up, whose finding is about the attempt before.
  if (confirmed?.attempt !== locked.attemptCount) throw new TransferInDoubtError(locked.transfer.id)
  await applyFinding(tx, locked, { attempt: confirmed.attempt, finding: { kind: 'never' } }, author)
}

const lockInDoubt = (tx: Tx, resolution: Resolution): Promise<LockedTransfer> =>
  lockTransferForStaff(tx, { transferId: uuidOf(resolution), caller: resolution.act.caller }, ACTION)

function uuidOf({ transferId }: Resolution): string {
  const uuid = fromPublicId('trf', transferId)
  if (!uuid) throw new NotFoundError(transferId)
  return uuid
}

const requestOf = ({ idempotencyKey: key, requestHash, act }: Resolution): KeyedRequest => ({
  callerId: act.caller.id,
  mutation: ACTION,
  key,
  requestHash,
})
