/** How statements are sent together: what a connection has not met yet goes before them by itself. */
import type pg from 'pg'
import { BEGIN, type Connection, isPreparedOn } from './pipeline.ts'
import {
  columnsOn,
  NO_FRAME,
  type OnDone,
  PipelinedStatement,
  type PipelineFrame,
  StatementQuery,
} from './statementQuery.ts'

interface Outcome {
  /** What went wrong, unless all is done. */
  failure: Error | null
  /** What went wrong with what was read along. */
  readFailure: Error | null
}

type Client = pg.PoolClient & { connection: Connection }

/** Runs statements on a connection, in one packet with what goes along. Each is done when this is, unless it gives what went wrong. */
export function runStatements(
  client: pg.PoolClient,
  statements: readonly PipelinedStatement[],
  part: PipelineFrame,
): Promise<Outcome> {
  const { connection } = client as Client
  const columnsOf = columnsOn(connection)
  // Of a packet pg takes all that is prepared for its last statement, so what the connection does not know comes before it by itself;
  // and is not read along, but as soon as it is asked for.
  const isKnown = ({ statement }: PipelinedStatement, place: number) =>
    place === statements.length - 1 || (isPreparedOn(connection, statement) && columnsOf.has(statement.name))
  if ((part.begins && !isPreparedOn(connection, BEGIN)) || !statements.every(isKnown)) {
    return runOneByOne(client, part.begins ? [new PipelinedStatement(BEGIN), ...statements] : statements, part)
  }
  const reads = part.reads.filter((read) => isPreparedOn(connection, read))
  return send(client, statements, { begins: part.begins, commits: part.commits, reads })
}

async function runOneByOne(
  client: pg.PoolClient,
  statements: readonly PipelinedStatement[],
  part: PipelineFrame,
): Promise<Outcome> {
  for (const one of statements.slice(0, -1)) {
    const { failure } = await send(client, [one], NO_FRAME)
    if (failure) return { failure, readFailure: null }
  }
  return runStatements(client, statements.slice(-1), { begins: false, commits: part.commits, reads: part.reads })
}

const send = (client: pg.PoolClient, statements: readonly PipelinedStatement[], part: PipelineFrame) =>
  new Promise<Outcome>((resolve) => {
    const done: OnDone = (failure, readFailure) => resolve({ failure, readFailure })
    client.query<pg.Submittable>(new StatementQuery(statements, part, done))
  })
