/**
 * A small world with every model, every status, and nulls in every nullable column, on which the readers are compared.
 * Deterministic, so that a failed case can be repeated.
 */
import { signAccessToken } from '../../../src/accounts/sessions/accessToken.ts'
import type { Database } from '../../../src/db/client.ts'
import { newId } from '../../../src/db/ids.ts'
import type { TestApp } from '../servers/app.ts'
import { COUNT_UNREAD_BY_OWNER } from '../unreadByOwner.ts'

const HOUR_MS = 3_600_000
const PEOPLE = 12
export const TASKS = 90

/** Returns the UUIDs of the first rows of a kind, as the statements below compute them. */
export async function uuidsOf(database: Database, kind: string, count: number): Promise<string[]> {
  const rows = await database.rows<{ id: string }>`
    /* worldIds */
    select md5(${kind} || n)::uuid::text as id
    from generate_series(1, ${count}::integer) n
    order by n`
  return rows.map(({ id }) => id)
}

/** Returns headers that sign a person of the world in. */
export async function signInTo(
  { database, authSecret }: Pick<TestApp, 'database' | 'authSecret'>,
  userId: string,
): Promise<Record<string, string>> {
  const sessionId = newId()
  await database.run`
    /* worldSession */
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
    values (${sessionId}, ${userId}, errand_now(), errand_now(), errand_now())`
  const token = await signAccessToken(authSecret, { userId, sessionId }, new Date(Date.now() + HOUR_MS))
  return { authorization: `Bearer ${token}` }
}

/** Inserts the world into an empty database. */
export async function makeReaderWorld(database: Database): Promise<void> {
  const client = await database.pool.connect()
  try {
    // Without triggers, so that the world can contain unusual rows.
    await client.query(triggers('disable'))
    for (const statement of STATEMENTS) {
      await client.query(statement)
    }
    await client.query(triggers('enable'))
    await client.query('analyze')
  } finally {
    client.release(true)
  }
}

const triggers = (state: 'enable' | 'disable') => `
  do $$
  declare name text;
  begin
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('alter table %I ${state} trigger user', name);
    end loop;
  end $$`

const PEOPLE_SQL = `
  insert into users (id, email, display_name, password_hash, roles, payout_readiness, suspended_at, created_at)
  select md5('user' || n)::uuid, 'person' || n || '@example.com', 'Person ' || n, '-',
    case n % 4 when 0 then '{USER,FINANCE}'::role[] when 1 then '{USER,ADMIN,AGENT}' else '{USER}' end,
    (enum_range(null::payout_readiness))[1 + n % 5],
    case when n % 5 = 0 then timestamptz '2026-03-01 10:00:00.123Z' + n * interval '1 day' end,
    timestamptz '2026-01-01 00:00:00.007Z' + n * interval '1 hour 1.234 seconds'
  from generate_series(1, ${PEOPLE}) n;

  insert into sessions (id, user_id, created_at, last_used_at, rotated_at, user_agent, generation, grace_used, revoked_at)
  select md5('session' || n)::uuid, md5('user' || (1 + n % ${PEOPLE}))::uuid, now, now, now,
    case when n % 3 = 0 then 'agent "' || n || E'" \\\\ ü' end, 1 + n % 3, n % 2 = 0, case when n % 4 = 0 then now end
  from generate_series(1, 30) n, lateral (select timestamptz '2026-02-01Z' + n * interval '7 minutes' as now) clock;

  insert into audit_records (id, at, actor_id, action, subject_type, subject_id, reason)
  select md5('audit' || n)::uuid, timestamptz '2026-02-01Z' + n * interval '1 minute',
    case when n % 3 > 0 then md5('user' || (1 + n % ${PEOPLE}))::uuid end, 'acted.' || n % 4,
    case when n % 2 = 0 then 'usr' end, case when n % 2 = 0 then md5('user' || (1 + n % 5))::uuid end,
    case when n % 5 = 0 then 'because' end
  from generate_series(1, 20) n;

  insert into idempotency_keys (caller_id, mutation, key, request_hash, first_used_at, ids, refusal)
  select md5('user' || (1 + n % ${PEOPLE}))::uuid, 'mutation' || n % 3, 'key' || n, decode(md5(n::text), 'hex'),
    timestamptz '2026-02-01Z' + n * interval '1 second',
    case n % 3 when 0 then jsonb_build_object('taskId', n, 'deep', jsonb_build_array(1.5, null, 'ü', true)) end,
    case n % 4 when 0 then 'null'::jsonb when 1 then '"text"' end
  from generate_series(1, 20) n`

const TASKS_SQL = `
  insert into tasks (
    id, version, title, description, search_text, category_id, status, acceptance_mode, budget_minor, currency,
    agreed_price_minor, fee_rule_version, deadline, location_label, latitude, longitude, remote, poster_id, assignee_id, invitee_id, created_at,
    updated_at, published_at, accepted_at, submitted_at, completed_at, ended_at, funding_due_at, auto_approve_at,
    application_count, last_arrival_number, terms_version
  )
  select md5('task' || n)::uuid, 1 + n % 4,
    (array['Paint the fence', 'Mow 100% of the lawn', 'paint_shop ÜBER', 'Walk the dog', 'FENCE off'])[1 + n % 5] || ' ' || n % 7,
    'Described ' || n % 3, '',
    case when n % 4 > 0 then (select id from categories order by slug offset n % 3 limit 1) end,
    status, mode, case n % 6 when 0 then 9007199254740993 + n else 1000 * (1 + n % 5) end,
    (array['EUR', 'JPY', 'KWD'])[1 + n % 3], case when assigned then 2000 + n end, case when assigned then 1 end,
    case when n % 3 > 0 then now + n % 5 * interval '1 day' end,
    case when n % 2 = 0 then 'Somewhere' end, case when n % 4 = 0 then 58.378 + n / 1000.0 end,
    case when n % 4 = 0 then -26.7 - n / 997.0 end, n % 5 = 0,
    md5('user' || 1 + n % ${PEOPLE})::uuid,
    case when assigned then md5('user' || 1 + (n + 1 + n % 5) % ${PEOPLE})::uuid end,
    case when mode = 'INVITE_ONLY' then md5('user' || 1 + (n + 6) % ${PEOPLE})::uuid end,
    now, now + interval '0.001 seconds', case when status <> 'DRAFT' then now end, case when assigned then now end,
    case when status in ('SUBMITTED', 'COMPLETED') then now end, case when status = 'COMPLETED' then now end,
    case when status in ('COMPLETED', 'CANCELED', 'EXPIRED') then now end,
    case when status = 'AWAITING_FUNDS' then now end, case when status = 'SUBMITTED' then now end, n % 5, n % 5,
    1 + n % 4
  from generate_series(1, ${TASKS}) n,
    lateral (
      select (enum_range(null::task_status))[1 + n % 9] as status,
        (enum_range(null::acceptance_mode))[1 + n / 9 % 3] as mode,
        timestamptz '2026-04-01 12:34:56.789Z' + n % 11 * interval '1 hour' as now
    ) chosen,
    lateral (select status not in ('DRAFT', 'OPEN', 'EXPIRED', 'CANCELED') as assigned) state;

  update tasks
  set search_text = lower(title || E'\\n' || description), search_text_folded = version > 1;

  insert into work_submissions (id, task_id, message, submitted_at)
  select md5('submission' || n || '.' || k)::uuid, md5('task' || n)::uuid, case when k % 2 = 0 then 'Done ' || k end,
    timestamptz '2026-04-02Z' + k * interval '1 hour'
  from generate_series(1, ${TASKS}) n, generate_series(1, n % 4) k;

  insert into reviews (
    id, task_id, author_id, subject_id, status, rating, comment, created_at, window_closes_at, published_at
  )
  select md5('review' || id || side)::uuid, id, case side when 1 then poster_id else assignee_id end,
    case side when 1 then assignee_id else poster_id end,
    case when is_published then 'PUBLISHED' else 'BLIND' end::review_status, 1 + (side + version) % 5,
    case when version % 3 > 0 then 'Review ü ' || side end, completed_at + side * interval '1 hour',
    completed_at + interval '336 hours', case when is_published then completed_at + interval '3 hours' end
  from tasks
  cross join generate_series(1, 2) side
  cross join lateral (select version % 2 = 0 as is_published) publication
  where status = 'COMPLETED'
    and assignee_id <> poster_id
    and (is_published or side = 1);

  update users
  set rating_count = rated.count, rating_sum = rated.sum
  from (
    select subject_id, count(*)::integer as count, sum(rating)::integer as sum
    from reviews
    where status = 'PUBLISHED'
    group by subject_id
  ) rated
  where users.id = rated.subject_id`

const APPLICATIONS_SQL = `
  insert into task_applications (
    id, version, task_id, applicant_id, status, message, price_minor, currency, arrival_number, created_at, accepted_at, lapsed_at,
    task_version
  )
  select md5('application' || n || '.' || k)::uuid, 1, md5('task' || n)::uuid, md5('user' || 1 + (n + 6 + k) % ${PEOPLE})::uuid,
    (array['PENDING', 'REJECTED', 'WITHDRAWN', 'CLOSED']::task_application_status[])[1 + (n + k) % 4],
    case when k % 2 = 0 then 'I can do it, ' || n end, 1500 + 10 * k, 'EUR', k,
    timestamptz '2026-04-03Z' + k * interval '1 minute', null, case when k = 3 then timestamptz '2026-04-04Z' end, k
  from generate_series(1, ${TASKS}) n, generate_series(1, n % 5) k`

const CHATS_SQL = `
  insert into chats (id, kind, task_id, tasker_id, created_at, ended_at, last_sequence)
  select md5('chat' || t.id)::uuid, 'TASK', t.id, t.assignee_id, t.accepted_at,
    case when t.version = 2 then t.accepted_at + interval '1 day' end, t.version + t.last_arrival_number
  from tasks t where t.assignee_id is not null;

  insert into chat_participants (chat_id, user_id, role, last_read_sequence, last_read_at)
  select c.id, p.id, p.role, c.last_sequence / 2, case when p.role = 'POSTER' then c.created_at end
  from chats c join tasks t on t.id = c.task_id,
    lateral (values (t.poster_id, 'POSTER'::chat_role), (c.tasker_id, 'TASKER')) p (id, role);

  insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
  select md5('message' || c.id || n)::uuid, c.id, n, case when n % 4 = 0 then 'SYSTEM'::message_kind else 'TEXT' end,
    case when n % 4 = 0 then null when n % 2 = 0 then c.tasker_id else t.poster_id end,
    'Message ' || n || E' "quoted" \\u2028 ☃\\n', c.created_at + n * interval '13.007 seconds'
  from chats c join tasks t on t.id = c.task_id, generate_series(1, c.last_sequence) n`

const SUPPORT_SQL = `
  insert into agents (id, availability, capacity, active_chats)
  select id, (enum_range(null::agent_availability))[1 + row_number() over (order by id) % 3], 5, 2
  from users
  where 'AGENT' = any(roles);

  insert into chats (
    id, kind, customer_id, status, subject, priority, about_task_id, queued_at, at_front, agent_id, assigned_at,
    agent_silent_since, customer_silent_since, created_at, ended_at, end_reason, rating_score, rating_comment, rated_at,
    last_sequence
  )
  select md5('support' || n)::uuid, 'SUPPORT', md5('user' || n)::uuid, chosen, case when n % 2 = 0 then 'Help ' || n end, n % 3,
    case when n % 3 = 0 then md5('task' || n)::uuid end, now, n % 4 = 0,
    case when chosen <> 'QUEUED' then md5('user' || case when n = 1 then 9 else 1 end)::uuid end,
    case when chosen <> 'QUEUED' then now end, case when chosen = 'ASSIGNED' and n % 2 = 0 then now end,
    case when chosen = 'ASSIGNED' and n % 2 = 1 then now end, now, case when ended then now end,
    case when ended then 'RESOLVED'::chat_end_reason end, case when ended then 1 + n % 5 end,
    case when ended and n % 2 = 0 then 'Thanks' end, case when ended then now end, 3
  from generate_series(1, ${PEOPLE}) n,
    lateral (
      select (enum_range(null::support_chat_status))[1 + n % 3] as chosen, timestamptz '2026-05-01Z' + n * interval '1 minute' as now
    ) chosen_status,
    lateral (select chosen = 'ENDED' as ended) state;

  insert into chat_participants (chat_id, user_id, role)
  select c.id, p.id, p.role
  from chats c, lateral (values (c.customer_id, 'CUSTOMER'::chat_role), (c.agent_id, 'AGENT')) p (id, role)
  where c.kind = 'SUPPORT' and p.id is not null;

  insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
  select md5('message' || c.id || n)::uuid, c.id, n, 'TEXT', c.customer_id, 'Question ' || n, c.created_at
  from chats c, generate_series(1, 3) n
  where c.kind = 'SUPPORT';

  insert into notes (id, chat_id, author_id, body, created_at)
  select md5('note' || c.id || n)::uuid, c.id, c.agent_id, 'Note ' || n, c.created_at
  from chats c, generate_series(1, 3) n
  where c.agent_id is not null`

const FILES_SQL = `
  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, task_id, message_id, place
  )
  select md5('file' || t.id || n)::uuid, t.poster_id, 'TASK'::file_purpose, (enum_range(null::attachment_status))[1],
    'ü ' || n || '.png', 'image/png', 1000 + n, repeat('ab', 32), t.created_at, t.id, null::uuid, n
  from tasks t, generate_series(1, t.version % 3) n
  union all
  select md5('file' || m.id)::uuid, m.author_id, 'CHAT', (enum_range(null::attachment_status))[1], 'a.txt', 'text/plain', 12,
    repeat('0f', 32), m.sent_at, null, m.id, 0
  from messages m
  where m.sequence % 3 = 1 and m.author_id is not null`

const MONEY_SQL = `
  insert into holds (
    id, task_id, status, amount_minor, remaining_minor, released_minor, currency, payment_method_id, provider_reference,
    client_secret, failure_code, frozen, created_at, funded_at, superseded_at, provider_key, funding_key, ask_at
  )
  select md5('hold' || t.id)::uuid, t.id, chosen, t.agreed_price_minor, case when chosen = 'HELD' then 1 else 0 end, 0,
    t.currency, 'pm_ok', case when funded then 'ref' end, case when t.version = 1 then 'secret' end, null, t.version = 3,
    t.accepted_at, case when funded then t.accepted_at end, case when t.version = 4 then t.accepted_at end, 'p' || t.id,
    'f' || t.id, case when chosen = 'PENDING' then t.accepted_at end
  from tasks t, lateral (select (enum_range(null::hold_status))[1 + t.last_arrival_number % 5] as chosen) chosen_status,
    lateral (select chosen in ('HELD', 'RELEASED', 'REFUNDED') as funded) state
  where t.agreed_price_minor is not null;

  insert into transfers (
    id, task_id, hold_id, destination_id, status, gross_minor, fee_minor, net_minor, currency, provider_reference,
    failure_code, failure_message, failure_retryable, created_at, succeeded_at, provider_key, due_at, retry_count, ask_at,
    lease_until, reversed_minor
  )
  select md5('transfer' || h.id)::uuid, t.id, h.id, t.assignee_id, chosen, h.amount_minor, 100, h.amount_minor - 100,
    h.currency, case when paid then 'tr_' || t.version end, failed, failed, failed is null, t.accepted_at,
    case when paid then t.accepted_at end, 'k' || h.id, case when chosen = 'RETRYING' then t.accepted_at end, t.version - 1,
    case when chosen = 'IN_DOUBT' then t.accepted_at end, case when chosen = 'PROCESSING' then t.accepted_at end,
    case when chosen = 'REVERSED' then h.amount_minor - 100 else 0 end
  from holds h join tasks t on t.id = h.task_id,
    lateral (
      select (enum_range(null::transfer_status))[1 + (t.version + 2 * t.last_arrival_number) % 8] as chosen,
        case when t.version = 2 then 'declined' end as failed
    ) chosen_status,
    lateral (select chosen in ('SUCCEEDED', 'REVERSED') as paid) state
  where t.version <> 4;

  insert into transfer_attempts (transfer_id, number, started_at, ended_at, outcome, provider_reference, provider_message)
  select r.id, n, r.created_at, case when n % 2 = 0 then r.created_at end,
    case when n % 2 = 0 then (enum_range(null::attempt_outcome))[1 + n % 4] end, null, case when n = 3 then 'said' end
  from transfers r, generate_series(1, r.retry_count + 1) n;

  insert into reversals (
    id, transfer_id, task_id, amount_minor, return_fee, fee_minor, collects_minor, currency, reason, status, created_at,
    provider_key, due_at, ask_at, lease_until
  )
  select md5('reversal' || r.id || n)::uuid, r.id, r.task_id, n, n = 2, 0, 0, r.currency, 'reason ' || n, chosen,
    r.created_at, 'rv' || n, case when chosen = 'PENDING' then r.created_at end,
    case when chosen = 'IN_DOUBT' then r.created_at end, case when chosen = 'PROCESSING' then r.created_at end
  from transfers r, generate_series(1, r.gross_minor % 3) n,
    lateral (select (enum_range(null::reversal_status))[1 + (r.gross_minor + n) % 5] as chosen) chosen_status
  where r.status in ('SUCCEEDED', 'REVERSED');

  insert into refunds (id, task_id, hold_id, amount_minor, currency, reason, status, created_at, provider_key, ask_at, lease_until)
  select md5('refund' || h.id || n)::uuid, h.task_id, h.id, n, h.currency, 'reason ' || n, chosen, h.created_at, 'r' || n,
    case when chosen = 'IN_DOUBT' then h.created_at end, case when chosen = 'PROCESSING' then h.created_at end
  from holds h, generate_series(1, h.amount_minor % 3) n,
    lateral (select (enum_range(null::refund_status))[1 + (h.amount_minor + n) % 5] as chosen) chosen_status`

const DISPUTES_SQL = `
  insert into disputes (
    id, task_id, hold_id, tasker_id, opened_by_id, status, task_status_before, reason, opened_at, ended_at, currency, to_tasker_minor,
    to_poster_minor, decided_by_id, note, overdue_at
  )
  select md5('dispute' || h.id || n)::uuid, t.id, h.id, t.assignee_id, case when n = 1 then t.assignee_id else t.poster_id end, chosen,
    'SUBMITTED', 'Grey ' || n, h.created_at, case when chosen <> 'OPEN' then h.created_at + n * interval '1 hour' end, h.currency,
    case when chosen = 'RESOLVED' then n end, case when chosen = 'RESOLVED' then 9007199254740993 end,
    case when chosen = 'RESOLVED' then md5('user4')::uuid end, case when chosen = 'RESOLVED' then 'Half ' || n end,
    case when chosen = 'OPEN' and t.last_arrival_number > 2 then h.created_at end
  from holds h join tasks t on t.id = h.task_id, generate_series(1, t.version % 3) n,
    lateral (
      select (case when n = 2 and t.last_arrival_number % 2 = 0 then 'OPEN' when t.last_arrival_number % 3 = n then 'WITHDRAWN'
        else 'RESOLVED' end)::dispute_status as chosen
    ) state;

  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, dispute_id, place
  )
  select md5('file' || d.id || n)::uuid, d.opened_by_id, 'EVIDENCE', 'AVAILABLE', 'grey ' || n || '.png', 'image/png', 1000 + n,
    repeat('cd', 32), d.opened_at, d.id, n
  from disputes d, generate_series(1, 2) n
  where d.status <> 'WITHDRAWN';

  insert into chat_topics (id, chat_id, task_id, dispute_id, added_at)
  select md5('topic' || c.id || d.id)::uuid, c.id, d.task_id, d.id, c.created_at
  from disputes d join chats c on c.customer_id = d.opened_by_id`

const CHARGEBACKS_SQL = `
  insert into chargebacks (
    id, task_id, hold_id, tasker_id, provider_reference, amount_minor, currency, provider_fee_minor, provider_fee_currency, reason, status,
    opened_at, evidence_due_by, closed_at, ask_at, statement, evidence_is_final, submitted_at
  )
  select md5('chargeback' || h.id || n)::uuid, t.id, h.id, t.assignee_id, 'dp_' || h.id || n, n, h.currency,
    case when n = 1 then 9007199254740993 end, case when n = 1 then h.currency end, 'reason ' || n, chosen, h.created_at,
    case when t.version % 2 = 0 then h.created_at + interval '14 days' end,
    case when chosen in ('WON', 'LOST') then h.created_at + n * interval '1 day' end,
    case when chosen not in ('WON', 'LOST') then h.created_at end,
    case when n = 2 then 'It was painted ' || n end, case when n = 2 then true end, case when n = 2 then h.created_at end
  from holds h join tasks t on t.id = h.task_id, generate_series(1, t.version % 3) n,
    lateral (select (enum_range(null::chargeback_status))[1 + (t.version + t.last_arrival_number + n) % 4] as chosen) state
  where h.funded_at is not null;

  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, chargeback_id, place
  )
  select md5('file' || c.id || n)::uuid, md5('user4')::uuid, 'EVIDENCE', 'AVAILABLE', 'white ' || n || '.png', 'image/png', 1000 + n,
    repeat('ef', 32), c.opened_at, c.id, n
  from chargebacks c, generate_series(1, 2) n
  where c.statement is not null`

const LEDGER_SQL = `
  insert into ledger_accounts (id, kind, task_id, user_id, currency)
  select md5('account' || id)::uuid, 'TASK_HOLD'::ledger_account_kind, id, null::uuid, currency from tasks where agreed_price_minor is not null
  union all
  select md5('account' || id)::uuid, 'USER_PAYABLE', null, id, 'EUR' from users;

  insert into ledger_transactions (id, kind, task_id, hold_id, description, posted_at)
  select md5('posting' || id)::uuid, 'hold.funded', task_id, id, case when frozen then 'frozen' end, created_at
  from holds order by id;

  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  select md5('entry' || p.id || n)::uuid, p.id, md5('account' || p.task_id)::uuid,
    (enum_range(null::entry_direction))[n], 9007199254740993 + n
  from ledger_transactions p, generate_series(1, 2) n;

  insert into ledger_balances (account_id, task_id, kind, balance_minor)
  select id, task_id, kind, 9007199254740993 from ledger_accounts where task_id is not null;

  insert into statement_lines (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
  select owner_id, currency, posted_at, sequence, transaction_id, amount_minor
  from statement_movements
  union all
  select '00000000-0000-0000-0000-000000000000', 'EUR', posted_at, sequence, id, 200
  from ledger_transactions`

const RECONCILIATIONS_SQL = `
  insert into reconciliations (
    id, span_from, span_to, status, started_at, finished_at, lines_compared, started_by_id, attempt_count, lease_until
  )
  select md5('reconciliation' || n)::uuid, day, day + interval '1 day', (enum_range(null::reconciliation_status))[1 + n % 3],
    day + interval '27 hours', case when n % 3 > 0 then day + interval '28 hours' end, n * 1000,
    case when n % 2 = 0 then md5('user' || (1 + n % ${PEOPLE}))::uuid end, n % 4,
    case when n % 3 = 0 and n % 2 = 0 then day + interval '28 hours' end
  from generate_series(1, 12) n, lateral (select timestamptz '2026-02-01Z' + n * interval '1 day' as day) span;

  insert into reconciliation_differences (
    id, kind, source, occurred_at, subject_type, subject_id, task_id, provider_reference, ours_minor, ours_currency, theirs_minor,
    theirs_currency, found_at, last_found_at, settled_at, settled_by_id, note
  )
  select md5('difference' || h.id)::uuid, chosen, 'txn_' || h.id, h.created_at,
    case when chosen <> 'MISSING_HERE' then 'hld' end, case when chosen <> 'MISSING_HERE' then h.id end,
    case when chosen <> 'MISSING_HERE' then h.task_id end, h.provider_reference,
    case when chosen <> 'MISSING_HERE' then h.amount_minor end, case when chosen <> 'MISSING_HERE' then h.currency end,
    case when chosen <> 'MISSING_AT_PROVIDER' then -9007199254740993 end, case when chosen <> 'MISSING_AT_PROVIDER' then 'USD' end,
    h.created_at, h.created_at + interval '1 day', case when number % 3 > 0 then h.created_at + interval '2 days' end,
    case when number % 3 = 1 then md5('user4')::uuid end, case when number % 3 = 1 then 'Known ' || number end
  from (select *, row_number() over (order by id) as number from holds) h,
    lateral (select (enum_range(null::difference_kind))[1 + (number / 3) % 6] as chosen) kind;

  insert into reconciliation_findings (reconciliation_id, difference_id)
  select md5('reconciliation' || n)::uuid, id
  from reconciliation_differences, generate_series(1, 12) n
  where ascii(id::text) % 12 in (n % 12, n % 5);

  insert into reconciliation_lines (reconciliation_id, subject_id, inward, line_id)
  select md5('reconciliation3')::uuid, id, true, 'txn_' || id
  from holds`

const EVENTS_SQL = `
  insert into events (
    id, kind, type, occurred_at, actor_id, task_id, task_version, chat_id, message_id, transfer_id, status_before, status_after,
    reason, reason_reader_ids, recipient_ids
  )
  select md5('event' || t.id || n)::uuid, 'TASK'::event_kind, 'task.changed.' || n, t.created_at + n * interval '1 second',
    case when n % 2 = 0 then t.poster_id end, t.id, n, null::uuid, null::uuid, null::uuid, null, 'OPEN',
    case when n % 3 = 0 then 'Because ' || n end, case when n % 2 = 0 then array[t.poster_id] else '{}' end,
    array_remove(array[t.poster_id, t.assignee_id], null)
  from tasks t, generate_series(1, t.version) n
  union all
  select md5('event' || m.id)::uuid, 'CHAT', 'chat.message', m.sent_at, m.author_id, c.task_id, null, c.id, m.id, null, null, null, null, '{}',
    array(select user_id from chat_participants where chat_id = c.id order by user_id)
  from messages m join chats c on c.id = m.chat_id
  union all
  select md5('event' || id)::uuid, 'TRANSFER', 'transfer.created', created_at, null, task_id, null, null, null, id, null, 'PENDING', null, '{}',
    array[destination_id]
  from transfers;

  insert into event_positions (position, event_id) select 9007199254740000 + sequence, id from events where sequence % 5 > 0;

  insert into feed_entries (user_id, position, event_id)
  select recipient, p.position, e.id
  from event_positions p join events e on e.id = p.event_id, unnest(e.recipient_ids) recipient;

  insert into event_inbox (event_sequence) select sequence from events where sequence % 5 = 0`

// In the order of their references.
const STATEMENTS = [
  PEOPLE_SQL,
  TASKS_SQL,
  APPLICATIONS_SQL,
  CHATS_SQL,
  SUPPORT_SQL,
  COUNT_UNREAD_BY_OWNER,
  FILES_SQL,
  MONEY_SQL,
  DISPUTES_SQL,
  CHARGEBACKS_SQL,
  LEDGER_SQL,
  RECONCILIATIONS_SQL,
  EVENTS_SQL,
]
