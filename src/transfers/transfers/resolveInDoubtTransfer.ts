import { fromPublicId, type PublicId } from '../../db/ids.ts'
import { mapResult, type Tx, withTransaction } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { answerOnce, type KeyedRequest, readAnswer } from '../../domain/idempotency.ts'
import type { Work } from '../../jobs/timer.ts'
import type { Finding } from '../../payments/port/provider.ts'
import { TransferInDoubtError } from '../errors.ts'
import { auditStaffAct, type StaffAct } from '../staffAct.ts'
import { applyFinding, succeed } from './changeTransfer.ts'
import type { LockedTransfer } from './lockTransfer.ts'
import { lockTransferForStaff } from './lockTransferForStaff.ts'
import { transferOrder } from './transferOrder.ts'

const ACTION = 'resolveInDoubtTransfer'

/** The provider's word that the money of an attempt did not move. */
interface Confirmation {
  attempt: number
  finding: Extract<Finding, { kind: 'never' | 'failed' }>
}

interface Resolution {
  transferId: PublicId
  finding: 'PROVIDER_HAS_IT' | 'PROVIDER_NEVER_HAD_IT'
  idempotencyKey: string
  requestHash: Buffer
  act: StaffAct
}

/**
 * Resolves a transfer in doubt, by staff. PROVIDER_HAS_IT is accepted on their evidence. PROVIDER_NEVER_HAD_IT is accepted only if a
 * look-up at the provider confirms that no money moved, because nothing is sent again on a person's word. Refuses, in this order: the errors of the
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
): Promise<Confirmation | undefined> {
  const locked = await withTransaction(database, async (tx) =>
    (await readAnswer(tx, request)) ? undefined : await lockInDoubt(tx, resolution),
  )
  if (!locked) return undefined
  const { transfer, hold, attemptCount: attempt } = locked
  const { providerReference } = transfer
  const order = await transferOrder(database, { transfer, hold, traits: payments.traits })
  if (!order) throw new TransferInDoubtError(transfer.id)
  const finding = await payments.lookUp({ kind: 'transfer', ...order, providerReference })
  if (finding.kind !== 'never' && finding.kind !== 'failed') throw new TransferInDoubtError(transfer.id)
  return { attempt, finding }
}

async function applyNeverReceived(
  tx: Tx,
  locked: LockedTransfer,
  confirmed: Confirmation | undefined,
  author: { actorId: string; reason: string },
): Promise<void> {
  // It was sent again during the look-up, whose finding is about the attempt before.
  if (confirmed?.attempt !== locked.attemptCount) throw new TransferInDoubtError(locked.transfer.id)
  await applyFinding(tx, locked, confirmed, author)
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
