/** How files come to belong to something: once, by whoever uploaded them, in the transaction of what they belong to. */
import type { FilePurpose } from '../db/generated/enums.ts'
import { fromPublicId, type PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { NotFoundError, ValidationError } from '../domain/errors.ts'
import {
  deleteOthersOf,
  type FileOwner,
  type LockedFile,
  lockFilesOf,
  readFilesOf,
  setOwner,
} from './attachments.sql.ts'

/** Files by the ids that a client sent, the person who must have uploaded them, and what they are to belong to. */
export interface Attaching {
  ids: readonly PublicId[]
  ownerId: string
  to: FileOwner
}

const PURPOSES: Readonly<Record<string, readonly FilePurpose[]>> = {
  taskId: ['TASK'],
  submissionId: ['TASK', 'EVIDENCE'],
  messageId: ['CHAT'],
  avatarOfId: ['AVATAR'],
}

/**
 * Attaches files to what was just made, in the order in which they are named.
 * Refuses by the first that does not fit: with NotFoundError one that is unknown, somebody else's, deleted or attached already;
 * with ValidationError one that was uploaded for another purpose.
 */
export async function attachFiles(tx: Tx, { ids, ownerId, to }: Attaching): Promise<void> {
  if (ids.length === 0) return
  const found = await lockFilesOf(tx, { ids: uuidsOf(ids), uploadedById: ownerId })
  await setOwner(tx, { ids: usable(ids, found, to), owner: to })
}

/**
 * Makes these files all that something has: those that it has already stay, others are attached, and what is not named is
 * deleted. Gives whether it has other files now; their order alone makes no difference. Refuses as `attachFiles` does.
 */
export async function replaceFiles(tx: Tx, { ids, ownerId, to }: Attaching): Promise<boolean> {
  const found = ids.length > 0 ? await lockFilesOf(tx, { ids: uuidsOf(ids), uploadedById: ownerId }) : []
  const kept = usable(ids, found, to)
  const deletedCount = await deleteOthersOf(tx, { ids: kept, owner: to })
  if (kept.length > 0) await setOwner(tx, { ids: kept, owner: to })
  return deletedCount > 0 || found.some((file) => !belongsTo(file, to))
}

/**
 * Refuses as `attachFiles` would, where its place in the order of refusals is earlier than the work. Only a quick way out:
 * nothing is locked, and what enforces it is `attachFiles`.
 */
export async function refuseMissingFiles(tx: Tx, { ids, ownerId, to }: Attaching): Promise<void> {
  if (ids.length === 0) return
  usable(ids, await readFilesOf(tx, { ids: uuidsOf(ids), uploadedById: ownerId }), to)
}

function uuidsOf(ids: readonly PublicId[]): string[] {
  return ids.map((id) => {
    const uuid = fromPublicId('att', id)
    if (!uuid) throw new NotFoundError(id)
    return uuid
  })
}

/** The UUIDs of files that may belong to this owner, in the order of `ids`. */
function usable(ids: readonly PublicId[], found: readonly LockedFile[], owner: FileOwner): string[] {
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
  const path = column === 'avatarOfId' ? ['input', 'avatarId'] : ['input', 'attachmentIds', String(index)]
  const message = `This file was uploaded for something else; upload it as ${PURPOSES[column]?.join(' or ')}.`
  return new ValidationError([{ path, message }])
}
