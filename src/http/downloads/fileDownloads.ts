/** GET /files/...: serves a file to the holder of a signed link, if the viewer of the link may still see the file. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import { type OpenedFile, openLink } from '../../accounts/openLink.ts'
import type { Database } from '../../db/client.ts'
import type { PrismaClient } from '../../db/generated/client.ts'
import type { FileLinks } from '../../files/fileLinks.ts'
import { contentDisposition, downloadName } from '../../files/inspection/filename.ts'
import { type ByteRange, type FileStore, StoreUnavailableError } from '../../files/store/store.ts'
import { answerOrigin } from '../cors.ts'
import { answerMethod, READING } from '../methods.ts'
import type { RequestMeta } from '../requestMeta.ts'
import { loggedCause } from '../responses/loggedCause.ts'
import { sendError } from '../responses/responses.ts'
import type { Route } from '../server.ts'

// A client that reads nothing for this long is disconnected, because each download keeps a file open.
const SILENCE_MS = 30_000

export interface Downloads {
  database: Database
  prisma: PrismaClient
  staffNeedsSecondFactor: boolean
  files: { store: FileStore; links: FileLinks }
  corsOrigins: readonly string[]
  log: Logger
}

/** Returns the route: it sends the file or a range of it, and 404 for every link that opens no file, for any reason. */
export function makeDownloads(downloads: Downloads): Route {
  return async (request, response, { requestId }: RequestMeta) => {
    if (answerOrigin(request, response, { origins: downloads.corsOrigins, methods: READING })) return
    if (answerMethod(request, response, READING)) return
    const link = downloads.files.links.read(request.url ?? '')
    const file = link && (await openLink(downloads, link))
    if (!file) return sendError(response, 'NOT_FOUND', { requestId })
    await send(file, { request, response, requestId, downloads })
  }
}

interface Download {
  request: IncomingMessage
  response: ServerResponse
  requestId: string
  downloads: Downloads
}

async function send(file: OpenedFile, download: Download): Promise<void> {
  const { request, response, requestId, downloads } = download
  const { store } = downloads.files
  const etag = `"${file.sha256}"`
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
  const size = Number(file.byteSize)
  const range = rangeOf(request, size, etag)
  try {
    const isWanted = request.method === 'GET' && range !== 'unsatisfiable'
    const bytes = isWanted ? await store.read(file.id, range) : undefined
    if (isWanted ? !bytes : !(await store.has(file.id))) return sendError(response, 'NOT_FOUND', { requestId })
    setHeaders(file, download, etag)
    if (range === 'unsatisfiable') return void response.writeHead(416, { 'content-range': `bytes */${size}` }).end()
    writeHead(response, size, range)
    if (bytes) await sendBytes(bytes, response)
    else response.end()
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error
    downloads.log.warn({ requestId, code: 'UNAVAILABLE', cause: loggedCause(error) }, 'request failed')
    if (response.headersSent) response.destroy()
    else sendError(response, 'UNAVAILABLE', { requestId })
  }
}

function setHeaders({ filename, contentType }: OpenedFile, { response }: Download, etag: string) {
  response.setHeader('content-type', contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType)
  response.setHeader('content-disposition', contentDisposition(downloadName(filename, contentType)))
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox")
  // The link is the permission: a page of another origin that has the link may show the image.
  response.setHeader('cross-origin-resource-policy', 'cross-origin')
  response.setHeader('accept-ranges', 'bytes')
  response.setHeader('etag', etag)
}

function writeHead(response: ServerResponse, size: number, range: ByteRange | undefined): void {
  if (!range) return void response.writeHead(200, { 'content-length': size })
  const { start, end } = range
  response.writeHead(206, { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` })
}

/** Streams the bytes with backpressure; ends when the client disconnects or stops reading. */
async function sendBytes(bytes: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  response.setTimeout(SILENCE_MS, () => response.destroy())
  try {
    await pipeline(bytes instanceof Readable ? bytes : Readable.from(bytes, { objectMode: false }), response)
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error
  }
}

/** Returns the requested range. Several ranges, an invalid one, and one for another version of the file mean the whole file. */
function rangeOf({ headers }: IncomingMessage, size: number, etag: string): ByteRange | undefined | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
  const ifRange = headers['if-range']
  if ((!first && !last) || (ifRange !== undefined && ifRange !== etag)) return undefined
  const start = first ? Number(first) : Math.max(0, size - Number(last))
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1
  if (first && last && Number(last) < start) return undefined
  return start > end ? 'unsatisfiable' : { start, end }
}
