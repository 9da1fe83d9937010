/**
 * Pipelines: statements whose messages are written together and answered in one round trip, perhaps with BEGIN before them, COMMIT
 * after them and prefetches after the commit.
 */
import { bindMessage, type Connection, DESCRIBE, EXECUTE, parseMessage, SYNC, write } from './pgInternals.ts'

export interface PreparedStatement {
  /** Undefined for a statement that is prepared for one use. */
  name?: string | undefined
  text: string
  values: readonly unknown[]
}

export type NamedStatement = PreparedStatement & { name: string }

/** A row of a statement whose columns are all text. */
export type TextRow = (string | null)[]

/** A read that is pipelined after a commit. Its columns are text, so they need no description. */
export interface PrefetchRead extends NamedStatement {
  /** Undefined until it is read, if it fails, and if its connection has not prepared it. */
  rows: TextRow[] | undefined
  /** The cache key of the statement. */
  readonly shapeKey?: string
}

/** True if the connection has prepared this statement. */
export const isPreparedOn = ({ parsedStatements }: Connection, { name, text }: NamedStatement): boolean =>
  parsedStatements[name] === text

interface Surroundings {
  /** True if PostgreSQL has to describe the columns. */
  described: boolean
  begins?: boolean
  /** Statements before this one, all of them prepared on the connection. */
  earlier?: readonly NamedStatement[]
  commits?: boolean
  /** Reads after all of it, all of them prepared on the connection. */
  reads?: readonly PrefetchRead[]
}

/** Begins a transaction. Prepared, so that it can be pipelined. */
export const BEGIN: NamedStatement = { name: 'begin', text: 'begin', values: [] }
const COMMIT = Buffer.concat([parseMessage('', 'commit'), bindMessage('', []), EXECUTE])
const NONE: readonly never[] = []

/**
 * Writes a pipeline whose last statement is this one, which is prepared if need be. Returns an error, and writes nothing, if the
 * connection has prepared another statement of its name.
 */
export function writePipeline(
  connection: Connection,
  { name = '', text, values }: PreparedStatement,
  { described, begins = false, earlier = NONE, commits = false, reads = NONE }: Surroundings,
): Error | undefined {
  const prepared = name === '' ? undefined : connection.parsedStatements[name]
  if (prepared !== undefined && prepared !== text) return new Error(`Two statements are named ${name}.`)
  const messages: Buffer[] = []
  if (begins) messages.push(bound(BEGIN), EXECUTE)
  for (const one of earlier) messages.push(bound(one), EXECUTE)
  if (prepared === undefined) messages.push(parseMessage(name, text))
  messages.push(bindMessage(name, values))
  if (described) messages.push(DESCRIBE)
  messages.push(EXECUTE)
  if (commits) messages.push(COMMIT)
  for (const read of reads) messages.push(bound(read), EXECUTE)
  messages.push(SYNC)
  write(connection, messages)
  return undefined
}

const bound = ({ name, values }: NamedStatement): Buffer => bindMessage(name, values)
