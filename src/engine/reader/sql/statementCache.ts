/** Bounded LRU cache of compiled statements by shape key. Clients can send any number of shapes. */
import { createHash } from 'node:crypto'
import { BoundedCache } from '../../../cache/boundedCache.ts'
import type { Statement } from './statement.ts'

// The operations of an application have some hundred shapes. A statement has about 4 kB.
const SHAPES_MAX = 1_000
// Longer ones are compiled each time: a thousand of them would fill the memory of the server.
const KEY_LENGTH_MAX = 20_000
const TEXT_LENGTH_MAX = 60_000

export interface CachedStatement extends Statement {
  /** A hash of the text: after an eviction the statement has the same name again, so connections have prepared it already. */
  name: string
  /** The shape key of the read. */
  key: string
  uses: number
  /** The same read for a list of ids, compiled when it is first needed. */
  batch?: CachedStatement
}

/** The compiled statements by shape key. */
export class StatementCache {
  readonly #statements = new BoundedCache<string, CachedStatement | Error>({ name: 'statements', max: SHAPES_MAX })

  /** The statement of a shape, compiled on the first call. An error of compiling it is cached and thrown again. */
  of(key: string, compile: () => Statement): CachedStatement {
    let result = this.#statements.get(key)
    if (!result) {
      result = statementOrError(key, compile)
      if (isShort(key, result)) this.#statements.set(key, result)
    }
    if (result instanceof Error) throw result
    return result
  }
}

const isShort = (key: string, result: CachedStatement | Error): boolean =>
  key.length <= KEY_LENGTH_MAX && (result instanceof Error || result.text.length <= TEXT_LENGTH_MAX)

function statementOrError(key: string, compile: () => Statement): CachedStatement | Error {
  try {
    return named(key, compile())
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

/** Adds the name under which connections prepare the statement. */
export function named(key: string, statement: Statement): CachedStatement {
  const digest = createHash('sha256').update(statement.text).digest('base64url')
  return { ...statement, name: `read_${digest.slice(0, 27)}`, key, uses: 0 }
}
