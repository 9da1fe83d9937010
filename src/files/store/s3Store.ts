/**
 * S3, or what speaks its protocol, as a file store. A file waits on this machine's disk until it is whole and found to be good,
 * and is then sent in one request: S3 wants to know how many bytes come, and parts of it would be 5 MiB of memory each.
 */
import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { S3Config } from '../../config.ts'
import { Scratch } from './scratch.ts'
import { type ByteRange, type FileStore, StoreUnavailableError } from './store.ts'

const PREFIX = 'files/'
const CONNECT_TIMEOUT_MS = 5_000
// Without a byte for this long, another try is better than more patience.
const SILENCE_TIMEOUT_MS = 20_000
const ATTEMPTS_MAX = 3

/** Everything that S3 refuses, or does not answer, is a StoreUnavailableError. `scratchFolder` is where files wait. */
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
        await use(connected, ({ client, sdk }) =>
          client.send(new sdk.PutObjectCommand({ ...keyOf(key), Body, ContentLength })),
        )
      } finally {
        await scratch.close()
      }
    },
    async read(key, range) {
      const part = range && { Range: rangeHeader(range) }
      const object = await useUnlessMissing(connected, ({ client, sdk }) =>
        client.send(new sdk.GetObjectCommand({ ...keyOf(key), ...part })),
      )
      return object?.Body as AsyncIterable<Uint8Array> | undefined
    },
    async has(key) {
      const head = await useUnlessMissing(connected, ({ client, sdk }) =>
        client.send(new sdk.HeadObjectCommand(keyOf(key))),
      )
      return head !== undefined
    },
    async remove(key) {
      await useUnlessMissing(connected, ({ client, sdk }) => client.send(new sdk.DeleteObjectCommand(keyOf(key))))
    },
    async list({ after, limit }) {
      const start = after === undefined ? {} : { StartAfter: PREFIX + after }
      const page = { Bucket, Prefix: PREFIX, MaxKeys: limit, ...start }
      const { Contents = [] } = await use(connected, ({ client, sdk }) =>
        client.send(new sdk.ListObjectsV2Command(page)),
      )
      return Contents.flatMap(({ Key, LastModified }) =>
        Key && LastModified ? [{ key: Key.slice(PREFIX.length), writtenAt: LastModified }] : [],
      )
    },
    async clearUnfinished() {}, // What is sent in one request is there whole or not at all.
  }
}

type Sdk = typeof import('@aws-sdk/client-s3')

interface Connection {
  sdk: Sdk
  client: S3Client
}

const ignore = () => {}
// Failures are thrown, and logged where they are caught.
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** Loaded only where it is used: it is large. */
async function connect({ region, endpoint, credentials }: S3Config): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    maxAttempts: ATTEMPTS_MAX,
    logger: SILENT,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS },
    // Other makes of S3 do not know the newer checksums, which come in a trailer.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { sdk, client }
}

const rangeHeader = ({ start, end }: ByteRange): string => `bytes=${start}-${end}`

type Request<Value> = (connection: Connection) => Promise<Value>

async function use<Value>(connected: Promise<Connection>, request: Request<Value>): Promise<Value> {
  const found = await useUnlessMissing(connected, request)
  if (found === undefined) throw new StoreUnavailableError(new Error('The bucket is not there.'))
  return found
}

async function useUnlessMissing<Value>(connected: Promise<Connection>, request: Request<Value>) {
  const connection = await connected
  try {
    return await request(connection)
  } catch (error) {
    const isMissing = error instanceof connection.sdk.S3ServiceException && error.$metadata.httpStatusCode === 404
    if (isMissing) return undefined
    throw new StoreUnavailableError(error)
  }
}
