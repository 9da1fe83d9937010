/**
 * Sweeps in small batches and in real time: deletes files that were not attached within a day, bytes of deleted files, bytes
 * without a row, and rows without bytes. Several processes may sweep concurrently.
 */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import { withTransaction } from '../db/transaction.ts'
import { type Repetition, repeat } from '../domain/repeat.ts'
import {
  deleteFilesWithoutBytes,
  deleteUnattached,
  readFilesToRemove,
  readFilesWithBytes,
  readKnownIds,
  setBytesRemoved,
} from './attachments.sql.ts'
import type { FileStore } from './store/store.ts'

const EVERY_MS = 60_000
const BATCH_SIZE = 100
// A file's row is written after its bytes; a day also leaves time to notice that the database was restored from a backup.
const UNKNOWN_MS = 24 * 3_600_000
// More missing files in one batch are not lost: the folder is not mounted, or the bucket is the wrong one.
const MISSING_MAX = 10
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

export interface FileSweep {
  database: Database
  store: FileStore
  log: Logger
}

/** The progress of the two long scans: by key through the store, and by id through the rows. */
export interface Walk {
  key: string | undefined
  id: string
}

/** Returns the start of both scans. */
export const startOfWalk = (): Walk => ({ key: undefined, id: FIRST_ID })

/** Sweeps each minute until stopped. */
export function startFileSweep(sweep: FileSweep): Repetition {
  const walk = startOfWalk()
  return repeat({ name: 'sweepFiles', everyMs: EVERY_MS, log: sweep.log, turn: () => sweepFiles(sweep, walk) })
}

/** Sweeps one batch of each kind. The two scans continue from `walk`, and restart at their end. */
export async function sweepFiles(sweep: FileSweep, walk: Walk, now = Date.now()): Promise<void> {
  const { database, store } = sweep
  await withTransaction(database, (tx) => deleteUnattached(tx, { limit: BATCH_SIZE }))
  await removeBytesOfDeleted(sweep)
  await store.clearUnfinished()
  walk.key = await removeUnknownBytes(sweep, walk.key, now)
  walk.id = await deleteRowsWithoutBytes(sweep, walk.id)
}

async function removeBytesOfDeleted({ database, store }: FileSweep): Promise<void> {
  const files = await readFilesToRemove(database, { limit: BATCH_SIZE })
  for (const { id } of files) await store.remove(id)
  if (files.length > 0) await setBytesRemoved(database, { ids: files.map(({ id }) => id) })
}

async function removeUnknownBytes({ database, store }: FileSweep, after: string | undefined, now: number) {
  const found = await store.list({ after, limit: BATCH_SIZE })
  const old = found.filter(({ key, writtenAt }) => isId(key) && writtenAt.getTime() < now - UNKNOWN_MS)
  const rows = old.length > 0 ? await readKnownIds(database, { ids: old.map(({ key }) => key) }) : []
  const known = new Set(rows.map(({ id }) => id))
  for (const { key } of old) if (!known.has(key)) await store.remove(key)
  return found.length === BATCH_SIZE ? found.at(-1)?.key : undefined
}

async function deleteRowsWithoutBytes({ database, store, log }: FileSweep, after: string): Promise<string> {
  const files = await readFilesWithBytes(database, { after, limit: BATCH_SIZE })
  const missing: string[] = []
  for (const { id } of files) if (!(await store.has(id))) missing.push(id)
  if (missing.length > MISSING_MAX) {
    log.error(
      { missing: missing.length, of: files.length },
      'many files are missing from the file store; check that it is mounted and is the right one',
    )
  } else if (missing.length > 0) {
    log.warn({ missing: missing.length }, 'files are missing from the file store; deleting their rows')
    await deleteFilesWithoutBytes(database, { ids: missing })
  }
  return files.length === BATCH_SIZE ? (files.at(-1)?.id ?? FIRST_ID) : FIRST_ID
}

// Other files in the store are not ours and stay.
const isId = (key: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)
