/** Statements in tests: read through the API, and replayed from the entries of the ledger. */
import { PLATFORM_ID } from '../../src/transfers/ledger/statements/statementSpan.ts'
import { ask, type Caller } from './ask.ts'
import type { TestApp } from './servers/app.ts'

export interface Line {
  at: string
  kind: string
  amount: { minorUnits: string }
  balance: { minorUnits: string }
  task: { id: string; title: string } | null
  subject: { id: string } | null
}

export interface Statement {
  from: string
  to: string
  currencyCode: string
  opening: { minorUnits: string }
  closing: { minorUnits: string }
  csvUrl: string
  lines: { nodes: Line[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

export interface Span {
  from: string
  to: string
  currencyCode: string
}

/** All times, in euros. */
export const EVER: Span = { from: '2000-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z', currencyCode: 'EUR' }

const FIELDS = /* GraphQL */ `{
  from to currencyCode opening { minorUnits } closing { minorUnits } csvUrl
  lines(first: $first, after: $after) {
    nodes { at kind amount { minorUnits } balance { minorUnits } task { id title } subject { id } }
    pageInfo { hasNextPage endCursor }
  }
}`
const ARGUMENTS = '(from: $from, to: $to, currencyCode: $currencyCode)'
const VARIABLES = '($from: DateTime!, $to: DateTime!, $currencyCode: CurrencyCode!, $first: Int, $after: String)'

export type Whose = 'own' | 'platform'

/** One page of the caller's own statement, or of the platform's. */
export async function statementPage(
  caller: Caller,
  whose: Whose,
  span: Span,
  page: { first?: number; after?: string | null } = {},
): Promise<Statement | null> {
  const field = `statement${ARGUMENTS} ${FIELDS}`
  const query = `query ${VARIABLES} { ${whose === 'own' ? `viewer { ${field} }` : field} }`
  const data = await ask<{ statement: Statement | null; viewer: { statement: Statement } }>(caller, query, {
    first: 100,
    ...span,
    ...page,
  })
  return whose === 'own' ? data.viewer.statement : data.statement
}

/** A whole statement, read in pages of `first` lines. */
export async function wholeStatement(
  caller: Caller,
  whose: Whose,
  span: Span,
  first = 100,
): Promise<Omit<Statement, 'lines'> & { lines: Line[] }> {
  const lines: Line[] = []
  for (let after: string | null = null; ; ) {
    const page: Statement | null = await statementPage(caller, whose, span, { first, after })
    if (!page) throw new Error('The statement is not visible.')
    lines.push(...page.lines.nodes)
    if (!page.lines.pageInfo.hasNextPage) return { ...page, lines }
    after = page.lines.pageInfo.endCursor
  }
}

/** An entry of the ledger, for its owner: a person, or the platform. Positive if it is a credit. */
export interface Entry {
  ownerId: string | null
  currency: string
  postedAt: Date
  amountMinor: bigint
}

/** Every entry of the ledger with its owner, in the words of the accounts, and not by the view that the lines come from. */
export async function entriesByOwner({ prisma }: TestApp): Promise<Entry[]> {
  const entries = await prisma.ledgerEntry.findMany({
    include: { account: { include: { task: true } }, transaction: true },
  })
  return entries.map(({ account, transaction, direction, amountMinor }) => {
    const platform = {
      PLATFORM_FEE: PLATFORM_ID,
      ADJUSTMENT: PLATFORM_ID,
      PROVIDER_CLEARING: null,
      REFUND_CLEARING: null,
    }
    const owner = { TASK_HOLD: account.task?.posterId ?? null, USER_PAYABLE: account.userId, USER_DEBT: account.userId }
    return {
      ownerId: { ...platform, ...owner }[account.kind],
      currency: account.currency,
      postedAt: transaction.postedAt,
      amountMinor: direction === 'CREDIT' ? amountMinor : -amountMinor,
    }
  })
}

/**
 * Adds lines of one cent to the statement of a person, a second apart from 2020 on. All of them are of one posting, without the entries that
 * they would come from: a ledger of that size would take minutes.
 */
export async function addLines(
  { database }: TestApp,
  { ownerId, taskId, count }: { ownerId: string; taskId: string; count: number },
): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query("set statement_timeout = '60s'")
    await client.query('set session_replication_role = replica')
    const { rows } = await client.query<{ id: string }>(
      `insert into ledger_transactions (id, kind, task_id, transfer_id, posted_at)
       values (gen_random_uuid(), 'transfer.created', $1, gen_random_uuid(), '2020-01-01T00:00:00Z')
       returning id`,
      [taskId],
    )
    await client.query(
      `insert into statement_lines (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
       select $1, 'EUR', '2020-01-01T00:00:00Z'::timestamptz + n * interval '1 second', n, $2, 1
       from generate_series(1, $3::integer) n`,
      [ownerId, rows[0]?.id, count],
    )
    await client.query('analyze statement_lines')
  } finally {
    // Its settings end with it.
    client.release(true)
  }
}
