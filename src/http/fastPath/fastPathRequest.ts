/** Parses the requests that the fast path supports: JSON of a known length by POST, or a query by GET. */
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { PersistedDocuments } from '../../engine/documents/persistedDocuments.ts'
import { DOCUMENT_ID, documentIdOf } from '../persistedDocuments.ts'
import { BODY_BYTES_MAX, JSON_TYPE } from '../requestBody.ts'
import { type MediaType, mediaTypeFor } from './mediaType.ts'

type FindDocument = Pick<PersistedDocuments, 'find'>

export interface FastPathRequest {
  query: string
  variables: Record<string, unknown>
  operationName: string | undefined
}

/** Returns the media type of the response; undefined if the request is not plain. Reads nothing of the body. */
export function fastPathMediaType({ method, headers }: IncomingMessage): MediaType | undefined {
  const isPlain = method === 'POST' ? isPlainPost(headers) : method === 'GET' && isPlainGet(headers)
  return isPlain ? mediaTypeFor(headers.accept) : undefined
}

function isPlainPost(headers: IncomingHttpHeaders): boolean {
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return false
  if (headers['content-encoding'] !== undefined) return false
  const length = headers['content-length']
  // The slow path reads a body of unknown length.
  return length !== undefined && Number(length) <= BODY_BYTES_MAX
}

// The slow path handles a body and a cookie: a request with a cookie may be forged by a page of another site.
const isPlainGet = (headers: IncomingHttpHeaders): boolean =>
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  headers['content-type'] === undefined &&
  headers.cookie === undefined

/**
 * Collects the body of a plain request; Node.js guarantees that it has the length of Content-Length. The promise resolves to a
 * boolean, not to a Buffer, because resolving with an object looks up `then` along its whole prototype chain.
 */
export class FastPathBody {
  /** Resolves to false if the client disconnected before the end of the body. */
  readonly isComplete: Promise<boolean>
  readonly #pieces: Buffer[] = []

  constructor(request: IncomingMessage) {
    const length = Number(request.headers['content-length'])
    this.isComplete = new Promise((resolve) => {
      let bytes = 0
      request.on('data', (piece: Buffer) => {
        bytes += piece.length
        this.#pieces.push(piece)
        if (bytes >= length) resolve(true)
      })
      // `close` is emitted last, also after an error, which needs no listener. An empty body is complete at this point.
      request.on('close', () => {
        if (bytes < length || length === 0) resolve(length === 0)
      })
    })
  }

  get bytes(): Buffer {
    const [first] = this.#pieces
    return first && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces)
  }
}

const MEMBERS = new Set(['query', 'variables', 'operationName', 'extensions', DOCUMENT_ID])

/** Parses a body; undefined if it is not a plain request. The slow path then reports what is wrong. */
export function parseFastPathBody(body: Buffer, documents: FindDocument): FastPathRequest | undefined {
  const parsed = isUtf8(body) ? parseJson(body.toString()) : undefined
  if (!isObject(parsed)) return undefined
  for (const name in parsed) if (!MEMBERS.has(name) && parsed[name] !== null) return undefined
  return requestFrom(parsed, documents)
}

/** Parses a URL as Yoga does: an empty parameter counts as absent. */
export function parseFastPathUrl(url = '', documents: FindDocument): FastPathRequest | undefined {
  const start = url.indexOf('?')
  if (start < 0 || url.includes('#')) return undefined
  const parameters = new URLSearchParams(url.slice(start + 1))
  return requestFrom(
    {
      query: parameters.get('query') || undefined,
      documentId: parameters.get(DOCUMENT_ID) || undefined,
      operationName: parameters.get('operationName') || undefined,
      variables: jsonParameter(parameters, 'variables'),
      extensions: jsonParameter(parameters, 'extensions'),
    },
    documents,
  )
}

// Text that is not JSON stays text, which `requestFrom` rejects.
function jsonParameter(parameters: URLSearchParams, name: string): unknown {
  const text = parameters.get(name)
  return text ? (parseJson(text) ?? text) : undefined
}

// Other extensions are information about the client.
function requestFrom(request: Record<string, unknown>, documents: FindDocument): FastPathRequest | undefined {
  const { variables, operationName, extensions } = request
  if (!isAbsentOr(variables, isObject) || !isAbsentOr(operationName, isText)) return undefined
  if (!isAbsentOr(extensions, isObject)) return undefined
  const query = textOf(request, documents)
  if (typeof query !== 'string') return undefined
  return { query, variables: variables ?? {}, operationName: operationName ?? undefined }
}

// The slow path refuses an unknown id, and a text that comes with the id of another.
function textOf(request: Record<string, unknown>, documents: FindDocument): unknown {
  const id = documentIdOf(request)
  if (id === undefined) return request.query
  const text = id === null ? undefined : documents.find(id)
  return request.query === undefined || request.query === null || request.query === text ? text : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string'

const isAbsentOr = <Value>(
  value: unknown,
  isValue: (value: unknown) => value is Value,
): value is Value | null | undefined => value === undefined || value === null || isValue(value)
