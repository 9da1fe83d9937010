/** A request in the one form that the lane knows: JSON of a known length by POST, with nothing in it that is not GraphQL's. */
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { BODY_BYTES_MAX, JSON_TYPE } from '../requestForm.ts'
import { type MediaType, mediaTypeFor } from './mediaType.ts'

export interface LaneRequest {
  query: string
  variables: Record<string, unknown>
  operationName: string | undefined
}

/** The form in which to answer; undefined for a request that is not the lane's, of which nothing has been read then. */
export function laneMediaType({ method, url, headers }: IncomingMessage): MediaType | undefined {
  if (method !== 'POST' || url?.includes('?') || !JSON_TYPE.test(headers['content-type'] ?? '')) return undefined
  const length = headers['content-length']
  // Whoever does not say how long it is, is read piece by piece elsewhere.
  if (length === undefined || Number(length) > BODY_BYTES_MAX) return undefined
  return mediaTypeFor(headers.accept)
}

/**
 * The body of a request in the lane, which is as long as its head says: Node sees to that. Whoever waits for it is told of nothing but
 * that it is there: a promise that is kept with an object first looks whether that is a promise too, in all that it inherits.
 */
export class LaneBody {
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

const MEMBERS = new Set(['query', 'variables', 'operationName'])

/** What it asks, where it is of the form. Whatever else there is to say to it, the long way says. */
export function parseLaneRequest(body: Buffer): LaneRequest | undefined {
  const parsed = parseJson(body)
  if (!isObject(parsed)) return undefined
  const { query, variables, operationName } = parsed
  for (const name in parsed) if (!MEMBERS.has(name) && parsed[name] !== null) return undefined
  if (typeof query !== 'string' || !isNothing(variables, isObject) || !isNothing(operationName, isText))
    return undefined
  return { query, variables: variables ?? {}, operationName: operationName ?? undefined }
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined
  try {
    return JSON.parse(body.toString())
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
