/** A day of movements in both books, written without rules and triggers, and faults that are planted in them. */
import type pg from 'pg'
import type { DifferenceKind } from '../../../src/db/generated/enums.ts'
import { type IdPrefix, newId, textOf, toPublicId } from '../../../src/db/ids.ts'
import { seededRandom } from '../seededRandom.ts'

const DAY_MS = 86_400_000
const CHUNK_TASKS = 2_500
// Each task has a charge, a transfer, a reversal and a refund.
const MOVEMENTS = [
  { kind: 'charge', table: 'holds', prefix: 'hld', provider: 'ch' },
  { kind: 'transfer', table: 'transfers', prefix: 'trf', provider: 'tr' },
  { kind: 'reversal', table: 'reversals', prefix: 'rvs', provider: 'trr' },
  { kind: 'refund', table: 'refunds', prefix: 'rfd', provider: 're' },
] as const satisfies { kind: string; table: string; prefix: IdPrefix; provider: string }[]

/** The number of faults, as many of each kind as possible. */
export const FAULTS = 57
const KINDS: readonly DifferenceKind[] = [
  'MISSING_HERE',
  'MISSING_AT_PROVIDER',
  'AMOUNT',
  'CURRENCY',
  'STATUS',
  'DUPLICATE',
]

/** A task with the ids of its objects, in the order of MOVEMENTS. */
interface Row {
  taskId: string
  ids: string[]
  at: Date
}

export interface Books {
  span: { from: Date; to: Date }
  rows: Row[]
}

/** Writes both books of a day with this many lines. The database has two people. */
export async function writeBooks(client: pg.ClientBase, { lines, day }: { lines: number; day: Date }): Promise<Books> {
  const tasks = lines / MOVEMENTS.length
  const to = new Date(day.getTime() + DAY_MS)
  const rows = Array.from({ length: tasks }, (_, index) => ({
    taskId: newId(),
    ids: MOVEMENTS.map(newId),
    // A minute at each end of the day, so that all movements of a task are within it.
    at: new Date(day.getTime() + 60_000 + Math.floor((index * (DAY_MS - 120_000)) / tasks)),
  }))
  await withoutTriggers(client, async () => {
    await client.query(ACCOUNTS)
    for (let start = 0; start < tasks; start += CHUNK_TASKS)
      await writeChunk(client, rows.slice(start, start + CHUNK_TASKS))
  })
  await client.query(
    'analyze tasks, holds, transfers, reversals, refunds, ledger_transactions, ledger_entries, ledger_accounts, sandbox.movements',
  )
  return { span: { from: day, to }, rows }
}

async function writeChunk(client: pg.ClientBase, rows: readonly Row[]): Promise<void> {
  const columns = [
    rows.map(({ taskId }) => taskId),
    ...MOVEMENTS.map((_, place) => rows.map(({ ids }) => ids[place])),
    rows.map(({ at }) => at),
  ]
  for (const statement of OBJECTS) await client.query(statement, columns)
  for (const [place, { kind, prefix, provider }] of MOVEMENTS.entries()) {
    const ids = rows.map(({ ids }) => ids[place] ?? '')
    await client.query(BOOK, [
      ids.map((id) => providerId(provider, id)),
      kind,
      ids.map((id) => textOf(toPublicId(prefix, id))),
      AMOUNTS[place],
      rows.map(({ ids: [hold = ''] }) => (kind === 'refund' ? providerId('ch', hold) : null)),
      rows.map(({ ids: [, transfer = ''] }) => (kind === 'reversal' ? providerId('tr', transfer) : null)),
      rows.map(({ at }) => new Date(at.getTime() + place * 1_000)),
    ])
  }
}

const providerId = (prefix: string, id: string): string => `${prefix}_${id.replaceAll('-', '')}`

/**
 * Plants FAULTS faults of all kinds into movements of all kinds, each in another task. Returns the differences that must be found, as
 * `KIND reference of the provider`, in alphabetical order.
 */
export async function plantFaults(client: pg.ClientBase, { rows }: Books, seed: number): Promise<string[]> {
  const random = seededRandom(seed)
  const chosen = new Set<number>()
  while (chosen.size < FAULTS) chosen.add(Math.floor(random() * rows.length))
  const planted: string[] = []
  await withoutTriggers(client, async () => {
    for (const [fault, index] of [...chosen].entries()) {
      const kind = KINDS[fault % KINDS.length] ?? 'AMOUNT'
      const place = Math.floor(fault / KINDS.length) % MOVEMENTS.length
      const reference = await plantOne(client, { kind, place, id: rows[index]?.ids[place] ?? '' })
      planted.push(`${kind} ${reference}`)
    }
  })
  return planted.sort()
}

interface Fault {
  kind: DifferenceKind
  place: number
  id: string
}

/** Plants one fault, and returns the provider's reference of the line or the movement. */
async function plantOne(client: pg.ClientBase, { kind, place, id }: Fault): Promise<string> {
  const movement = MOVEMENTS[place] ?? MOVEMENTS[0]
  const providerReference = providerId(movement.provider, id)
  const other = providerId(movement.provider, newId())
  const change = async (statement: string, ...values: unknown[]) => {
    const { rowCount } = await client.query(statement, values)
    if (rowCount !== 1) throw new Error(`A fault of the kind ${kind} was not planted.`)
  }
  switch (kind) {
    case 'MISSING_HERE':
      await change(COPY, providerReference, other, textOf(toPublicId(movement.prefix, newId())))
      return other
    case 'DUPLICATE':
      await change(COPY, providerReference, other, textOf(toPublicId(movement.prefix, id)))
      return other
    case 'MISSING_AT_PROVIDER':
      await change('delete from sandbox.movements where id = $1', providerReference)
      return providerReference
    case 'AMOUNT':
      await change('update sandbox.movements set amount_minor = amount_minor + 1 where id = $1', providerReference)
      return providerReference
    case 'CURRENCY':
      await change(`update sandbox.movements set currency = 'USD' where id = $1`, providerReference)
      return providerReference
    case 'STATUS':
      // The provider has moved the money; here it has failed, and nothing is posted.
      await client.query(UNPOST, [id])
      await change(`update ${movement.table} set ${FAILED[movement.table]} where id = $1`, id)
      return providerReference
  }
}

async function withoutTriggers(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('set session_replication_role = replica')
  try {
    await work()
  } finally {
    await client.query('set session_replication_role = origin')
  }
}

const FAILED: Record<(typeof MOVEMENTS)[number]['table'], string> = {
  holds: `status = 'FAILED', funded_at = null`,
  transfers: `status = 'FAILED', succeeded_at = null`,
  reversals: `status = 'FAILED'`,
  refunds: `status = 'FAILED'`,
}

// Of the hold, the transfer, the reversal and the refund.
const AMOUNTS = [2_000, 1_800, 500, 700]

const ACCOUNTS = `
  insert into ledger_accounts (id, kind, currency)
  values
    (gen_random_uuid(), 'PROVIDER_CLEARING', 'EUR'),
    (gen_random_uuid(), 'PLATFORM_FEE', 'EUR'),
    (gen_random_uuid(), 'REFUND_CLEARING', 'EUR')
  on conflict do nothing`

const FROM_ROWS = `
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[])
    row (task_id, hold_id, transfer_id, reversal_id, refund_id, at)`

const NOW = `row.at - interval '1 second'`

/** A posting at the provider a second after its movement, with the other side in an account of the platform. */
const posting = (kind: string, column: string, place: number, direction: 'DEBIT' | 'CREDIT'): string => `
  with posted as (
    insert into ledger_transactions (id, kind, task_id, ${column}, posted_at)
    select gen_random_uuid(), '${kind}', row.task_id, ${column === 'transfer_id, reversal_id' ? 'row.transfer_id, row.reversal_id' : `row.${column}`},
      row.at + interval '${place + 1} seconds'
    ${FROM_ROWS}
    returning id
  )
  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  select gen_random_uuid(), posted.id, account.id,
    case when (account.kind = 'PROVIDER_CLEARING') = ('${direction}' = 'DEBIT') then 'DEBIT' else 'CREDIT' end::entry_direction,
    ${AMOUNTS[place]}
  from posted
  join ledger_accounts account on account.currency = 'EUR' and account.kind in ('PROVIDER_CLEARING', 'PLATFORM_FEE')`

/** A posting that does not concern the provider, as every transfer and refund has one. */
const ELSEWHERE = `
  with posted as (
    insert into ledger_transactions (id, kind, task_id, refund_id, posted_at)
    select gen_random_uuid(), 'refund.requested', row.task_id, row.refund_id, row.at
    ${FROM_ROWS}
    returning id
  )
  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  select gen_random_uuid(), posted.id, account.id,
    case account.kind when 'PLATFORM_FEE' then 'DEBIT' else 'CREDIT' end::entry_direction, ${AMOUNTS[3]}
  from posted
  join ledger_accounts account on account.currency = 'EUR' and account.kind in ('REFUND_CLEARING', 'PLATFORM_FEE')`

const OBJECTS = [
  `insert into tasks (
    id, title, description, search_text, search_text_folded, status, acceptance_mode, budget_minor, currency, remote, poster_id, assignee_id,
    agreed_price_minor, fee_rule_version, accepted_at, created_at, updated_at, published_at, submitted_at, completed_at, ended_at
  )
  select
    row.task_id, 'Paint the fence', 'White.', 'paint the fence white.', true, 'COMPLETED', 'FIRST_COME', 2000, 'EUR', false, poster.id,
    tasker.id, 2000, 1, ${NOW}, ${NOW}, ${NOW}, ${NOW}, ${NOW}, ${NOW}, ${NOW}
  ${FROM_ROWS}
  cross join (select id from users order by id limit 1) poster
  cross join (select id from users order by id limit 1 offset 1) tasker`,
  `insert into holds (
    id, task_id, status, amount_minor, remaining_minor, released_minor, currency, payment_method_id, provider_reference, created_at,
    funded_at, provider_key, funding_key
  )
  select
    row.hold_id, row.task_id, 'RELEASED', 2000, 0, 2000, 'EUR', 'pm_ok', 'ch_' || replace(row.hold_id::text, '-', ''), ${NOW}, row.at, 'key',
    'key'
  ${FROM_ROWS}`,
  `insert into transfers (
    id, task_id, hold_id, destination_id, status, gross_minor, fee_minor, net_minor, reversed_minor, currency, provider_reference, created_at,
    succeeded_at, provider_key
  )
  select
    row.transfer_id, row.task_id, row.hold_id, tasker.id, 'SUCCEEDED', 2000, 200, 1800, 500, 'EUR',
    'tr_' || replace(row.transfer_id::text, '-', ''), ${NOW}, row.at, 'key'
  ${FROM_ROWS}
  cross join (select id from users order by id limit 1 offset 1) tasker`,
  `insert into reversals (
    id, transfer_id, task_id, amount_minor, return_fee, fee_minor, currency, reason, status, provider_reference, collects_minor, created_at,
    provider_key
  )
  select
    row.reversal_id, row.transfer_id, row.task_id, 500, false, 0, 'EUR', 'Late.', 'SUCCEEDED',
    'trr_' || replace(row.reversal_id::text, '-', ''), 0, ${NOW}, 'key'
  ${FROM_ROWS}`,
  `insert into refunds (id, task_id, hold_id, amount_minor, currency, reason, status, provider_reference, created_at, provider_key)
  select
    row.refund_id, row.task_id, row.hold_id, 700, 'EUR', 'Late.', 'SUCCEEDED', 're_' || replace(row.refund_id::text, '-', ''), ${NOW}, 'key'
  ${FROM_ROWS}`,
  posting('hold.funded', 'hold_id', 0, 'DEBIT'),
  posting('transfer.succeeded', 'transfer_id', 1, 'CREDIT'),
  posting('reversal.succeeded', 'transfer_id, reversal_id', 2, 'DEBIT'),
  posting('refund.succeeded', 'refund_id', 3, 'CREDIT'),
  ELSEWHERE,
]

const BOOK = `
  insert into sandbox.movements (
    id, kind, our_reference, idempotency_key, amount_minor, currency, charge_id, transfer_id, created_at
  )
  select
    movement.id, $2::sandbox.movement_kind, movement.reference, movement.id, $4, 'EUR', movement.charge_id, movement.transfer_id,
    movement.at
  from unnest($1::text[], $3::text[], $5::text[], $6::text[], $7::timestamptz[]) movement (id, reference, charge_id, transfer_id, at)`

// Some time later on the same day, so that the two lines are on different pages.
const COPY = `
  insert into sandbox.movements (
    id, kind, our_reference, idempotency_key, amount_minor, currency, charge_id, transfer_id, created_at
  )
  select
    $2, kind, $3, $2, amount_minor, currency, charge_id, transfer_id,
    least(created_at + interval '40 minutes', date_trunc('day', created_at, 'UTC') + interval '23 hours 59 minutes')
  from sandbox.movements
  where id = $1`

const UNPOST = `
  with postings as (
    delete from ledger_transactions
    where kind in ('hold.funded', 'transfer.succeeded', 'reversal.succeeded', 'refund.succeeded')
      and coalesce(reversal_id, transfer_id, hold_id, refund_id) = $1
    returning id
  )
  delete from ledger_entries
  using postings
  where ledger_entries.transaction_id = postings.id`
