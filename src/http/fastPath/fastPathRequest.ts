/** A request in the forms that the fast path knows: JSON of a known length by POST, or a query in the address by GET. */
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { BODY_BYTES_MAX, JSON_TYPE } from '../requestBody.ts'
import { type MediaType, mediaTypeFor } from './mediaType.ts'

export interface FastPathRequest {
  query: string
  variables: Record<string, unknown>
  operationName: string | undefined
}

/** The form in which to answer; undefined for a request that is not the fast path's, of which nothing has been read then. */
export function fastPathMediaType({ method, headers }: IncomingMessage): MediaType | undefined {
  const isPlain = method === 'POST' ? isPlainPost(headers) : method === 'GET' && isPlainGet(headers)
  return isPlain ? mediaTypeFor(headers.accept) : undefined
}

function isPlainPost(headers: IncomingHttpHeaders): boolean {
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return false
  if (headers['content-encoding'] !== undefined) return false
  const length = headers['content-length']
  // A body that does not say how long it is, is read piece by piece elsewhere.
  return length !== undefined && Number(length) <= BODY_BYTES_MAX
}

// A body or a cookie is for the slow path to judge: with a cookie, a page of another site could have sent the request.
const isPlainGet = (headers: IncomingHttpHeaders): boolean =>
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  headers['content-type'] === undefined &&
  headers.cookie === undefined

/**
 * The body of a request in the fast path, which is as long as its head says: Node sees to that. Whoever waits for it is told of nothing but
 * that it is there: a promise that is kept with an object first looks whether that is a promise too, in all that it inherits.
 */
export class FastPathBody {
  /** Whether it came; else the client has gone before it was all there. */
  readonly whole: Promise<boolean>
  readonly #pieces: Buffer[] = []

  constructor(request: IncomingMessage) {
    const length = Number(request.headers['content-length'])
    this.whole = new Promise((resolve) => {
      let bytes = 0
      request.on('data', (piece: Buffer) => {
        bytes += piece.length
        this.#pieces.push(piece)
        if (bytes >= length) resolve(true)
      })
      // It comes behind everything, also behind an error, which nobody need listen to. An empty body ends with it.
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

const MEMBERS = new Set(['query', 'variables', 'operationName', 'extensions'])

/** The request in a body, where it is of the form. Whatever else there is to say to it, the slow path says. */
export function parseFastPathBody(body: Buffer): FastPathRequest | undefined {
  const parsed = isUtf8(body) ? parseJson(body.toString()) : undefined
  if (!isObject(parsed)) return undefined
  for (const name in parsed) if (!MEMBERS.has(name) && parsed[name] !== null) return undefined
  return laneRequestOf(parsed)
}

/** The request in an address, read as Yoga reads it: what is empty is not there. */
export function parseFastPathUrl(url = ''): FastPathRequest | undefined {
  const start = url.indexOf('?')
  if (start < 0 || url.includes('#')) return undefined
  const parameters = new URLSearchParams(url.slice(start + 1))
  return laneRequestOf({
    query: parameters.get('query') || undefined,
    operationName: parameters.get('operationName') || undefined,
    variables: parsedIn(parameters, 'variables'),
    extensions: parsedIn(parameters, 'extensions'),
  })
}

// Text that is no JSON is left as a text, of which the fast path knows nothing to make.
function parsedIn(parameters: URLSearchParams, name: string): unknown {
  const text = parameters.get(name)
  return text ? (parseJson(text) ?? text) : undefined
}

// Extensions are what clients say of themselves; nothing here depends on them.
function laneRequestOf({ query, variables, operationName, extensions }: Record<string, unknown>) {
  if (typeof query !== 'string' || !isNothing(variables, isObject) || !isNothing(operationName, isText))
    return undefined
  if (!isNothing(extensions, isObject)) return undefined
  return { query, variables: variables ?? {}, operationName: operationName ?? undefined }
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

const isNothing = <Value>(
  value: unknown,
  isOne: (value: unknown) => value is Value,
): value is Value | null | undefined => value === undefined || value === null || isOne(value)
