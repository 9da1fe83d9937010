/** Refusals of the database itself about chargebacks and nettings, as psql would get them, each by the constraint that states why. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chargebackLifeCycle } from '../../src/chargebacks/chargebackStatus.ts'
import { movesOf } from '../../src/domain/lifeCycle.ts'
import { chargedBack, type Reported } from '../support/chargebacks.ts'
import { closeBooks, moneyMoves, moneyWorld, taskAtWork, transferDue, type World } from '../support/money.ts'
import { everything } from '../support/story.ts'

let world: World
let client: pg.Client
let ids: { open: string; won: string; lost: string; hold: string; otherHold: string; transfer: string; file: string }

beforeAll(async () => {
  world = await moneyWorld()
  const { app } = world
  const idOf = async (chargeback: Reported) => (await chargeback.row()).id
  const open = await chargedBack(world, await taskAtWork(world))
  const won = await chargedBack(world, await taskAtWork(world), { status: 'WON' })
  const { task, transfer } = await transferDue(world)
  await moneyMoves(world)
  const lost = await chargedBack(world, task, { status: 'LOST' })
  const file = crypto.randomUUID()
  ids = {
    open: await idOf(open),
    won: await idOf(won),
    lost: await idOf(lost),
    hold: (await open.row()).holdId,
    otherHold: (await lost.row()).holdId,
    transfer: transfer.uuid,
    file,
  }
  await app.database.pool.query(
    `insert into attachments (
      id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, chargeback_id
    )
    values ($1, $2, 'EVIDENCE', 'AVAILABLE', 'a.txt', 'text/plain', 1, repeat('0', 64), errand_now(), $3)`,
    [file, world.fay.uuid, ids.open],
  )
})
afterAll(async () => {
  await closeBooks(world)
})
beforeEach(async () => {
  client = new pg.Client({ connectionString: world.app.connectionString })
  await client.connect()
})
afterEach(async () => {
  await client.end()
})

/** Runs the statement in a transaction; returns the constraint that refused it or the commit. */
async function refusalOf(statement: string): Promise<string | undefined> {
  await client.query('begin')
  try {
    await client.query(statement)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    if (error instanceof pg.DatabaseError) return error.constraint
    throw error
  }
  return undefined
}

const ofOpen = () => `where id = '${ids.open}'`
const ofLost = () => `where id = '${ids.lost}'`
const update = (columns: string) => `update chargebacks set ${columns} ${ofOpen()}`
const copy = (columns: Record<string, string>) => {
  const names = 'id task_id hold_id provider_reference amount_minor currency reason status opened_at ask_at'.split(' ')
  const values: Record<string, string> = { id: 'gen_random_uuid()', provider_reference: `'dp_copy'`, ...columns }
  return `insert into chargebacks (${names}) select ${names.map((name) => values[name] ?? name)} from chargebacks ${ofOpen()}`
}
const closed = (status: string, more = '') =>
  update(
    `status = '${status}', closed_at = errand_now(), ask_at = null, remind_at = null, evidence_due_at = null${more}`,
  )

const ATTACKS: [constraint: string, statement: () => string][] = [
  ['a_chargeback_is_recorded_once', () => copy({ provider_reference: 'provider_reference' })],
  ['a_chargeback_is_positive', () => copy({ amount_minor: '0' })],
  ['a_chargeback_has_a_reason', () => copy({ reason: `''` })],
  ['a_chargeback_is_about_a_payment_that_was_received', () => copy({ currency: `'JPY'` })],
  ['a_chargeback_is_about_a_payment_that_was_received', () => copy({ hold_id: `'${ids.otherHold}'` })],
  ['an_open_chargeback_freezes_its_hold', () => `update holds set frozen = false where id = '${ids.hold}'`],
  ['the_fee_of_a_chargeback_is_whole', () => update('provider_fee_currency = null')],
  ['a_chargeback_is_closed_exactly_when_it_is_decided', () => update('closed_at = errand_now()')],
  ['only_an_open_chargeback_is_looked_up', () => update('ask_at = null')],
  ['only_a_lost_chargeback_takes_money', () => update('from_hold_minor = 1')],
  ['a_chargeback_takes_at_most_its_amount', () => closed('LOST', ', from_hold_minor = amount_minor + 1')],
  ['a_debt_of_a_chargeback_names_its_transfer', () => closed('LOST', ', debt_minor = 1')],
  ['the_money_trail_of_a_task_balances', () => closed('LOST', ', from_hold_minor = 1')],
  [
    'the_reversals_of_a_transfer_agree_with_it',
    () => closed('LOST', `, debt_minor = 1, debt_transfer_id = '${ids.transfer}'`),
  ],
  ['only_missing_evidence_is_reminded_of', () => update(`evidence_due_by = null`)],
  ['evidence_is_a_draft_or_final', () => update(`statement = 'Painted.'`)],
  ['submitted_evidence_has_a_statement', () => update('submitted_at = errand_now(), remind_at = null')],
  ['only_unsubmitted_evidence_is_sent', () => update('evidence_due_at = errand_now()')],
  ['only_evidence_that_is_sent_has_a_lease', () => update('evidence_lease_until = clock_timestamp()')],
  ['a_failure_of_evidence_is_whole', () => update(`evidence_failure_code = 'no'`)],
  ['evidence_is_retried_at_most_six_times', () => update('evidence_retry_count = 7')],
  ['a_chargeback_keeps_what_it_is_about', () => update('amount_minor = 1')],
  ['a_chargeback_keeps_what_it_is_about', () => update(`hold_id = '${ids.otherHold}'`)],
  ['a_decided_chargeback_never_changes', () => `update chargebacks set from_hold_minor = 0 ${ofLost()}`],
  ['evidence_is_not_deleted', () => `update attachments set status = 'DELETED' where id = '${ids.file}'`],
  [
    'an_attachment_keeps_its_owner',
    () => `update attachments set chargeback_id = '${ids.won}' where id = '${ids.file}'`,
  ],
  ['only_evidence_belongs_to_a_chargeback', () => `update attachments set purpose = 'CHAT' where id = '${ids.file}'`],
  ['only_a_reversal_that_succeeded_recovers', () => reversal('recovers_minor', '1')],
  ['a_transfer_sends_something', () => `update transfers set netted_minor = net_minor where id = '${ids.transfer}'`],
  [
    'the_nettings_of_a_transfer_agree_with_it',
    () => `update transfers set netted_minor = 1 where id = '${ids.transfer}'`,
  ],
  ['a_netting_takes_something', () => netting('0')],
  ['a_transfer_does_not_pay_its_own_debt', () => netting('1')],
]

const reversal = (column: string, value: string) =>
  `insert into reversals (
    id, transfer_id, task_id, amount_minor, return_fee, fee_minor, currency, reason, status, collects_minor, created_at, provider_key,
    due_at, ${column}
  )
  select gen_random_uuid(), id, task_id, 1, false, 0, currency, 'No', 'PENDING', 0, errand_now(), 'key', errand_now(), ${value}
  from transfers where id = '${ids.transfer}'`

const netting = (amount: string) =>
  `insert into debt_nettings (id, transfer_id, debt_transfer_id, task_id, amount_minor, created_at)
  select gen_random_uuid(), id, id, task_id, ${amount}, errand_now() from transfers where id = '${ids.transfer}'`

describe('the database', () => {
  test.each(ATTACKS)('refuses by %s', async (constraint, statement) => {
    const before = await everything(world.app)
    expect(await refusalOf(statement())).toBe(constraint)
    expect(await everything(world.app)).toEqual(before)
  })

  test('refuses to delete a chargeback', async () => {
    await expect(client.query(`delete from chargebacks ${ofOpen()}`)).rejects.toThrow()
    await expect(client.query('truncate chargebacks cascade')).rejects.toThrow()
  })

  test('has the moves of the code, and refuses all others', async () => {
    const { rows } = await client.query<{ from: string; to: string }>(
      `select from_status as "from", to_status as "to" from status_transitions where subject = 'chargeback'`,
    )
    const text = (moves: readonly { from: string; to: string }[]) => moves.map(({ from, to }) => `${from} ${to}`).sort()
    expect(text(rows)).toEqual(text(movesOf(chargebackLifeCycle)))
    for (const status of ['NEEDS_RESPONSE', 'UNDER_REVIEW', 'LOST']) {
      const statement = `update chargebacks set status = '${status}' where id = '${ids.won}'`
      expect(await refusalOf(statement)).toMatch(
        /^a_(decided_chargeback_never_changes|chargeback_follows_its_life_cycle)$/,
      )
    }
  })
})
