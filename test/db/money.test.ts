/** Constraints on money in the database itself, each by its name. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acts, closeBooks, moneyMoves, moneyWorld, taskAtWork, transferDue, type World } from '../support/money.ts'
import type { Named } from '../support/story.ts'

let world: World
/** Held, not approved. */
let atWork: Named
/** Approved and paid. */
let paid: { task: Named; transfer: Named }
/** Paid; 2.00 were taken back, and 5.00 are to be. */
let reversed: { task: Named; transfer: Named }
/** Approved, not paid. */
let owed: { task: Named; transfer: Named }
/** Canceled, and the refund is not sent. */
let canceled: Named
let client: pg.Client

beforeAll(async () => {
  world = await moneyWorld()
  paid = await transferDue(world)
  await moneyMoves(world)
  reversed = await transferDue(world)
  await moneyMoves(world)
  const takesBack = (amount: string) =>
    acts(world.fay, 'reverseTransfer', {
      transferId: reversed.transfer.id,
      amount: { amount, currencyCode: 'EUR' },
      reason: 'Not done.',
    })
  await takesBack('2.00')
  await moneyMoves(world)
  await takesBack('5.00')
  owed = await transferDue(world)
  atWork = await taskAtWork(world)
  canceled = await world.anna.posts()
  await world.anna.funds(canceled)
  await world.anna.cancels(canceled)
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

/** Returns the name of the constraint that refuses these statements, in one transaction, or its commit. */
async function refusalOf(...statements: string[]): Promise<string | undefined> {
  await client.query('begin')
  try {
    for (const statement of statements) await client.query(statement)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    if (error instanceof pg.DatabaseError) return error.constraint
    throw error
  }
  return undefined
}

const ofTask = ({ uuid }: Named) => `where task_id = '${uuid}'`
const ofTransfer = ({ uuid }: Named) => `where id = '${uuid}'`

const POSTING_ID = '00000000-0000-7000-8000-000000000001'
const account = (kind: string, { uuid }: Named) => `(
  select account.id from ledger_accounts account
  where account.kind = '${kind}' and account.currency = 'EUR' and coalesce(account.task_id, '${uuid}') = '${uuid}'
  limit 1
)`
const insertPosting = (kind: string, task: Named, subject = `'${owed.transfer.uuid}'`) => `
  insert into ledger_transactions (id, kind, task_id, transfer_id, posted_at)
  values ('${POSTING_ID}', '${kind}', '${task.uuid}', ${subject}, now())`
const insertEntry = (direction: string, kind: string, task: Named, amount: number | string) => `
  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  values (gen_random_uuid(), '${POSTING_ID}', ${account(kind, task)}, '${direction}', ${amount})`

describe('the ledger', () => {
  test('refuses a posting that does not sum to zero', async () => {
    expect(
      await refusalOf(
        insertPosting('test', atWork),
        insertEntry('DEBIT', 'PROVIDER_CLEARING', atWork, 100),
        insertEntry('CREDIT', 'TASK_HOLD', atWork, 99),
      ),
    ).toBe('a_ledger_transaction_sums_to_zero')
  })

  test('refuses a posting without entries', async () => {
    expect(await refusalOf(insertPosting('test', atWork))).toBe('a_ledger_transaction_has_entries')
  })

  test('refuses a posting that sums to zero only across two currencies', async () => {
    await world.anna.funds(await world.anna.posts({ budget: { amount: '2000', currencyCode: 'JPY' } }))
    const yen = `(select id from ledger_accounts where kind = 'PROVIDER_CLEARING' and currency = 'JPY')`
    expect(
      await refusalOf(
        insertPosting('test', atWork),
        insertEntry('DEBIT', 'PROVIDER_CLEARING', atWork, 100),
        `insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
         values (gen_random_uuid(), '${POSTING_ID}', ${yen}, 'CREDIT', 100)`,
      ),
    ).toBe('a_ledger_transaction_sums_to_zero')
  })

  test('refuses a second posting of the same fact', async () => {
    expect(await refusalOf(insertPosting('transfer.created', owed.task))).toBe(
      'a_transfer_is_posted_once_for_each_event',
    )
    expect(
      await refusalOf(
        `insert into ledger_transactions (id, kind, task_id, hold_id, posted_at)
         select '${POSTING_ID}', 'hold.funded', task_id, id, now() from holds ${ofTask(atWork)}`,
      ),
    ).toBe('a_hold_is_posted_once_for_each_event')
    expect(
      await refusalOf(
        `insert into ledger_transactions (id, kind, task_id, refund_id, posted_at)
         select '${POSTING_ID}', 'refund.requested', task_id, id, now() from refunds ${ofTask(canceled)}`,
      ),
    ).toBe('a_refund_is_posted_once_for_each_event')
  })

  test('refuses a second posting of a reversal, and one without its transfer', async () => {
    const posting = (column: string, subject: string) => `
      insert into ledger_transactions (id, kind, task_id, ${column}, reversal_id, posted_at)
      select '${POSTING_ID}', 'reversal.succeeded', task_id, ${subject}, id, now()
      from reversals where transfer_id = '${reversed.transfer.uuid}' and status = 'SUCCEEDED'`
    expect(await refusalOf(posting('transfer_id', 'transfer_id'))).toBe('a_reversal_is_posted_once_for_each_event')
    const hold = '(select id from holds where task_id = reversals.task_id)'
    expect(await refusalOf(posting('hold_id', hold))).toBe('a_posting_of_a_reversal_names_its_transfer')
  })

  test('keeps a debt only for a person', async () => {
    expect(
      await refusalOf(
        `insert into ledger_accounts (id, kind, currency) values (gen_random_uuid(), 'USER_DEBT', 'EUR')`,
      ),
    ).toBe('only_payables_and_debts_belong_to_a_person')
  })

  test('refuses a posting with no subject or with two', async () => {
    expect(await refusalOf(insertPosting('test', owed.task, 'null'))).toBe('a_posting_has_one_subject')
  })

  test('refuses an entry of zero or less', async () => {
    expect(await refusalOf(insertPosting('test', atWork), insertEntry('DEBIT', 'PROVIDER_CLEARING', atWork, 0))).toBe(
      'an_entry_is_positive',
    )
    expect(await refusalOf(insertPosting('test', atWork), insertEntry('DEBIT', 'PROVIDER_CLEARING', atWork, -1))).toBe(
      'an_entry_is_positive',
    )
  })

  test('refuses a negative balance of a liability account, for any task', async () => {
    expect(
      await refusalOf(
        insertPosting('test', atWork),
        insertEntry('DEBIT', 'TASK_HOLD', atWork, 2001),
        insertEntry('CREDIT', 'PROVIDER_CLEARING', atWork, 2001),
      ),
    ).toBe('an_account_that_owes_is_never_below_zero')
  })

  test.each(['ledger_transactions', 'ledger_entries'])('refuses every change of %s', async (table) => {
    const constraint = `${table}_are_append_only`
    const change = table === 'ledger_entries' ? 'amount_minor = amount_minor + 1' : `description = 'changed'`
    expect(await refusalOf(`update ${table} set ${change}`)).toBe(constraint)
    expect(await refusalOf(`delete from ${table}`)).toBe(constraint)
    expect(await refusalOf(`truncate ${table} cascade`)).toMatch(/_are_append_only$/)
  })
})

describe('balances', () => {
  test('are changed by entries only', async () => {
    const constraint = 'ledger_balances_follow_from_entries'
    expect(await refusalOf(`update ledger_balances set balance_minor = balance_minor + 1 ${ofTask(atWork)}`)).toBe(
      constraint,
    )
    expect(await refusalOf(`delete from ledger_balances ${ofTask(atWork)}`)).toBe(constraint)
    expect(
      await refusalOf(
        `insert into ledger_balances (account_id, task_id, kind, balance_minor)
         select account_id, '${canceled.uuid}', kind, 1 from ledger_balances ${ofTask(atWork)}`,
      ),
    ).toBe(constraint)
  })

  test('of past moments (closings) change by entries alone', async () => {
    const constraint = 'ledger_closings_follow_from_entries'
    await client.query(`
      insert into ledger_closings (account_id, through, debit_minor)
      select id, '2020-01-01', 0 from ledger_accounts where kind = 'PLATFORM_FEE'`)
    expect(await refusalOf('update ledger_closings set debit_minor = debit_minor + 1')).toBe(constraint)
    expect(await refusalOf('delete from ledger_closings')).toBe(constraint)
    expect(await refusalOf('truncate ledger_closings')).toBe(constraint)
  })

  test('reverses another posting, never itself', async () => {
    const id = '01a00000-0000-7000-8000-000000000009'
    expect(
      await refusalOf(`
        insert into ledger_transactions (id, kind, task_id, hold_id, posted_at, reverses_id)
        select '${id}', 'test.reversal', task_id, id, errand_now(), '${id}' from holds limit 1`),
    ).toBe('a_posting_does_not_reverse_itself')
  })

  test('belong to accounts that cannot be changed', async () => {
    expect(await refusalOf(`update ledger_accounts set currency = 'USD'`)).toBe('ledger_accounts_are_append_only')
    expect(await refusalOf(`delete from ledger_accounts ${ofTask(atWork)}`)).toBe('ledger_accounts_are_append_only')
  })
})

describe('the money trail of a task', () => {
  const TRAIL = 'the_money_trail_of_a_task_balances'

  test('is refused if either side is off by one', async () => {
    expect(await refusalOf(`update holds set amount_minor = amount_minor + 1 ${ofTask(paid.task)}`)).toBe(TRAIL)
    expect(await refusalOf(`update holds set remaining_minor = remaining_minor - 1 ${ofTask(atWork)}`)).toBe(TRAIL)
    expect(
      await refusalOf(
        `update transfers set net_minor = net_minor - 1, fee_minor = fee_minor + 1 ${ofTransfer(paid.transfer)}`,
      ),
    ).toBe(TRAIL)
    expect(await refusalOf(`update transfers set reversed_minor = 1 ${ofTransfer(paid.transfer)}`)).toBe(TRAIL)
  })

  test('refuses money without a posting, and a posting without money', async () => {
    expect(
      await refusalOf(
        `update transfers set status = 'PROCESSING', due_at = null, lease_until = now() ${ofTransfer(owed.transfer)}`,
        `update transfers set status = 'SUCCEEDED', succeeded_at = now(), lease_until = null ${ofTransfer(owed.transfer)}`,
      ),
    ).toBe(TRAIL)
    expect(
      await refusalOf(
        insertPosting('test', atWork),
        insertEntry('DEBIT', 'PROVIDER_CLEARING', atWork, 1),
        insertEntry('CREDIT', 'TASK_HOLD', atWork, 1),
      ),
    ).toBe(TRAIL)
  })

  test('refuses a refund that succeeds without a posting', async () => {
    expect(
      await refusalOf(
        `update refunds set status = 'PROCESSING', due_at = null, lease_until = now() ${ofTask(canceled)}`,
        `update refunds set status = 'SUCCEEDED', lease_until = null ${ofTask(canceled)}`,
      ),
    ).toBe(TRAIL)
  })

  test('refuses the deletion of any row of money', async () => {
    expect(await refusalOf(`delete from refunds ${ofTask(canceled)}`)).toBeDefined()
    expect(await refusalOf(`delete from holds ${ofTask(atWork)}`)).toBeDefined()
  })
})

describe('reversals', () => {
  const AGREE = 'the_reversals_of_a_transfer_agree_with_it'
  const waiting = () => `where transfer_id = '${reversed.transfer.uuid}' and status = 'PENDING'`
  const done = () => `where transfer_id = '${reversed.transfer.uuid}' and status = 'SUCCEEDED'`
  const copied = (changes: string) =>
    `insert into reversals
     select (jsonb_populate_record(row, '{"id": "${POSTING_ID}", ${changes}}')).* from reversals row ${waiting()}`

  test.each<[string, () => string[]]>([
    ['a_reversal_is_positive', () => [`update reversals set amount_minor = 0 ${waiting()}`]],
    ['a_reversal_returns_a_fee_only_on_request', () => [`update reversals set fee_minor = 1 ${waiting()}`]],
    ['a_reversal_collects_at_most_its_amount', () => [`update reversals set collects_minor = 501 ${waiting()}`]],
    ['only_a_failed_reversal_leaves_a_debt', () => [`update reversals set debt_minor = 1 ${waiting()}`]],
    ['a_failure_of_a_reversal_is_whole', () => [`update reversals set failure_code = 'x' ${waiting()}`]],
    ['a_waiting_reversal_is_due', () => [`update reversals set due_at = null ${waiting()}`]],
    ['only_a_reversal_in_doubt_is_asked_for', () => [`update reversals set ask_at = now() ${waiting()}`]],
    ['only_a_reversal_in_process_has_a_lease', () => [`update reversals set lease_until = now() ${waiting()}`]],
    ['a_reversal_is_retried_at_most_six_times', () => [`update reversals set retry_count = 7 ${waiting()}`]],
    [
      'a_reversal_follows_its_life_cycle',
      () => [`update reversals set status = 'SUCCEEDED', due_at = null ${waiting()}`],
    ],
    [
      'a_transfer_is_reversed_exactly_when_all_of_it_is',
      () => [`update transfers set status = 'REVERSED' ${ofTransfer(reversed.transfer)}`],
    ],
    [AGREE, () => [copied('"amount_minor": 1101')]],
    [AGREE, () => [`update reversals set amount_minor = 1601 ${waiting()}`]],
    [AGREE, () => [`update reversals set amount_minor = 199 ${done()}`]],
  ])('%s', async (constraint, statements) => {
    expect(await refusalOf(...statements())).toBe(constraint)
  })

  test('a success without its money, and a debt without its reversal, are refused', async () => {
    const succeed = [
      `update reversals set status = 'PROCESSING', due_at = null, lease_until = now() ${waiting()}`,
      `update reversals set status = 'SUCCEEDED', lease_until = null
       where transfer_id = '${reversed.transfer.uuid}' and status = 'PROCESSING'`,
    ]
    expect(await refusalOf(...succeed)).toBe(AGREE)
    const debt = `
      insert into ledger_accounts (id, kind, user_id, currency)
      values ('${POSTING_ID}', 'USER_DEBT', '${world.ben.uuid}', 'EUR')`
    const entry = `
      insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
      values (gen_random_uuid(), '${POSTING_ID}', '${POSTING_ID}', 'DEBIT', 1)`
    expect(
      await refusalOf(
        debt,
        insertPosting('test', reversed.task, `'${reversed.transfer.uuid}'`),
        entry,
        insertEntry('CREDIT', 'PROVIDER_CLEARING', reversed.task, 1),
      ),
    ).toBe(AGREE)
  })

  test('an unknown transfer is refused', async () => {
    expect(await refusalOf(copied(`"transfer_id": "${POSTING_ID}"`))).toBe('reversals_transfer_id_fkey')
  })
})

describe('holds, transfers and refunds', () => {
  const copyOf = (table: string, where: string) =>
    `insert into ${table} select (jsonb_populate_record(row, '{"id": "${POSTING_ID}"}')).* from ${table} row ${where}`

  test.each<[string, () => string]>([
    ['a_task_has_one_live_hold', () => copyOf('holds', ofTask(atWork))],
    ['a_task_has_one_live_transfer', () => copyOf('transfers', ofTransfer(owed.transfer))],
    [
      'a_hold_never_gives_more_than_it_has',
      () => `update holds set remaining_minor = amount_minor + 1 ${ofTask(atWork)}`,
    ],
    ['a_hold_is_funded_exactly_when_money_came', () => `update holds set funded_at = null ${ofTask(atWork)}`],
    ['a_held_hold_has_something_left', () => `update holds set remaining_minor = 0 ${ofTask(atWork)}`],
    ['a_spent_hold_has_nothing_left', () => `update holds set remaining_minor = 1 ${ofTask(paid.task)}`],
    [
      'a_hold_may_be_held_after_its_order',
      () => `update holds set holdable_until = created_at, expiry_warning_at = null ${ofTask(atWork)}`,
    ],
    [
      'a_hold_is_warned_of_before_its_limit',
      () => `update holds set expiry_warning_at = holdable_until ${ofTask(atWork)}`,
    ],
    ['only_a_pending_hold_is_asked_for', () => `update holds set ask_at = now() ${ofTask(atWork)}`],
    ['only_a_pending_hold_has_a_lease', () => `update holds set lease_until = now() ${ofTask(atWork)}`],
    ['gross_is_fee_and_net', () => `update transfers set gross_minor = gross_minor + 1 ${ofTransfer(owed.transfer)}`],
    [
      'a_transfer_pays_something',
      () => `update transfers set net_minor = 0, fee_minor = gross_minor ${ofTransfer(owed.transfer)}`,
    ],
    [
      'no_more_is_reversed_than_was_paid',
      () => `update transfers set reversed_minor = net_minor + 1 ${ofTransfer(paid.transfer)}`,
    ],
    ['a_transfer_succeeded_at_its_time', () => `update transfers set succeeded_at = null ${ofTransfer(paid.transfer)}`],
    ['only_a_waiting_transfer_is_due', () => `update transfers set due_at = now() ${ofTransfer(paid.transfer)}`],
    ['only_a_transfer_in_doubt_is_asked_for', () => `update transfers set ask_at = now() ${ofTransfer(owed.transfer)}`],
    [
      'only_a_transfer_in_process_has_a_lease',
      () => `update transfers set lease_until = now() ${ofTransfer(owed.transfer)}`,
    ],
    [
      'a_transfer_is_retried_at_most_six_times',
      () => `update transfers set retry_count = 7 ${ofTransfer(owed.transfer)}`,
    ],
    ['a_refund_is_positive', () => `update refunds set amount_minor = 0 ${ofTask(canceled)}`],
    ['only_a_refund_in_doubt_is_asked_for', () => `update refunds set ask_at = now() ${ofTask(canceled)}`],
    ['only_a_refund_in_process_has_a_lease', () => `update refunds set lease_until = now() ${ofTask(canceled)}`],
    ['a_refund_is_retried_at_most_six_times', () => `update refunds set retry_count = 7 ${ofTask(canceled)}`],
  ])('%s', async (constraint, statement) => {
    expect(await refusalOf(statement())).toBe(constraint)
  })

  test('a retry without a time is refused', async () => {
    expect(
      await refusalOf(
        `update transfers set status = 'PROCESSING', due_at = null, lease_until = now() ${ofTransfer(owed.transfer)}`,
        `update transfers set status = 'RETRYING', lease_until = null ${ofTransfer(owed.transfer)}`,
      ),
    ).toBe('a_retry_has_its_time')
  })
})
