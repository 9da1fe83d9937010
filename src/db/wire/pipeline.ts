/**
 * Statements as pg has them of others: objects that write their own packet to a connection and are told of the answer. Its own
 * ask PostgreSQL to describe the columns each time, make parsers and results of them, and write a packet in five pieces, which
 * costs a small statement as much as sending it does.
 */
import type pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'
import { serialize } from 'pg-protocol'

/** What pg's types leave out of a connection: the statements that it has prepared, by name. */
export type Connection = pg.Connection & { parsedStatements: Record<string, string | undefined> }

export interface PreparedStatement {
  /** pg notes under it what the connection has prepared. Without one it is prepared for this time only. */
  name?: string | undefined
  text: string
  values: readonly unknown[]
}

// Of the statement that was bound last: give all rows.
const EXECUTE = serialize.execute()
const SYNC = serialize.sync()
const DESCRIBE = serialize.describe({ type: 'P' })

/** Whether a connection has prepared this very statement. */
export const isPreparedOn = ({ parsedStatements }: Connection, { name, text }: NamedStatement): boolean =>
  parsedStatements[name] === text

/** A row of a statement whose columns are all text. */
export type TextRow = (string | null)[]

/** A read that goes along with a statement: one that the connection has prepared, of columns that are text. */
export interface PrefetchRead extends PreparedStatement {
  name: string
  /** What it found. Undefined until then, where it failed, and where it did not go along. */
  rows: TextRow[] | undefined
  /** The cache key of the statement. */
  readonly shapeKey?: string
}

/** One that has a name. */
export type NamedStatement = PreparedStatement & { name: string }

interface Surroundings {
  /** Whether PostgreSQL is to describe the columns. */
  described: boolean
  begins?: boolean
  /** What goes before it. The connection has prepared all of them. */
  earlier?: readonly NamedStatement[]
  commits?: boolean
  /** What goes behind all of it. */
  reads?: readonly PrefetchRead[]
}

export const BEGIN: NamedStatement = { name: 'begin', text: 'begin', values: [] }
const COMMITTING = executionOfText('commit')
const NOTHING: readonly never[] = []

/**
 * One packet, in one piece: to gather pieces costs the stream more than to copy some hundred bytes. Gives what pg is to tell the
 * statement when it cannot be sent: another one has its name.
 */
export function writePipeline(
  connection: Connection,
  { name = '', text, values }: PreparedStatement,
  { described, begins = false, earlier = NOTHING, commits = false, reads = NOTHING }: Surroundings,
): Error | undefined {
  const prepared = name === '' ? undefined : connection.parsedStatements[name]
  if (prepared !== undefined && prepared !== text) return new Error(`Two statements are named ${name}.`)
  const pieces: Buffer[] = []
  if (begins) pieces.push(bound(BEGIN), EXECUTE)
  for (const one of earlier) pieces.push(bound(one), EXECUTE)
  if (prepared === undefined) pieces.push(serialize.parse({ name, text }))
  pieces.push(bound({ name, values }))
  if (described) pieces.push(DESCRIBE)
  pieces.push(EXECUTE)
  if (commits) pieces.push(COMMITTING)
  for (const read of reads) pieces.push(bound(read), EXECUTE)
  pieces.push(SYNC)
  // On a connection that has ended nothing can be written, and pg tells the statement so.
  if (connection.stream.writable) connection.stream.write(Buffer.concat(pieces))
  return undefined
}

const bound = ({ name, values }: Pick<NamedStatement, 'name' | 'values'>): Buffer =>
  serialize.bind({ statement: name, values: values as unknown[], valueMapper: prepareValue })

function executionOfText(text: string): Buffer {
  return Buffer.concat([serialize.parse({ text }), serialize.bind(), EXECUTE])
}
