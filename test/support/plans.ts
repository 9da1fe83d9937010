/** What the server sends to PostgreSQL, and what PostgreSQL reads to answer it. */
import pg from 'pg'
import { StatementQuery } from '../../src/db/wire/statementQuery.ts'

export interface Sent {
  /** The name in the leading comment. */
  name: string
  /** It stays prepared, so PostgreSQL may keep one plan of it for all values. */
  isPrepared: boolean
  text: string
  values: unknown[]
}

// What a connection needs for itself, whenever it is made, and the look once a second whether the database answers.
const OF_NO_WORK = new Set(['prepareConnection', 'probeDatabase'])

/** The statements that this process sends by pg while `work` runs; other work at the same time must not be. */
export const statementsOf = async (work: () => Promise<unknown>): Promise<Sent[]> => (await packetsOf(work)).flat()

/** The same, those of a packet together. */
export async function packetsOf(work: () => Promise<unknown>): Promise<Sent[][]> {
  const packets: Sent[][] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    const [statement] = parameters as [string | { text: string; values?: unknown[]; name?: string }]
    const { text, values = [], name } = typeof statement === 'string' ? { text: statement } : statement
    const all = statement instanceof StatementQuery ? statement.statements : [{ text, values, name }]
    if (!OF_NO_WORK.has(nameIn(text))) packets.push(all.map(sentAs))
    return Reflect.apply(query, this, parameters)
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return packets
}

const sentAs = ({
  text,
  values,
  name,
}: {
  text: string
  values: readonly unknown[]
  name?: string | undefined
}): Sent => ({
  name: nameIn(text),
  isPrepared: name !== undefined,
  text,
  values: [...values],
})

const nameIn = (text: string): string => /^\/\* ([^*]+) \*\//.exec(text)?.[1] ?? ''

/** A node of a plan, as EXPLAIN says it in JSON. */
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
 * The plan by which the statement runs, for its very values or as it would be kept for all values. `client` is a connection of
 * the server, whose settings count. It runs, and what it changes is taken back.
 */
export async function planOf(client: pg.ClientBase, sent: Sent, mode: PlanMode): Promise<PlanNode> {
  return explain(client, sent, { mode, how: 'analyze, timing off' })
}

/** The same without running it, so nothing is known of what it reads. */
export const intendedPlanOf = (client: pg.ClientBase, sent: Sent): Promise<PlanNode> =>
  explain(client, sent, { mode: 'force_generic_plan', how: 'costs off' })

async function explain(client: pg.ClientBase, { text, values }: Sent, { mode, how }: { mode: PlanMode; how: string }) {
  await client.query(`begin; set local plan_cache_mode = ${mode}; prepare explained as ${text}`)
  try {
    const parameters = values.length > 0 ? `(${values.map(literalOf).join(', ')})` : ''
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (${how}, format json) execute explained${parameters}`,
    )
    const [plan] = rows[0]?.['QUERY PLAN'] ?? []
    if (!plan) throw new Error('EXPLAIN said nothing.')
    return plan.Plan
  } finally {
    await client.query('rollback')
    await client.query('deallocate explained')
  }
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((item) => JSON.stringify(String(item))).join()}}`)
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value))
}

/** All nodes of a plan, the root first. */
export const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** How many rows were fetched from a table, whether they were wanted or not. */
export function rowsReadBy(node: PlanNode): number {
  if (node['Relation Name'] === undefined) return 0
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return Math.round((node['Actual Rows'] + removed) * node['Actual Loops'])
}
