/** Attaches files to their owner: once, for their uploader, in the transaction of the owner. */
import type { FilePurpose } from '../db/generated/enums.ts'
import { fromPublicId, type PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { NotFoundError, ValidationError } from '../domain/errors.ts'
import {
  countFilesOfChargeback,
  deleteOthersOf,
  type FileOwner,
  type LockedFile,
  lockFilesOf,
  readEvidenceOf,
  readFilesOf,
  setOwner,
} from './attachments.sql.ts'

/** Files by public id, their required uploader, and their new owner. */
export interface FilesToAttach {
  ids: readonly PublicId[]
  uploaderId: string
  to: FileOwner
}

const PURPOSES: Readonly<Record<string, readonly FilePurpose[]>> = {
  taskId: ['TASK'],
  submissionId: ['TASK', 'EVIDENCE'],
  messageId: ['CHAT'],
  avatarOfId: ['AVATAR'],
  disputeId: ['EVIDENCE'],
  chargebackId: ['EVIDENCE'],
}

/**
 * Attaches files to a new row, in the order of `ids`.
 * Refuses at the first mismatch: with NotFoundError a file that is unknown, of another uploader, deleted or already attached; with
 * ValidationError a file that was uploaded for another purpose.
 */
export async function attachFiles(tx: Tx, { ids, uploaderId, to }: FilesToAttach): Promise<void> {
  if (ids.length === 0) return
  const found = await lockFilesOf(tx, { ids: uuidsOf(ids), uploadedById: uploaderId })
  await setOwner(tx, { ids: usableIds(ids, found, to), owner: to })
}

/**
 * Replaces the files of an owner by these: keeps those that it already has, attaches the others, and deletes the rest. Returns true
 * if the set of files changed, regardless of their order. Refuses as `attachFiles` does.
 */
export async function replaceFiles(tx: Tx, { ids, uploaderId, to }: FilesToAttach): Promise<boolean> {
  const found = ids.length > 0 ? await lockFilesOf(tx, { ids: uuidsOf(ids), uploadedById: uploaderId }) : []
  const kept = usableIds(ids, found, to)
  const deletedCount = await deleteOthersOf(tx, { ids: kept, owner: to })
  if (kept.length > 0) await setOwner(tx, { ids: kept, owner: to })
  return deletedCount > 0 || found.some((file) => !belongsTo(file, to))
}

/**
 * Refuses as `attachFiles` would, for rules in which this refusal precedes others. An early check without locks: `attachFiles`
 * enforces it.
 */
export async function refuseMissingFiles(tx: Tx, { ids, uploaderId, to }: FilesToAttach): Promise<void> {
  if (ids.length === 0) return
  usableIds(ids, await readFilesOf(tx, { ids: uuidsOf(ids), uploadedById: uploaderId }), to)
}

/** The number of files of a locked chargeback. */
export const countEvidence = async (tx: Tx, { chargebackId }: { chargebackId: string }): Promise<number> =>
  (await countFilesOfChargeback(tx, { chargebackId }))?.count ?? 0

/** The sizes and types of the files of a locked chargeback. */
export const listEvidence = (tx: Tx, chargeback: { chargebackId: string }) => readEvidenceOf(tx, chargeback)

function uuidsOf(ids: readonly PublicId[]): string[] {
  return ids.map((id) => {
    const uuid = fromPublicId('att', id)
    if (!uuid) throw new NotFoundError(id)
    return uuid
  })
}

/** Returns the UUIDs of the files in the order of `ids`. Refuses if one of them may not be attached to this owner. */
function usableIds(ids: readonly PublicId[], found: readonly LockedFile[], owner: FileOwner): string[] {
  const byId = new Map(found.map((file) => [file.id, file]))
  const uuids = uuidsOf(ids)
  const files = uuids.map((uuid) => {
    const file = byId.get(uuid)
    if (file?.status !== 'AVAILABLE' || !(file.isWaiting || belongsTo(file, owner))) throw NotFoundError.of('att', uuid)
    return file
  })
  const [column = ''] = Object.keys(owner)
  const wrong = files.findIndex(({ purpose }) => !PURPOSES[column]?.includes(purpose))
  if (wrong >= 0) throw wrongPurpose(wrong, column)
  return uuids
}

function belongsTo(file: LockedFile, owner: FileOwner): boolean {
  const [[column, id] = []] = Object.entries(owner)
  return id !== undefined && file[column as keyof LockedFile] === id
}

function wrongPurpose(index: number, column: string): ValidationError {
  const field = column === 'disputeId' || column === 'chargebackId' ? 'evidenceIds' : 'attachmentIds'
  const path = column === 'avatarOfId' ? ['input', 'avatarId'] : ['input', field, String(index)]
  const message = `This file was uploaded for another purpose. Upload it again for ${PURPOSES[column]?.join(' or ')}.`
  return new ValidationError([{ path, message }])
}
