/** Where files are to be kept is tried at the start: else the first upload would find out, and take it for an outage. */
import { randomUUID } from 'node:crypto'
import type { Config } from './config.ts'
import type { Batch } from './domain/incomingFile.ts'
import { scratchFolderOf } from './files/store/openFiles.ts'
import { Scratch } from './files/store/scratch.ts'
import { type FileStore, StoreUnavailableError } from './files/store/store.ts'
import { StartFailure } from './startFailure.ts'

/** Writes a small file, looks for it, and removes it. Refuses with a StartFailure that says what does not work. */
export async function refuseUnusableStore(store: FileStore, config: Config): Promise<void> {
  await refusing(
    (cause) => sentenceForScratch(config, cause),
    async () => {
      await (await Scratch.make(scratchFolderOf(config))).close()
    },
  )
  await refusing(
    (cause) => sentenceForStore(config, cause),
    () => tryStore(store),
  )
}

async function tryStore(store: FileStore): Promise<void> {
  const key = randomUUID()
  await store.write(key, oneByte())
  const isThere = await store.has(key)
  await store.list({ after: undefined, limit: 1 })
  await store.remove(key)
  if (!isThere) throw new StoreUnavailableError(new Error('what was written is not there'))
}

async function refusing(sentenceFor: (cause: unknown) => string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw error instanceof StoreUnavailableError ? new StartFailure(sentenceFor(error.cause)) : error
  }
}

async function* oneByte(): AsyncGenerator<Batch> {
  yield [Buffer.from('.')]
}

const sentenceForScratch = ({ dataDirectory }: Config, cause: unknown): string =>
  `The folder for uploads under way, in ${dataDirectory}, ${faultOf(cause)}: mend that, or set DATA_DIR to another folder.`

function sentenceForStore({ s3, filesDirectory }: Config, cause: unknown): string {
  if (!s3) {
    return `The folder for files, ${filesDirectory}, ${faultOf(cause)}: mend that, or set FILES_DIR to another folder.`
  }
  const place = `${s3.bucket}${s3.endpoint ? ` at ${s3.endpoint}` : ` in ${s3.region}`}`
  return `The bucket ${place} does not take files (${reasonOf(cause)}): look at S3_BUCKET, S3_REGION, S3_ENDPOINT and the keys, which must allow to put, get, delete and list.`
}

const faultOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
    ? 'has no space left'
    : `cannot be written (${reasonOf(cause)})`

// A refusal of S3 has a name and a status, and its message may repeat a key.
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if ('$metadata' in cause) {
    const { httpStatusCode } = cause.$metadata as { httpStatusCode?: number }
    return [cause.name, httpStatusCode].filter(Boolean).join(', ')
  }
  return 'code' in cause ? String(cause.code) : cause.message
}
