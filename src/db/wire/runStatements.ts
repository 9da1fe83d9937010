/** Runs statements in one pipeline if the connection has prepared them, else one by one. */
import type pg from 'pg'
import { connectionOf, submit } from './pgInternals.ts'
import { BEGIN, isPreparedOn } from './pipeline.ts'
import {
  columnsOn,
  NO_FRAME,
  type OnDone,
  PipelinedStatement,
  type PipelineFrame,
  StatementQuery,
} from './statementQuery.ts'

interface Outcome {
  /** The error that undid the statements, or null. */
  failure: Error | null
  /** The error of a prefetch, which undid nothing. */
  readFailure: Error | null
}

/** Runs statements on a connection. Each has its result when this resolves without a failure. */
export function runStatements(
  client: pg.PoolClient,
  statements: readonly PipelinedStatement[],
  frame: PipelineFrame,
): Promise<Outcome> {
  const connection = connectionOf(client)
  const columnsOf = columnsOn(connection)
  // pg notes every parsed statement of a query under one name, and a pipeline is one query: so only its last statement may be new.
  // The others are sent before it, one by one, and a read that is new is not prefetched.
  const isKnown = ({ statement }: PipelinedStatement, index: number) =>
    index === statements.length - 1 || (isPreparedOn(connection, statement) && columnsOf.has(statement.name))
  if ((frame.begins && !isPreparedOn(connection, BEGIN)) || !statements.every(isKnown)) {
    return runOneByOne(client, frame.begins ? [new PipelinedStatement(BEGIN), ...statements] : statements, frame)
  }
  const reads = frame.reads.filter((read) => isPreparedOn(connection, read))
  return send(client, statements, { begins: frame.begins, commits: frame.commits, reads })
}

async function runOneByOne(
  client: pg.PoolClient,
  statements: readonly PipelinedStatement[],
  { commits, reads }: PipelineFrame,
): Promise<Outcome> {
  for (const one of statements.slice(0, -1)) {
    const { failure } = await send(client, [one], NO_FRAME)
    if (failure) return { failure, readFailure: null }
  }
  return runStatements(client, statements.slice(-1), { begins: false, commits, reads })
}

const send = (client: pg.PoolClient, statements: readonly PipelinedStatement[], frame: PipelineFrame) =>
  new Promise<Outcome>((resolve) => {
    const done: OnDone = (failure, readFailure) => resolve({ failure, readFailure })
    submit(client, new StatementQuery(statements, frame, done))
  })
