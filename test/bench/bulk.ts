/**
 * 10,000 rows by one statement beside a statement each, and 10,000 tasks that the worker expires by their rule. Runs on a copy of the
 * world.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { newId } from '../../src/db/ids.ts'
import { Statements } from '../../src/db/statements.ts'
import { sequenceWaitingEvents } from '../../src/events/events.sql.ts'
import { startProcess } from '../support/servers/serverProcess.ts'
import { cpuNanoseconds, cpuNanosecondsOfFamily } from './cost.ts'
import { type BenchGround, prepareBenchGround } from './ground.ts'
import { median } from './load.ts'
import { printSentence, printTable } from './report.ts'
import type { Options } from './requests.ts'

const COUNT = 10_000
const ROUNDS = 5
const STATEMENT_MS_MAX = 150
const BULK_HEADS = ['ms', 'at most', 'CPU ms', 'times with a statement each'] as const
const EXPIRIES_MS_MAX = 15_000
const POLL_MS = 250
const EXPIRIES_WAIT_MS = 300_000

/** A statement for one row or many. Its parameters are the columns of the rows. */
interface Change {
  what: string
  /** Statement that prepares the database. */
  before?: string
  text: string
  /** The columns, each with a value per row. */
  columns: (client: pg.Client) => Promise<unknown[][]>
}

const MESSAGES: Change = {
  what: 'messages inserted',
  text: `
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select id, chat_id, sequence, 'TEXT', author_id, body, (select errand_now())
    from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::text[])
      as written (id, chat_id, sequence, author_id, body)`,
  columns: async (client) => {
    // Sequences that neither an earlier round nor the chats themselves have used.
    const { rows } = await client.query<{ id: string; tasker_id: string; next: number }>(
      `select id, tasker_id, (select max(sequence) + 1 from messages where chat_id = chats.id) as next
      from chats
      order by id desc
      limit ${COUNT}`,
    )
    return [
      rows.map(newId),
      rows.map(({ id }) => id),
      rows.map(({ next }) => next),
      rows.map(({ tasker_id }) => tasker_id),
      rows.map((_, index) => `Message ${index} of many.`),
    ]
  },
}

const MARKS: Change = {
  what: 'reading marks updated',
  text: `
    update chat_participants participant
    set last_read_sequence = read.sequence, last_read_at = (select errand_now())
    from unnest($1::uuid[], $2::uuid[], $3::integer[]) as read (chat_id, user_id, sequence)
    where participant.chat_id = read.chat_id
      and participant.user_id = read.user_id`,
  columns: async (client) => {
    const { rows } = await client.query<{ chat_id: string; user_id: string; next: number }>(
      `select chat_id, user_id, last_read_sequence + 1 as next
      from chat_participants
      order by chat_id, user_id
      limit ${COUNT}`,
    )
    return [rows.map(({ chat_id }) => chat_id), rows.map(({ user_id }) => user_id), rows.map(({ next }) => next)]
  },
}

// With all triggers and constraints, and the table alone.
const CHANGES: readonly Change[] = [
  MESSAGES,
  MARKS,
  {
    ...MESSAGES,
    what: 'messages inserted without foreign keys and triggers',
    before: `
      alter table messages
        drop constraint messages_chat_id_fkey,
        drop constraint messages_author_id_fkey,
        disable trigger user`,
  },
  {
    ...MARKS,
    what: 'reading marks updated without triggers',
    before: 'alter table chat_participants disable trigger user',
  },
]

/** Measures and prints. */
export async function bulk({ data, rounds = ROUNDS }: Options): Promise<void> {
  const ground = await prepareBenchGround({ data, onCopy: true })
  try {
    for (const change of CHANGES) await measure(ground, change, rounds)
    await expire(ground)
    await numberEvents(ground)
  } finally {
    await ground.end()
  }
}

async function measure(
  { client, postmaster }: BenchGround,
  { what, before, text, columns }: Change,
  rounds: number,
): Promise<void> {
  if (before) await client.query(before)
  const name = what.replaceAll(' ', '')
  const run = async (values: unknown[][]): Promise<void> => {
    const { rowCount } = await client.query({ name, text, values })
    if (rowCount !== values[0]?.length) throw new Error(`${rowCount} ${what} instead of ${values[0]?.length}.`)
  }
  const costs: Cost[] = []
  for (let round = 0; round < rounds; round++) {
    const values = await columns(client)
    costs.push(await costOf(postmaster, () => run(values)))
  }
  const values = await columns(client)
  const singly = await costOf(postmaster, async () => {
    await client.query('begin')
    for (let row = 0; row < COUNT; row++) await run(values.map((column) => [column[row]]))
    await client.query('commit')
  })
  const [tookMs, cpuMs] = [median(costs.map((cost) => cost.tookMs)), median(costs.map((cost) => cost.cpuMs))]
  printTable(`${COUNT} rows by one statement, median of ${rounds}`, BULK_HEADS, [
    [what, tookMs.toFixed(0), STATEMENT_MS_MAX.toString(), cpuMs.toFixed(0), (singly.tookMs / tookMs).toFixed(0)],
  ])
}

interface Cost {
  tookMs: number
  /** CPU time of the database's processes. */
  cpuMs: number
}

async function costOf(postmaster: number, work: () => Promise<void>): Promise<Cost> {
  const spentBefore = await cpuNanosecondsOfFamily(postmaster)
  const startedAt = performance.now()
  await work()
  const tookMs = performance.now() - startedAt
  return { tookMs, cpuMs: ((await cpuNanosecondsOfFamily(postmaster)) - spentBefore) / 1e6 }
}

/** The worker finds the passed deadlines when it starts. Each task has two pending applications. */
async function expire({ client, environment, postmaster }: BenchGround): Promise<void> {
  const { rowCount } = await client.query(PASSED)
  if (rowCount !== 2 * COUNT) throw new Error(`There are ${rowCount} applications instead of ${2 * COUNT}.`)
  await client.query('analyze tasks, task_applications')
  const worker = startProcess('worker', { ...environment, NODE_ENV: 'production', ALLOW_SANDBOX: '1' })
  const processId = worker.child.pid ?? 0
  try {
    await untilLeft(client, (left) => left < COUNT)
    const spentBefore = await cpuNanoseconds(processId)
    const { tookMs, cpuMs } = await costOf(postmaster, () => untilLeft(client, (left) => left === 0))
    const workerMs = ((await cpuNanoseconds(processId)) - spentBefore) / 1e6
    printSentence(
      `${COUNT} tasks expired by the worker in ${(tookMs / 1_000).toFixed(1)} s (${EXPIRIES_MS_MAX / 1_000} at most), ` +
        `${(tookMs / COUNT).toFixed(2)} ms each, of it ${(workerMs / COUNT).toFixed(2)} on a processor in the worker ` +
        `and ${(cpuMs / COUNT).toFixed(2)} in the database`,
    )
  } finally {
    await worker.stop()
  }
}

async function untilLeft(client: pg.Client, isEnough: (left: number) => boolean): Promise<void> {
  const deadline = performance.now() + EXPIRIES_WAIT_MS
  while (performance.now() < deadline) {
    const { rows } = await client.query<{ left: number }>(
      `select count(*)::integer as left from tasks where status = 'OPEN' and deadline is not null`,
    )
    if (isEnough(rows[0]?.left ?? 0)) return
    await pause(POLL_MS)
  }
  throw new Error('The tasks did not expire.')
}

/** Assigns the positions, as a server does beside the worker. Each event is in three feeds. */
async function numberEvents({ client }: BenchGround): Promise<void> {
  const statements = new Statements(client)
  const startedAt = performance.now()
  let count = 0
  while (count < COUNT) {
    const numbered = await sequenceWaitingEvents(statements, { waitForLock: true })
    if (numbered === 0) throw new Error(`${count} events were recorded instead of ${COUNT}.`)
    count += numbered
  }
  printSentence(`${count} events of theirs numbered in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
}

const PASSED = `
  with posted as (
    insert into tasks (
      id, title, description, search_text_folded, status, acceptance_mode, budget_minor, currency, deadline, poster_id,
      created_at, updated_at, published_at, application_count, last_arrival_number
    )
    select
      gen_random_uuid(), 'Too late no. ' || n, 'Nobody was accepted.', true, 'OPEN', 'POSTER_CHOICE', 2000, 'EUR',
      errand_now() - interval '1 minute', id, errand_now(), errand_now(), errand_now(), 2, 2
    from bench_people
    where n <= ${COUNT}
    returning id, title
  )
  insert into task_applications (
    id, task_id, applicant_id, status, price_minor, currency, arrival_number, created_at, task_version
  )
  select gen_random_uuid(), posted.id, applicant.id, 'PENDING', 2000, 'EUR', arrival, errand_now(), 1
  from posted
  cross join generate_series(1, 2) arrival
  join bench_people applicant on applicant.n = ${COUNT} + arrival`
