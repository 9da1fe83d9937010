/**
 * A file store on S3 or a compatible service. A file is buffered on the local disk until it is complete and inspected, and then
 * sent in one request: S3 needs the size in advance, and a multipart upload would take 5 MiB of memory per part.
 */
import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { S3Config } from '../../config.ts'
import { Scratch } from './scratch.ts'
import { type ByteRange, type FileStore, StoreUnavailableError } from './store.ts'

const PREFIX = 'files/'
const CONNECT_TIMEOUT_MS = 5_000
// After this long without a byte, a retry is better than waiting.
const SILENCE_TIMEOUT_MS = 20_000
const ATTEMPTS_MAX = 3

/** Every S3 error and timeout becomes a StoreUnavailableError. `scratchFolder` buffers the files before they are sent. */
export function s3Store({ config, scratchFolder }: { config: S3Config; scratchFolder: string }): FileStore {
  const { bucket: Bucket } = config
  const connected = connect(config)
  const keyOf = (key: string) => ({ Bucket, Key: PREFIX + key })
  return {
    async write(key, bytes) {
      const scratch = await Scratch.make(scratchFolder)
      try {
        for await (const batch of bytes) await scratch.append(batch)
        const Body = Readable.from(scratch.read(), { objectMode: false })
        const ContentLength = scratch.byteSize
        await run(connected, ({ client, sdk }) =>
          client.send(new sdk.PutObjectCommand({ ...keyOf(key), Body, ContentLength })),
        )
      } finally {
        await scratch.close()
      }
    },
    async read(key, range) {
      const part = range && { Range: rangeHeader(range) }
      const object = await runUnlessMissing(connected, ({ client, sdk }) =>
        client.send(new sdk.GetObjectCommand({ ...keyOf(key), ...part })),
      )
      return object?.Body as AsyncIterable<Uint8Array> | undefined
    },
    async has(key) {
      const head = await runUnlessMissing(connected, ({ client, sdk }) =>
        client.send(new sdk.HeadObjectCommand(keyOf(key))),
      )
      return head !== undefined
    },
    async remove(key) {
      await runUnlessMissing(connected, ({ client, sdk }) => client.send(new sdk.DeleteObjectCommand(keyOf(key))))
    },
    async list({ after, limit }) {
      const start = after === undefined ? {} : { StartAfter: PREFIX + after }
      const page = { Bucket, Prefix: PREFIX, MaxKeys: limit, ...start }
      const { Contents = [] } = await run(connected, ({ client, sdk }) =>
        client.send(new sdk.ListObjectsV2Command(page)),
      )
      return Contents.flatMap(({ Key, LastModified }) =>
        Key && LastModified ? [{ key: Key.slice(PREFIX.length), writtenAt: LastModified }] : [],
      )
    },
    async clearUnfinished() {}, // A file sent in one request is stored completely or not at all.
  }
}

type Sdk = typeof import('@aws-sdk/client-s3')

interface Connection {
  sdk: Sdk
  client: S3Client
}

const ignore = () => {}
// The SDK's logger is off, because errors are thrown and logged where they are caught.
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** Imports the SDK on demand, because it is large. */
async function connect({ region, endpoint, credentials }: S3Config): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    maxAttempts: ATTEMPTS_MAX,
    logger: SILENT,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS },
    // Other implementations of S3 do not support the newer checksums, which are sent in a trailer.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { sdk, client }
}

const rangeHeader = ({ start, end }: ByteRange): string => `bytes=${start}-${end}`

type Operation<Value> = (connection: Connection) => Promise<Value>

async function run<Value>(connected: Promise<Connection>, request: Operation<Value>): Promise<Value> {
  const found = await runUnlessMissing(connected, request)
  if (found === undefined) throw new StoreUnavailableError(new Error('The bucket is not there.'))
  return found
}

async function runUnlessMissing<Value>(connected: Promise<Connection>, request: Operation<Value>) {
  const connection = await connected
  try {
    return await request(connection)
  } catch (error) {
    const isMissing = error instanceof connection.sdk.S3ServiceException && error.$metadata.httpStatusCode === 404
    if (isMissing) return undefined
    throw new StoreUnavailableError(error)
  }
}
