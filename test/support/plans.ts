/** Records the statements that the server sends to PostgreSQL, and explains their plans. */
import pg from 'pg'
import { StatementQuery } from '../../src/db/wire/statementQuery.ts'

export interface SentStatement {
  /** The name in the leading comment. */
  name: string
  /** True for a prepared statement, for which PostgreSQL may use a generic plan. */
  isPrepared: boolean
  text: string
  values: unknown[]
}

// Sent for each new connection, and for the reachability probe once a second.
const NOT_COUNTED = new Set(['prepareConnection', 'probeDatabase'])

/** Returns the statements that this process sends while `work` runs. No other work may run concurrently. */
export const statementsOf = async (work: () => Promise<unknown>): Promise<SentStatement[]> =>
  (await roundTripsOf(work)).flat()

/** The same, grouped by round trip. */
export async function roundTripsOf(work: () => Promise<unknown>): Promise<SentStatement[][]> {
  const roundTrips: SentStatement[][] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    const [statement] = parameters as [string | { text: string; values?: unknown[]; name?: string }]
    const { text, values = [], name } = typeof statement === 'string' ? { text: statement } : statement
    const all = statement instanceof StatementQuery ? statement.statements : [{ text, values, name }]
    if (!NOT_COUNTED.has(nameIn(text))) roundTrips.push(all.map(toSentStatement))
    return Reflect.apply(query, this, parameters)
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return roundTrips
}

const toSentStatement = ({
  text,
  values,
  name,
}: {
  text: string
  values: readonly unknown[]
  name?: string | undefined
}): SentStatement => ({
  name: nameIn(text),
  isPrepared: name !== undefined,
  text,
  values: [...values],
})

const nameIn = (text: string): string => /^\/\* ([^*]+) \*\//.exec(text)?.[1] ?? ''

/** A node of a plan in the JSON of EXPLAIN. */
export interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

export type PlanMode = 'force_custom_plan' | 'force_generic_plan'

/**
 * Returns the custom or generic plan of a statement with its actual row counts. `client` must be a connection of the server,
 * because its settings matter. Executes the statement, and rolls it back.
 */
export async function planOf(client: pg.ClientBase, sent: SentStatement, mode: PlanMode): Promise<PlanNode> {
  return explain(client, sent, { mode, how: 'analyze, timing off' })
}

/** Returns the generic plan without execution, so without row counts. */
export const intendedPlanOf = (client: pg.ClientBase, sent: SentStatement): Promise<PlanNode> =>
  explain(client, sent, { mode: 'force_generic_plan', how: 'costs off' })

async function explain(
  client: pg.ClientBase,
  { text, values }: SentStatement,
  { mode, how }: { mode: PlanMode; how: string },
) {
  await client.query(`begin; set local plan_cache_mode = ${mode}; prepare explained as ${text}`)
  try {
    const parameters = values.length > 0 ? `(${values.map(literalOf).join(', ')})` : ''
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (${how}, format json) execute explained${parameters}`,
    )
    const [plan] = rows[0]?.['QUERY PLAN'] ?? []
    if (!plan) throw new Error('EXPLAIN returned nothing.')
    return plan.Plan
  } finally {
    await client.query('rollback')
    await client.query('deallocate explained')
  }
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(elementOf).join()}}`)
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value))
}

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return JSON.stringify(value instanceof Date ? value.toISOString() : String(value))
}

/** Returns all nodes of a plan, the root first. */
export const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** Returns how many rows a node fetched from a table, including the filtered ones. */
export function rowsReadBy(node: PlanNode): number {
  if (node['Relation Name'] === undefined) return 0
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return Math.round((node['Actual Rows'] + removed) * node['Actual Loops'])
}
