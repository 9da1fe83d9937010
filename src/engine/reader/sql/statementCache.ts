/** Statements by the shape of the read, the ones used last. What clients can think of is endless; this is not. */
import { createHash } from 'node:crypto'
import { LruCache } from '../../../cache/lruCache.ts'
import type { Statement } from './statement.ts'

// The operations of an application have some hundred shapes. A statement is about 4 kB here.
const SHAPES_MAX = 1_000
// Longer ones are compiled each time: a thousand of them would be the memory of the server.
const KEY_LENGTH_MAX = 20_000
const TEXT_LENGTH_MAX = 60_000

export interface CachedStatement extends Statement {
  /** Made of the text: a shape that comes back after it was forgotten is prepared already. */
  name: string
  /** The shape of the read. */
  key: string
  uses: number
  /** The same for many ids at once, when it was first needed. */
  batch?: CachedStatement
}

export class StatementCache {
  readonly #statements = new LruCache<CachedStatement | Error>(SHAPES_MAX)

  /** The statement of a shape, compiled when it is new; throws again what compiling it threw. */
  of(key: string, compile: () => Statement): CachedStatement {
    let found = this.#statements.get(key)
    if (!found) {
      found = attempt(key, compile)
      if (isShort(key, found)) this.#statements.set(key, found)
    }
    if (found instanceof Error) throw found
    return found
  }
}

const isShort = (key: string, found: CachedStatement | Error): boolean =>
  key.length <= KEY_LENGTH_MAX && (found instanceof Error || found.text.length <= TEXT_LENGTH_MAX)

function attempt(key: string, compile: () => Statement): CachedStatement | Error {
  try {
    return named(key, compile())
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

/** The statement with the name that it is prepared under. */
export function named(key: string, statement: Statement): CachedStatement {
  const digest = createHash('sha256').update(statement.text).digest('base64url')
  return { ...statement, name: `read_${digest.slice(0, 27)}`, key, uses: 0 }
}
