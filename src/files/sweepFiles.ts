/**
 * Tidies up, in small batches and on real time: files that nobody attached within a day, bytes of deleted files, bytes that no
 * row knows of, rows whose bytes are gone. Any number of processes may do it at once.
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
// The transaction that records a file comes after its bytes; a day also leaves time to notice a database from a backup.
const UNKNOWN_MS = 24 * 3_600_000
// So many of a batch at once are not lost files: the folder is not mounted, or the bucket is another.
const MISSING_MAX = 10
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

export interface Sweeping {
  database: Database
  store: FileStore
  log: Logger
}

/** How far the two long walks are: through what the store has, and through what the rows say. */
export interface Walk {
  key: string | undefined
  id: string
}

export const startOfWalk = (): Walk => ({ key: undefined, id: FIRST_ID })

/** Sweeps each minute until it is stopped. */
export function startFileSweep(sweeping: Sweeping): Repetition {
  const walk = startOfWalk()
  return repeat({ name: 'sweepFiles', everyMs: EVERY_MS, log: sweeping.log, turn: () => sweepFiles(sweeping, walk) })
}

/** One turn: a batch of each. The walks go on where they were, and begin anew at their end. */
export async function sweepFiles(sweeping: Sweeping, walk: Walk, now = Date.now()): Promise<void> {
  const { database, store } = sweeping
  await withTransaction(database, (tx) => deleteUnattached(tx, { limit: BATCH_SIZE }))
  await removeBytesOfDeleted(sweeping)
  await store.clearUnfinished()
  walk.key = await removeUnknownBytes(sweeping, walk.key, now)
  walk.id = await deleteRowsWithoutBytes(sweeping, walk.id)
}

async function removeBytesOfDeleted({ database, store }: Sweeping): Promise<void> {
  const files = await readFilesToRemove(database, { limit: BATCH_SIZE })
  for (const { id } of files) await store.remove(id)
  if (files.length > 0) await setBytesRemoved(database, { ids: files.map(({ id }) => id) })
}

async function removeUnknownBytes({ database, store }: Sweeping, after: string | undefined, now: number) {
  const found = await store.list({ after, limit: BATCH_SIZE })
  const old = found.filter(({ key, writtenAt }) => isId(key) && writtenAt.getTime() < now - UNKNOWN_MS)
  const rows = old.length > 0 ? await readKnownIds(database, { ids: old.map(({ key }) => key) }) : []
  const known = new Set(rows.map(({ id }) => id))
  for (const { key } of old) if (!known.has(key)) await store.remove(key)
  return found.length === BATCH_SIZE ? found.at(-1)?.key : undefined
}

async function deleteRowsWithoutBytes({ database, store, log }: Sweeping, after: string): Promise<string> {
  const files = await readFilesWithBytes(database, { after, limit: BATCH_SIZE })
  const missing: string[] = []
  for (const { id } of files) if (!(await store.has(id))) missing.push(id)
  if (missing.length > MISSING_MAX) {
    log.error(
      { missing: missing.length, of: files.length },
      'so many files are not in the store that it may be the wrong one',
    )
  } else if (missing.length > 0) {
    log.warn({ missing: missing.length }, 'files are not in the store')
    await deleteFilesWithoutBytes(database, { ids: missing })
  }
  return files.length === BATCH_SIZE ? (files.at(-1)?.id ?? FIRST_ID) : FIRST_ID
}

// Whatever else lies there is not ours to remove.
const isId = (key: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)
