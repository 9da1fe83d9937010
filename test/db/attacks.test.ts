/**
 * Every rule of these tables is attacked in a test by the name of its constraint. Here are the attacks on checks that a trigger
 * mostly refuses first: without triggers the checks refuse them too.
 */
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBooks, moneyWorld, taskAtWork, type World } from '../support/money.ts'

const TESTS = new URL('..', import.meta.url)

const TABLES = [
  'disputes',
  'reversals',
  'reviews',
  'audit_records',
  'slow_operations',
  'ledger_transactions',
  'ledger_entries',
  'ledger_balances',
  'ledger_closings',
  'chat_topics',
  'chargebacks',
  'debt_nettings',
  'email_tokens',
  'fee_rules',
  'mails',
  'payment_customers',
  'payout_accounts',
  'reconciliation_differences',
  'reconciliation_findings',
  'reconciliation_lines',
  'reconciliation_nights',
  'reconciliations',
  'statement_lines',
  'webhooks_received',
  'event_readers',
  'webhook_endpoints',
  'webhook_deliveries',
  'webhook_attempts',
  'notifications',
  'notification_settings',
]

let world: World

beforeAll(async () => {
  world = await moneyWorld()
  const { anna, ben } = world
  const completed = await taskAtWork(world)
  await ben.submits(completed)
  await anna.approves(completed)
  await anna.reviews(completed)
  await anna.disputes(await taskAtWork(world))
})
afterAll(async () => {
  await closeBooks(world)
})

/** The names of checks, of unique indexes that are sentences, and of what triggers refuse. */
async function ruleNames(): Promise<string[]> {
  const { rows } = await world.app.database.pool.query<{ name: string }>(
    `select conname as name
    from pg_constraint
    where contype = 'c'
      and conrelid = any($1::regclass[])
    union
    select indexrelid::regclass::text
    from pg_index
    where indisunique
      and not indisprimary
      and indexrelid::regclass::text !~ '_(idx|key|pkey)$'
      and indrelid = any($1::regclass[])
    union
    select (regexp_matches(prosrc, $$(?:constraint = |then |else )'([a-z0-9_]{12,})'$$, 'g'))[1]
    from pg_proc
    join pg_trigger on tgfoid = pg_proc.oid
    where tgrelid = any($1::regclass[])
      and prosrc like '%errcode%'
    order by name`,
    [TABLES],
  )
  return rows.map(({ name }) => name)
}

async function textOfTests(): Promise<string> {
  const names = await readdir(TESTS, { recursive: true })
  const files = names.filter((name) => name.endsWith('.test.ts'))
  return (await Promise.all(files.map((name) => readFile(new URL(name, TESTS), 'utf8')))).join('\n')
}

test('each rule has an attack', async () => {
  const text = await textOfTests()
  const names = await ruleNames()
  expect(names).toEqual(expect.arrayContaining(['a_task_has_one_open_dispute', 'reviews_of_both_sides_are_published']))
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
})

const NOW = 'clock_timestamp()'

/** Inserts a row of these columns. */
function row(table: string, columns: Record<string, string>): string {
  return `insert into ${table} (${Object.keys(columns)}) values (${Object.values(columns)})`
}

const mail = (changes: Record<string, string>) =>
  row('mails', {
    id: 'gen_random_uuid()',
    kind: `'PASSWORD_CHANGED'`,
    user_id: 'gen_random_uuid()',
    to_address: `'anna@example.com'`,
    locale: `'en'`,
    parameters: `'{}'`,
    status: `'PENDING'`,
    created_at: NOW,
    due_at: NOW,
    ...changes,
  })

const token = (changes: Record<string, string>) =>
  row('email_tokens', {
    user_id: 'gen_random_uuid()',
    purpose: `'VERIFY_EMAIL'`,
    token_hash: `sha256('a')`,
    address: `'anna@example.com'`,
    created_at: NOW,
    expires_at: `${NOW} + interval '1 hour'`,
    ...changes,
  })

const feeRule = (changes: Record<string, string>) =>
  row('fee_rules', {
    id: 'gen_random_uuid()',
    version: '2',
    basis_points: '1000',
    least: '1',
    effective_from: NOW,
    created_at: NOW,
    ...changes,
  })

const run = (changes: Record<string, string>) =>
  row('reconciliations', {
    id: 'gen_random_uuid()',
    span_from: `${NOW} - interval '2 days'`,
    span_to: `${NOW} - interval '1 day'`,
    status: `'DONE'`,
    started_at: NOW,
    finished_at: NOW,
    ...changes,
  })

const difference = (changes: Record<string, string>) =>
  row('reconciliation_differences', {
    id: 'gen_random_uuid()',
    kind: `'AMOUNT'`,
    source: `'txn_1'`,
    occurred_at: NOW,
    ours_minor: '1',
    ours_currency: `'EUR'`,
    theirs_minor: '2',
    theirs_currency: `'EUR'`,
    found_at: NOW,
    last_found_at: NOW,
    ...changes,
  })

const account = `insert into payout_accounts (user_id, provider, account_reference, opened_at, look_up_at)
  select gen_random_uuid(), 'stripe', 'acct_1', ${NOW}, ${NOW} from generate_series(1, 2)`

const customer = `insert into payment_customers (user_id, provider, customer_reference, opened_at)
  select gen_random_uuid(), 'stripe', 'cus_1', ${NOW} from generate_series(1, 2)`

const ONE = '00000000-0000-7000-8000-000000000001'

const endpoint = (changes: Record<string, string>) =>
  row('webhook_endpoints', {
    id: 'gen_random_uuid()',
    owner_id: 'gen_random_uuid()',
    url: `'https://example.com/'`,
    sealed_secret: `'a'`,
    secret_hint: `'abcd'`,
    created_at: NOW,
    ...changes,
  })

const delivery = (changes: Record<string, string>) =>
  row('webhook_deliveries', {
    id: 'gen_random_uuid()',
    endpoint_id: 'gen_random_uuid()',
    event_id: 'gen_random_uuid()',
    subject_id: 'gen_random_uuid()',
    position: '1',
    created_at: NOW,
    due_at: NOW,
    ...changes,
  })

const attempt = (changes: Record<string, string>) =>
  row('webhook_attempts', {
    delivery_id: 'gen_random_uuid()',
    number: '1',
    at: NOW,
    duration_ms: '1',
    status_code: '200',
    ...changes,
  })

const notification = (changes: Record<string, string>) =>
  row('notifications', {
    id: 'gen_random_uuid()',
    user_id: 'gen_random_uuid()',
    kind: `'DISPUTE'`,
    words: `'disputeOpened'`,
    event_id: 'gen_random_uuid()',
    in_feed: 'true',
    created_at: NOW,
    ...changes,
  })

const setting = (kind: string, channel: string, frequency: string) =>
  row('notification_settings', {
    user_id: 'gen_random_uuid()',
    kind: `'${kind}'`,
    channel: `'${channel}'`,
    frequency: `'${frequency}'`,
  })

const OF_MESSAGES = { kind: `'MESSAGE_RECEIVED'`, user_id: `'${ONE}'`, chat_id: `'${ONE}'` }

/** Inserts this many postings of the same kind about the same objects. */
function posting(about: Record<string, string>, times = 1): string {
  const values = Object.values(about).map((id) => `'${id}'::uuid`)
  return `insert into ledger_transactions (id, kind, task_id, posted_at, ${Object.keys(about)})
    select gen_random_uuid(), 'test', '${ONE}'::uuid, errand_now(), ${values} from generate_series(1, ${times})`
}

test.each([
  [
    'nobody_reviews_themselves',
    `insert into reviews (id, task_id, author_id, subject_id, rating, created_at, window_closes_at)
    select gen_random_uuid(), task_id, subject_id, subject_id, 5, created_at, window_closes_at from reviews limit 1`,
  ],
  [
    'a_review_is_published_after_it_was_written',
    `update reviews set status = 'PUBLISHED', published_at = created_at - interval '1 second'`,
  ],
  [
    'a_chat_is_about_each_thing_once',
    `insert into chat_topics (id, chat_id, task_id, transfer_id, dispute_id, added_at)
    select gen_random_uuid(), chat_id, task_id, transfer_id, dispute_id, added_at from chat_topics limit 1`,
  ],
  [
    'a_subject_has_a_type_and_an_id',
    `insert into audit_records (id, at, action, subject_type) values (gen_random_uuid(), errand_now(), 'test', 'usr')`,
  ],
  [
    'a_reversal_and_nothing_else_names_its_transfer',
    `insert into sandbox.movements (id, kind, our_reference, idempotency_key, amount_minor, currency, created_at)
    values ('trr_1', 'reversal', 'rvs_1', 'key', 1, 'EUR', errand_now())`,
  ],
  ['a_count_of_attempts_is_not_negative', mail({ attempt_count: '-1' })],
  ['only_a_pending_mail_is_due', mail({ due_at: 'null' })],
  ['a_mail_ends_when_it_is_sent_or_failed', mail({ ended_at: NOW })],
  ['a_failed_mail_has_its_failure', mail({ status: `'FAILED'`, due_at: 'null', ended_at: NOW })],
  ['a_token_hash_is_sha256', token({ token_hash: `'a'` })],
  ['a_token_expires_after_its_creation', token({ expires_at: `${NOW} - interval '1 hour'` })],
  ['an_address_to_prove_is_kept_in_lower_case', token({ address: `'Anna@example.com'` })],
  ['a_fee_rule_has_a_version_from_one', feeRule({ version: '0' })],
  ['a_fee_rule_has_its_own_version', feeRule({ version: '1' })],
  ['a_fee_leaves_something_for_the_tasker', feeRule({ basis_points: '10000' })],
  ['the_least_fee_has_at_most_four_fraction_digits', feeRule({ least: '0.00001' })],
  ['a_reconciliation_ends_after_it_started', run({ finished_at: `${NOW} - interval '1 second'` })],
  ['lines_are_not_negative', run({ lines_compared: '-1' })],
  ['our_amount_has_a_currency', difference({ ours_currency: 'null' })],
  ['their_amount_has_a_currency', difference({ theirs_currency: 'null' })],
  ['a_difference_is_found_before_it_is_found_again', difference({ last_found_at: `${NOW} - interval '1 second'` })],
  ['only_a_settled_difference_has_a_note', difference({ note: `'Ok.'`, settled_by_id: 'gen_random_uuid()' })],
  ['a_day_is_reconciled_after_it_ended', `update reconciliation_nights set next_at = through`],
  ['an_account_belongs_to_one_person', account],
  ['a_customer_is_one_person', customer],
  [
    'an_event_that_is_processed_has_no_lease',
    `insert into webhooks_received (provider, event_id, received_at, processed_at, lease_until, forget_at)
    values ('stripe', 'evt_1', ${NOW}, ${NOW}, ${NOW}, ${NOW})`,
  ],
  ['only_a_disabled_endpoint_has_a_reason', endpoint({ disabled_reason: `'Gone.'` })],
  ['a_deleted_endpoint_is_disabled', endpoint({ deleted_at: NOW })],
  ['a_previous_secret_has_an_end', endpoint({ previous_sealed_secret: `'a'` })],
  ['an_endpoint_has_an_http_address', endpoint({ url: `'ftp://example.com/'` })],
  ['only_an_open_delivery_is_due', delivery({ due_at: 'null' })],
  ['a_delivery_ends_when_it_succeeds_or_fails', delivery({ ended_at: NOW })],
  ['a_delivery_that_is_retried_was_attempted', delivery({ status: `'RETRYING'` })],
  ['a_delivery_counts_its_attempts', delivery({ attempt_count: '1' })],
  ['a_test_is_attempted_once', delivery({ event_id: 'null' })],
  [
    'an_event_has_one_delivery_to_an_endpoint',
    [1, 2].map(() => delivery({ event_id: `'${ONE}'`, endpoint_id: `'${ONE}'` })).join(';'),
  ],
  ['an_attempt_has_a_number_from_one', attempt({ number: '0' })],
  ['an_attempt_takes_time', attempt({ duration_ms: '-1' })],
  ['an_attempt_has_an_outcome', attempt({ status_code: 'null' })],
  ['a_notification_is_for_the_feed_or_a_mail', notification({ in_feed: 'false' })],
  ['a_mail_that_is_due_has_a_frequency', notification({ mail_due_at: NOW, mail_frequency: `'NEVER'` })],
  ['only_a_notification_of_messages_names_a_chat', notification({ chat_id: `'${ONE}'` })],
  ['a_chat_has_one_unread_notification', [1, 2].map(() => notification(OF_MESSAGES)).join(';')],
  ['mails_about_security_cannot_be_turned_off', setting('ACCOUNT_SECURITY', 'EMAIL', 'NEVER')],
  ['the_feed_is_never_daily', setting('REVIEW', 'FEED', 'DAILY')],
  ['a_posting_of_a_chargeback_names_its_hold', posting({ chargeback_id: ONE, refund_id: ONE })],
  ['a_chargeback_is_posted_once_for_each_event', posting({ chargeback_id: ONE, hold_id: ONE }, 2)],
  ['a_posting_of_a_netting_names_its_transfer', posting({ netting_id: ONE, refund_id: ONE })],
  ['a_netting_is_posted_once_for_each_event', posting({ netting_id: ONE, transfer_id: ONE }, 2)],
])('%s, also without triggers', async (constraint, statement) => {
  const client = new pg.Client({ connectionString: world.app.connectionString })
  await client.connect()
  try {
    await client.query('begin; set local session_replication_role = replica')
    await expect(client.query(statement)).rejects.toMatchObject({ constraint })
  } finally {
    await client.end()
  }
})
