import { fromPublicId, type PublicId, textOf, toPublicId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { answerOnce, type KeyedRequest, readAnswer } from '../../domain/idempotency.ts'
import type { Work } from '../../jobs/timer.ts'
import { TransferInDoubtError } from '../errors.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { succeed, takeFinding } from './changeTransfer.ts'
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
 * Staff say what became of a transfer in doubt. That the provider has it is taken on their evidence; that it never had it only if the
 * provider, asked there and then, says so too: nothing is sent again on a person's word. Refuses, in this order: what the key refuses;
 * NotFoundError; ForbiddenError (a task of their own); IllegalTransitionError; TransferInDoubtError, when the provider does not agree.
 */
export async function resolveInDoubtTransfer(
  work: Work,
  resolution: Resolution,
): Promise<{ transferId: string; replayed: boolean }> {
  const { act, finding } = resolution
  const request = requestOf(resolution)
  const asked = finding === 'PROVIDER_NEVER_HAD_IT' ? await agreeWithProvider(work, resolution, request) : undefined
  return withTransaction(work.database, async (tx) => {
    const { replayed } = await answerOnce(tx, request, async () => {
      const locked = await lockInDoubt(tx, resolution)
      const author = { actorId: act.caller.id, reason: act.reason }
      if (finding === 'PROVIDER_NEVER_HAD_IT') await takeNever(tx, locked, asked, author)
      else await succeed(tx, locked, { providerReference: null }, author)
      const subject = { prefix: 'trf' as const, id: locked.transfer.id }
      await auditStaffAct(tx, act, { action: 'transfer.resolved', subject, at: locked.at })
      return { transferId: locked.transfer.id }
    })
    return { transferId: uuidOf(resolution), replayed }
  })
}

/** Looks whether the provider need be asked at all, then asks; no lock is held meanwhile. */
async function agreeWithProvider(
  { database, payments }: Work,
  resolution: Resolution,
  request: KeyedRequest,
): Promise<{ attempt: number } | undefined> {
  const attempt = await withTransaction(database, async (tx) =>
    (await readAnswer(tx, request)) ? undefined : (await lockInDoubt(tx, resolution)).attemptCount,
  )
  if (attempt === undefined) return undefined
  const transferId = uuidOf(resolution)
  const finding = await payments.find({ kind: 'transfer', reference: textOf(toPublicId('trf', transferId)) })
  if (finding.kind !== 'never') throw new TransferInDoubtError(transferId)
  return { attempt }
}

async function takeNever(
  tx: Tx,
  locked: LockedTransfer,
  asked: { attempt: number } | undefined,
  author: { actorId: string; reason: string },
): Promise<void> {
  // It was sent again while the provider was asked: the answer was about the attempt before.
  if (asked?.attempt !== locked.attemptCount) throw new TransferInDoubtError(locked.transfer.id)
  await takeFinding(tx, locked, { attempt: asked.attempt, finding: { kind: 'never' } }, author)
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
