/** Tests the file store at the start; otherwise the first upload would fail, and the error look like an outage. */
import { randomUUID } from 'node:crypto'
import type { Config } from './config.ts'
import type { Batch } from './domain/incomingFile.ts'
import { scratchFolderOf } from './files/store/openFiles.ts'
import { Scratch } from './files/store/scratch.ts'
import { type FileStore, StoreUnavailableError } from './files/store/store.ts'
import { StartFailure } from './startFailure.ts'

/** Writes, checks and removes a small file. Throws a StartFailure that says which step fails. */
export async function refuseUnusableStore(store: FileStore, config: Config): Promise<void> {
  await withStartFailure(
    (cause) => messageForScratch(config, cause),
    async () => {
      await (await Scratch.make(scratchFolderOf(config))).close()
    },
  )
  await withStartFailure(
    (cause) => messageForStore(config, cause),
    () => tryStore(store),
  )
}

async function tryStore(store: FileStore): Promise<void> {
  const key = randomUUID()
  await store.write(key, oneByte())
  const isThere = await store.has(key)
  await store.list({ after: undefined, limit: 1 })
  await store.remove(key)
  if (!isThere) throw new StoreUnavailableError(new Error('the file was written but is missing'))
}

async function withStartFailure(messageFor: (cause: unknown) => string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw error instanceof StoreUnavailableError ? new StartFailure(messageFor(error.cause)) : error
  }
}

async function* oneByte(): AsyncGenerator<Batch> {
  yield [Buffer.from('.')]
}

const messageForScratch = ({ dataDirectory }: Config, cause: unknown): string =>
  `The folder for uploads in progress, in ${dataDirectory}, ${problemOf(cause)}: fix this, or set DATA_DIR to another folder.`

function messageForStore({ s3, filesDirectory }: Config, cause: unknown): string {
  if (!s3) {
    return `The folder for files, ${filesDirectory}, ${problemOf(cause)}: fix this, or set FILES_DIR to another folder.`
  }
  const bucket = `${s3.bucket}${s3.endpoint ? ` at ${s3.endpoint}` : ` in ${s3.region}`}`
  return `The bucket ${bucket} does not accept files (${reasonOf(cause)}): check S3_BUCKET, S3_REGION, S3_ENDPOINT and the keys, which must allow put, get, delete and list.`
}

const problemOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
    ? 'has no space left'
    : `cannot be written (${reasonOf(cause)})`

// Returns the name and status of an S3 error, not its message, which may repeat a key.
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if ('$metadata' in cause) {
    const { httpStatusCode } = cause.$metadata as { httpStatusCode?: number }
    return [cause.name, httpStatusCode].filter(Boolean).join(', ')
  }
  return 'code' in cause ? String(cause.code) : cause.message
}
