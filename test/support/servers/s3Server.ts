/** A server with the S3 protocol, on a free port. */
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

const require = createRequire(import.meta.url)
interface Listing {
  isTruncated: boolean
}

interface Store {
  prototype: { listObjects(...parameters: unknown[]): Promise<Listing> }
}

// For a truncated page, s3rver creates a token with a cipher that OpenSSL 3 does not have. The store pages by key, and needs none.
const { prototype: store } = require('s3rver/lib/stores/filesystem') as Store
const { listObjects } = store
store.listObjects = async function (...parameters) {
  return { ...(await listObjects.apply(this, parameters)), isTruncated: false }
}

interface S3Server {
  run(): Promise<AddressInfo>
  close(): Promise<void>
}

const S3rver = require('s3rver') as new (options: object) => S3Server

export const S3_CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** Starts the server with one empty bucket in this folder. */
export async function startS3({ directory, bucket }: { directory: string; bucket: string }) {
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  })
  const { port } = await server.run()
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => server.close() }
}
