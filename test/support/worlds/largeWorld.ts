/**
 * A world that is large enough for realistic query plans: 12,000 tasks with related rows, deterministic. Skewed like
 * production data: one person has a tenth of all rows, most tasks have ended, and each filter column has a rare value that
 * only old rows have.
 */

import pg from 'pg'
import { COUNT_UNREAD_BY_OWNER } from '../unreadByOwner.ts'
import { OUTGOING } from './outgoingRows.ts'

const PEOPLE = 3_000
const TASKS = 12_000

/** The numbers of special people. The hub has a tenth of all rows; the newcomer has none. */
export const PERSON = { hub: 1, administrator: 2, finance: 3, agent: 4, newcomer: 5, ordinary: 150 } as const

const STATEMENTS: readonly string[] = [
  // Ids that sort by time, like those of the server; and a pseudo-random number below 1,000.
  `create function world_id(at timestamptz, salt text) returns uuid
  language sql immutable parallel safe
  return (
    lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(salt), 1, 3) || '8' || substr(md5(salt), 4, 15)
  )::uuid;

  create function world_chance(salt text) returns integer
  language sql immutable parallel safe
  return ('x' || substr(md5(salt), 1, 7))::bit(28)::integer % 1000;

  create table world_people as
  select n, world_id(timestamptz '2026-01-01Z' + n * interval '1 minute', 'person' || n) as id
  from generate_series(1, ${PEOPLE}) n;
  create unique index on world_people (n);

  insert into users (id, email, display_name, search_text, search_text_folded, password_hash, roles, suspended_at, created_at)
  select id, 'person' || n || '@world.test', 'Person ' || n, ' person ' || n || ' person' || n || '@world.test', true, '-',
    (case n
      when ${PERSON.administrator} then '{USER,ADMIN}'
      when ${PERSON.finance} then '{USER,FINANCE}'
      when ${PERSON.agent} then '{USER,AGENT}'
      else '{USER}'
    end)::role[],
    case when n % 200 = 199 then now() end, timestamptz '2026-01-01Z'
  from world_people;

  insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
  select world_id(now(), 'session' || n || '/' || k), id, now(), now(), now()
  from world_people
  cross join generate_series(1, case when n = 1 then 100 else 1 end) k`,

  // The people of each task; everything else is derived from this table.
  `create table world_tasks as
  select
    numbered.*,
    world_id(at, 'task' || numbered.n) as id,
    poster.id as poster_id,
    case when status in ('AWAITING_FUNDS', 'ASSIGNED', 'SUBMITTED', 'COMPLETED', 'DISPUTED') then tasker.id end as assignee_id
  from (
    select
      n,
      now() - interval '200 days' + n * interval '14 minutes' as at,
      case when n % 10 = 0 then ${PERSON.hub} else 10 + n * 7919 % ${PEOPLE - 10} end as poster,
      case
        when n > ${TASKS * 0.9} then
          case
            when chance < 600 then 'OPEN'
            when chance < 700 then 'ASSIGNED'
            when chance < 720 then 'AWAITING_FUNDS'
            when chance < 760 then 'SUBMITTED'
            when chance < 800 then 'DRAFT'
            else 'COMPLETED'
          end
        when chance < 80 then 'OPEN'
        when chance < 700 then 'COMPLETED'
        when chance < 850 then 'EXPIRED'
        when chance < 990 then 'CANCELED'
        when chance < 993 then 'DRAFT'
        when chance < 999 then 'SUBMITTED'
        else 'DISPUTED'
      end as status
    from generate_series(1, ${TASKS}) n
    cross join lateral world_chance('status' || n) as chance
  ) numbered
  join world_people poster on poster.n = numbered.poster
  join world_people tasker on tasker.n = case
    when numbered.n % 9 = 0 and poster.n <> ${PERSON.hub} then ${PERSON.hub}
    else 10 + (poster.n + 1 + numbered.n % 97) % ${PEOPLE - 10}
  end;
  delete from world_tasks where assignee_id = poster_id;
  create unique index on world_tasks (n);
  analyze world_people, world_tasks`,

  // Rare values are old: the newest third of the tasks has none.
  `insert into tasks (
    id, title, description, search_text, search_text_folded, category_id, status, acceptance_mode, budget_minor, currency,
    agreed_price_minor, fee_rule_version, deadline, location_label, latitude, longitude, remote, poster_id, assignee_id, invitee_id, created_at,
    updated_at, published_at, accepted_at, submitted_at, completed_at, ended_at, funding_due_at, auto_approve_at,
    application_count, last_arrival_number
  )
  select
    id,
    title,
    'Number ' || n || ' of many.',
    lower(title || E'\\nNumber ' || n || ' of many.'),
    true,
    (select id from categories order by slug offset case
      when rare and world_chance('category' || n) < 5 then 7 else n % 3 + n / 3 % 2 end limit 1),
    status::task_status,
    mode::acceptance_mode,
    2000 + n % 400 * 50,
    case
      when rare and world_chance('currency' || n) < 5 then 'JPY'
      when world_chance('currency' || n) < 150 then 'GBP'
      else 'EUR'
    end,
    case when assignee_id is not null then 2000 + n % 400 * 50 end,
    case when assignee_id is not null then 1 end,
    case when world_chance('deadline' || n) < 600 then at + interval '201 days' + n % 500 * interval '1 hour' end,
    case when placed then 'Somewhere' end,
    case when placed then 58.3 + n % 1000 / 5000.0 end,
    case when placed then case when world_chance('far' || n) < 50 then -26.7 else 26.6 + n % 777 / 5000.0 end end,
    world_chance('remote' || n) < 300,
    poster_id,
    assignee_id,
    case when mode = 'INVITE_ONLY' then (select id from world_people where n = 10 + task.n % ${PEOPLE - 10}) end,
    at, at,
    case when status <> 'DRAFT' then at end,
    case when assignee_id is not null then at + interval '1 hour' end,
    case when status in ('SUBMITTED', 'COMPLETED') then at + interval '2 hours' end,
    case when status = 'COMPLETED' then at + interval '3 hours' end,
    case when status in ('COMPLETED', 'EXPIRED', 'CANCELED') then at + interval '3 hours' end,
    case when status = 'AWAITING_FUNDS' then now() + interval '1 day' end,
    case when status = 'SUBMITTED' then now() + interval '4 days' end,
    3, 3
  from world_tasks task
  cross join lateral (
    select
      n < ${TASKS * 0.66} as rare,
      (array['Assemble a wardrobe', 'Walk the dog', 'Paint a fence', 'Translate a letter', 'Move a piano'])[n % 5 + 1]
        || ' no. ' || n
        || case when n < ${TASKS * 0.66} and world_chance('word' || n) < 5 then ' xylophone' else '' end as title,
      world_chance('place' || n) < 300 as placed,
      case
        when n % 50 = 1 and poster_id <> (select id from world_people where n = 10 + task.n % ${PEOPLE - 10}) then 'INVITE_ONLY'
        when n % 3 = 0 then 'FIRST_COME'
        else 'POSTER_CHOICE'
      end as mode
  ) made
  order by n`,

  // Three applications per task, thirty for some; the hub applies to a seventh of all tasks.
  `insert into task_applications (
    id, task_id, applicant_id, status, message, price_minor, currency, arrival_number, created_at, accepted_at, task_version
  )
  select
    world_id(task.at + k * interval '1 minute', 'application' || task.n || '/' || k),
    task.id,
    applicant.id,
    case
      when task.assignee_id = applicant.id then 'ACCEPTED'
      when task.assignee_id is not null then 'CLOSED'
      when world_chance('rejected' || task.n || '/' || k) < 20 then 'REJECTED'
      else 'PENDING'
    end::task_application_status,
    'I can do this. ' || md5('message' || task.n || '/' || k),
    2000 + task.n % 400 * 50, 'EUR', k, task.at + k * interval '1 minute',
    case when task.assignee_id = applicant.id then task.at + interval '1 hour' end,
    1
  from world_tasks task
  cross join generate_series(1, case when task.n % 100 = 0 then 30 else 3 end) k
  join world_people applicant on applicant.n = case
    when k = 1 and task.n % 7 = 0 then ${PERSON.hub}
    else 10 + (task.poster + k * 101 + task.n % 97) % ${PEOPLE - 10}
  end
  where applicant.id <> task.poster_id
    and task.status <> 'DRAFT'
  order by task.n, k
  on conflict do nothing`,

  // A chat with three messages for each assignment; one chat has two thousand.
  `insert into chats (id, kind, task_id, tasker_id, created_at, ended_at, closes_at, last_sequence)
  select
    world_id(at + interval '1 hour', 'chat' || n), 'TASK', id, assignee_id, at + interval '1 hour',
    case when status = 'COMPLETED' and n % 10 <> 1 then at + interval '31 days' end,
    case when status = 'COMPLETED' then now() + n % 30 * interval '1 day' end,
    case when n = (select max(n) from world_tasks where poster = ${PERSON.hub} and assignee_id is not null) then 2000 else 3 end
  from world_tasks
  where assignee_id is not null
  order by n;

  insert into chat_participants (chat_id, user_id, role, last_read_sequence)
  select chat.id, person.id, person.role, greatest(0, chat.last_sequence - world_chance('read' || chat.id) / 950)
  from chats chat
  join tasks task on task.id = chat.task_id
  cross join lateral (values (task.poster_id, 'POSTER'::chat_role), (chat.tasker_id, 'TASKER')) as person (id, role);

  insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
  select
    world_id(chat.created_at + s * interval '1 minute', 'message' || chat.id || s), chat.id, s, 'TEXT',
    case when s % 2 = 0 then task.poster_id else chat.tasker_id end, 'Message ' || s, chat.created_at + s * interval '1 minute'
  from chats chat
  join tasks task on task.id = chat.task_id
  cross join lateral generate_series(1, chat.last_sequence) s`,

  // Support chats, most of them ended.
  `insert into agents (id, availability, capacity, active_chats)
  select id, 'BUSY', 50, 40
  from world_people
  where n in (${PERSON.administrator}, ${PERSON.agent});

  insert into chats (
    id, kind, customer_id, status, subject, priority, about_task_id, queued_at, at_front, agent_id, assigned_at,
    customer_silent_since, created_at, ended_at, end_reason, rating_score, rated_at, last_sequence
  )
  select
    world_id(at, 'support' || support.n), 'SUPPORT', customer.id, status::support_chat_status, 'Help ' || support.n, support.n % 3,
    case when support.n % 4 = 0 then (select id from world_tasks where world_tasks.n = support.n) end,
    at, support.n % 50 = 0,
    case when status <> 'QUEUED' then agent.id end, case when status <> 'QUEUED' then at + interval '5 minutes' end,
    case when status = 'ASSIGNED' then at + interval '6 minutes' end, at,
    case when status = 'ENDED' then at + interval '1 hour' end,
    case when status = 'ENDED' then 'RESOLVED'::chat_end_reason end,
    case when status = 'ENDED' and support.n % 2 = 0 then 1 + support.n % 5 end,
    case when status = 'ENDED' and support.n % 2 = 0 then at + interval '2 hours' end, 2
  from (
    select
      n,
      now() - interval '60 days' + n * interval '30 minutes' as at,
      case when n <= 1500 then 'ENDED' when n <= 1580 then 'ASSIGNED' else 'QUEUED' end as status
    from generate_series(1, 2880) n
  ) support
  join world_people customer on customer.n = 100 + support.n
  join world_people agent on agent.n = case when support.n % 2 = 0 then ${PERSON.agent} else ${PERSON.administrator} end;

  -- Ended chats with a topic have three more topics.
  insert into chat_topics (id, chat_id, task_id, added_at)
  select
    case when s = 0 then chat.id else world_id(chat.created_at + s * interval '1 second', 'topic' || chat.id || s) end,
    chat.id, task.id, chat.created_at
  from chats chat
  join world_tasks first on first.id = chat.about_task_id
  cross join generate_series(0, case chat.status when 'ENDED' then 3 else 0 end) s
  join world_tasks task on task.n = first.n + s;

  insert into chat_participants (chat_id, user_id, role)
  select chat.id, person.id, person.role
  from chats chat
  cross join lateral (values (chat.customer_id, 'CUSTOMER'::chat_role), (chat.agent_id, 'AGENT')) as person (id, role)
  where chat.kind = 'SUPPORT'
    and person.id is not null;

  insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
  select
    world_id(created_at + s * interval '1 minute', 'message' || id || s), id, s, 'TEXT', customer_id, 'Question ' || s,
    created_at + s * interval '1 minute'
  from chats
  cross join generate_series(1, 2) s
  where kind = 'SUPPORT';

  insert into notes (id, chat_id, author_id, body, created_at)
  select world_id(created_at, 'note' || id), id, agent_id, 'Note', created_at
  from chats
  where agent_id is not null`,

  COUNT_UNREAD_BY_OWNER,

  // Nearly every transfer has succeeded; failed and unfinished ones are old.
  `insert into holds (
    id, task_id, status, amount_minor, remaining_minor, released_minor, currency, payment_method_id, provider_reference,
    created_at, funded_at, provider_key, funding_key
  )
  select
    world_id(at + interval '1 hour', 'hold' || n), id, case status when 'COMPLETED' then 'RELEASED' else 'HELD' end::hold_status,
    2000 + n % 400 * 50, case status when 'COMPLETED' then 0 else 2000 + n % 400 * 50 end,
    case status when 'COMPLETED' then 2000 + n % 400 * 50 else 0 end, 'EUR', 'pm_ok', 'ch_' || n, at + interval '1 hour',
    at + interval '1 hour', 'hold' || n, 'hold' || n
  from world_tasks
  where assignee_id is not null
    and status <> 'AWAITING_FUNDS'
  order by n;

  insert into transfers (
    id, task_id, hold_id, destination_id, status, gross_minor, fee_minor, net_minor, currency, provider_reference, created_at,
    succeeded_at, provider_key, due_at, ask_at
  )
  select
    world_id(at + interval '3 hours', 'transfer' || n), id, world_id(at + interval '1 hour', 'hold' || n), assignee_id,
    transfer_status::transfer_status, 2000, 200, 1800, 'EUR', case transfer_status when 'SUCCEEDED' then 'tr_' || n end,
    at + interval '3 hours', case transfer_status when 'SUCCEEDED' then at + interval '4 hours' end, 'transfer' || n,
    case transfer_status when 'RETRYING' then now() + interval '1 hour' end,
    case transfer_status when 'IN_DOUBT' then now() + interval '1 hour' end
  from world_tasks
  cross join lateral (
    select case
      when n > ${TASKS / 2} then 'SUCCEEDED'
      when world_chance('transfer' || n) < 2 then 'IN_DOUBT'
      when world_chance('transfer' || n) < 4 then 'RETRYING'
      when world_chance('transfer' || n) < 10 then 'FAILED'
      else 'SUCCEEDED'
    end as transfer_status
  ) chosen
  where status = 'COMPLETED'
  order by n;

  insert into transfer_attempts (transfer_id, number, started_at, ended_at, outcome)
  select id, 1, created_at, created_at, 'ACCEPTED'
  from transfers;

  insert into reversals (
    id, transfer_id, task_id, amount_minor, return_fee, fee_minor, collects_minor, currency, reason, status, created_at,
    provider_key, failure_code, failure_message, failure_retryable
  )
  select
    world_id(succeeded_at, 'reversal' || id), id, task_id, 100, false, 0, 0, currency, 'not done', 'FAILED', succeeded_at,
    'reversal' || id, 'not_permitted', 'This is not permitted.', false
  from transfers
  where status = 'SUCCEEDED'
    and world_chance('reversal' || id) < 50;

  insert into refunds (
    id, task_id, hold_id, amount_minor, currency, reason, status, created_at, provider_key
  )
  select world_id(created_at, 'refund' || id), task_id, id, 1, currency, 'goodwill', 'SUCCEEDED', created_at, 'refund' || id
  from holds
  where world_chance('refund' || id) < 50`,

  // A tenth of the completed tasks was disputed before; the disputed ones still are.
  `insert into disputes (
    id, task_id, hold_id, tasker_id, opened_by_id, status, task_status_before, reason, opened_at, ended_at, currency, overdue_at
  )
  select
    world_id(at + interval '150 minutes', 'dispute' || n), id, world_id(at + interval '1 hour', 'hold' || n), assignee_id, poster_id,
    case status when 'DISPUTED' then 'OPEN' else 'WITHDRAWN' end::dispute_status, 'SUBMITTED', 'Grey', at + interval '150 minutes',
    case when status <> 'DISPUTED' then at + interval '160 minutes' end, 'EUR',
    case when status = 'DISPUTED' then at + interval '3 days' end
  from world_tasks
  where status = 'DISPUTED'
    or status = 'COMPLETED' and n % 10 = 0;

  update holds
  set frozen = true
  from disputes
  where disputes.hold_id = holds.id
    and disputes.status = 'OPEN';

  insert into chat_topics (id, chat_id, task_id, dispute_id, added_at)
  select world_id(dispute.opened_at, 'dispute' || chat.id || dispute.id), chat.id, dispute.task_id, dispute.id, dispute.opened_at
  from disputes dispute
  join chats chat on chat.customer_id = dispute.opened_by_id
    and chat.status = 'ENDED'
    and world_chance('about' || chat.id || dispute.id) < 100`,

  // One in twenty payments for completed tasks was charged back; most are decided.
  `insert into chargebacks (
    id, task_id, hold_id, tasker_id, provider_reference, amount_minor, currency, reason, status, opened_at, evidence_due_by, closed_at,
    remind_at, ask_at
  )
  select
    world_id(at + interval '3 hours', 'chargeback' || n), id, world_id(at + interval '1 hour', 'hold' || n), assignee_id, 'dp_' || n, 1,
    'EUR', 'fraudulent', chosen::chargeback_status, at + interval '3 hours', at + interval '14 days',
    case when chosen = 'WON' then at + interval '1 day' end,
    case when chosen = 'NEEDS_RESPONSE' then at + interval '7 days' end,
    case when chosen <> 'WON' then at + interval '9 hours' end
  from world_tasks
  cross join lateral (
    select case when n % 400 = 0 then 'NEEDS_RESPONSE' when n % 400 = 20 then 'UNDER_REVIEW' else 'WON' end as chosen
  ) state
  where status = 'COMPLETED'
    and n % 20 = 0;

  update holds
  set frozen = true
  from chargebacks
  where chargebacks.hold_id = holds.id
    and chargebacks.status <> 'WON';

  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, chargeback_id
  )
  select
    world_id(opened_at, 'file' || id), tasker_id, 'EVIDENCE', 'AVAILABLE', 'b.png', 'image/png', 1000, repeat('cd', 32), opened_at, id
  from chargebacks`,

  `insert into ledger_accounts (id, kind, task_id, user_id, currency)
  select world_id(now(), 'account' || task_id), 'TASK_HOLD'::ledger_account_kind, task_id, null::uuid, 'EUR'
  from holds
  union all
  select world_id(now(), 'account' || id), 'USER_PAYABLE', null, id, 'EUR'
  from world_people
  union all
  select world_id(now(), 'clearing'), 'PROVIDER_CLEARING', null, null, 'EUR';

  insert into ledger_transactions (id, kind, task_id, hold_id, posted_at)
  select world_id(created_at, 'posting' || id), 'hold.funded', task_id, id, created_at
  from holds
  order by id;

  insert into ledger_entries (id, transaction_id, account_id, direction, amount_minor)
  select
    world_id(posted_at, 'entry' || id || side), id,
    world_id(now(), case side when 1 then 'clearing' else 'account' || task_id end),
    (enum_range(null::entry_direction))[side], 2000
  from ledger_transactions
  cross join generate_series(1, 2) side;

  insert into ledger_balances (account_id, task_id, kind, balance_minor)
  select id, task_id, kind, 0
  from ledger_accounts
  where task_id is not null;

  insert into statement_lines (owner_id, currency, posted_at, sequence, transaction_id, amount_minor)
  select owner_id, currency, posted_at, sequence, transaction_id, amount_minor
  from statement_movements
  union all
  select '00000000-0000-0000-0000-000000000000', 'EUR', posted_at, sequence, id, 200
  from ledger_transactions`,

  // Most completed tasks have the reviews of both sides, some only that of the poster; the newest of these are blind.
  `insert into reviews (
    id, task_id, author_id, subject_id, status, rating, comment, created_at, window_closes_at, published_at
  )
  select
    world_id(at + side * interval '4 hours', 'review' || n || '/' || side), id,
    case side when 1 then poster_id else assignee_id end,
    case side when 1 then assignee_id else poster_id end,
    case when published_at is null then 'BLIND' else 'PUBLISHED' end::review_status,
    1 + (n + side) % 5, 'Review ' || n, at + side * interval '4 hours', at + interval '339 hours', published_at
  from world_tasks
  cross join generate_series(1, 2) side
  cross join lateral (
    select case
      when world_chance('review' || n) < 600 then at + interval '8 hours'
      when at + interval '339 hours' <= now() then at + interval '339 hours'
    end as published_at
  ) publication
  where status = 'COMPLETED'
    and world_chance('review' || n) < case side when 1 then 800 else 600 end
  order by n;

  update users
  set rating_count = rated.count,
    rating_sum = rated.sum
  from (
    select subject_id, count(*)::integer as count, sum(rating)::integer as sum
    from reviews
    where status = 'PUBLISHED'
    group by subject_id
  ) rated
  where users.id = rated.subject_id`,

  `insert into audit_records (id, at, actor_id, action, subject_type, subject_id, request_id)
  select
    world_id(at, 'audit' || record.n), at, actor.id, case when record.n % 100 = 0 then 'user.suspended' else 'sign_in.succeeded' end,
    'usr', subject.id, 'request' || record.n
  from (
    select n, timestamptz '2026-02-01Z' + n * interval '1 minute' as at
    from generate_series(1, 12000) n
  ) record
  join world_people actor on actor.n = case when record.n % 10 = 0 then ${PERSON.administrator} else 1 + record.n % ${PEOPLE} end
  join world_people subject on subject.n = 1 + record.n % ${PEOPLE};

  insert into slow_operations (
    id, at, document_hash, duration_ms, sql_count, sql_ms, pool_wait_ms, event_loop_delay_ms, error_count, request_id, viewer_id
  )
  select
    world_id(at, 'slow' || n), at, repeat('0', 64), 1000, 1, 1, 1, 1, 0, 'request' || n, person.id
  from (
    select n, timestamptz '2026-02-01Z' + n * interval '1 minute' as at
    from generate_series(1, 5000) n
  ) operation
  join world_people person using (n)`,

  `insert into work_submissions (id, task_id, message, submitted_at)
  select world_id(at + interval '2 hours', 'submission' || n), id, 'Done', at + interval '2 hours'
  from world_tasks
  where status in ('SUBMITTED', 'COMPLETED');

  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, task_id, submission_id,
    message_id, unattached_until
  )
  select
    world_id(at, 'file' || n), poster_id, 'TASK', 'AVAILABLE', n || '.png', 'image/png', 1000, repeat('ab', 32), at,
    case when n % 4 = 0 then id end,
    case when n % 4 = 1 and status in ('SUBMITTED', 'COMPLETED') then world_id(at + interval '2 hours', 'submission' || n) end,
    null,
    case when n % 4 > 1 or n % 4 = 1 and status not in ('SUBMITTED', 'COMPLETED') then now() + interval '1 day' end
  from world_tasks
  where n % 4 < 2
    or n % 400 = 2;

  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, dispute_id
  )
  select
    world_id(opened_at, 'file' || id), opened_by_id, 'EVIDENCE', 'AVAILABLE', 'a.png', 'image/png', 1000, repeat('ab', 32), opened_at, id
  from disputes;

  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, message_id
  )
  select
    world_id(sent_at, 'file' || id), author_id, 'CHAT', 'AVAILABLE', 'a.png', 'image/png', 1000, repeat('ab', 32), sent_at, id
  from messages
  where world_chance('attached' || id) < 100`,

  `insert into reconciliations (id, span_from, span_to, status, started_at, finished_at, lines_compared)
  select
    world_id(day + interval '27 hours', 'reconciliation' || n), day, day + interval '1 day', 'DONE', day + interval '27 hours',
    day + interval '28 hours', 1000
  from generate_series(1, 3000) n
  cross join lateral (select timestamptz '2018-07-12Z' + n * interval '1 day' as day) span;

  insert into reconciliation_differences (
    id, kind, source, occurred_at, subject_type, subject_id, task_id, ours_minor, ours_currency, found_at, last_found_at, settled_at
  )
  select
    world_id(created_at, 'difference' || id), 'MISSING_AT_PROVIDER', 'ltx_' || id, created_at, 'hld', id, task_id, amount_minor, currency,
    created_at, created_at, case when world_chance('settled' || id) < 990 then created_at + interval '1 day' end
  from holds;

  insert into reconciliation_findings (reconciliation_id, difference_id)
  select run.id, difference.id
  from reconciliation_differences difference
  join reconciliations run on difference.occurred_at >= run.span_from and difference.occurred_at < run.span_to`,

  // The event log in order of time, and the feeds that the sequencer derives from it.
  `insert into events (
    id, kind, type, occurred_at, actor_id, task_id, task_version, chat_id, message_id, transfer_id, status_after, recipient_ids
  )
  select *
  from (
    select
      world_id(at + k * interval '1 hour', 'event' || n || '/' || k), 'TASK'::event_kind,
      case k when 0 then 'task.created' else 'task.accepted' end, at + k * interval '1 hour' as occurred_at, poster_id, id, k,
      null::uuid, null::uuid, null::uuid, 'OPEN', array_remove(array[poster_id, assignee_id], null)
    from world_tasks
    cross join lateral generate_series(0, case when assignee_id is null then 0 else 1 end) k
    union all
    select
      world_id(message.sent_at, 'event' || message.id), 'CHAT', 'chat.message', message.sent_at, message.author_id, chat.task_id,
      null, chat.id, message.id, null, null,
      case chat.kind when 'TASK' then array[task.poster_id, task.assignee_id] else array[chat.customer_id] end
    from messages message
    join chats chat on chat.id = message.chat_id
    left join tasks task on task.id = chat.task_id
    union all
    select
      world_id(created_at, 'event' || id), 'TRANSFER', 'transfer.created', created_at, null, task_id, null, null, null, id,
      'PENDING', array[destination_id]
    from transfers
  ) made
  order by occurred_at;

  insert into event_positions (position, event_id)
  select row_number() over (order by sequence), id
  from events;

  insert into feed_entries (user_id, position, event_id)
  select recipient, place.position, event.id
  from event_positions place
  join events event on event.id = place.event_id
  cross join unnest(event.recipient_ids) recipient`,
]

/**
 * Mails of the last 25 days, of which few wait or failed, and tokens of links. None is due: ended mails are kept for thirty days. The
 * hub has a tenth of the mails.
 */
const MAILS = `
  insert into mails (id, kind, user_id, to_address, locale, parameters, status, created_at, due_at, ended_at, failure)
  select
    world_id(at, 'mail' || mail.n), 'PASSWORD_CHANGED', person.id, 'person' || person.n || '@world.test', 'en',
    jsonb_build_object('name', 'Person ' || person.n), state::mail_status, at,
    case when state = 'PENDING' then errand_now() + interval '1 hour' end,
    case when state <> 'PENDING' then at + interval '1 minute' end,
    case when state = 'FAILED' then 'EENVELOPE 550' end
  from (
    select
      n,
      errand_now() - interval '25 days' + n * interval '3 minutes' as at,
      case n % 100 when 1 then 'FAILED' when 2 then 'PENDING' else 'SENT' end as state
    from generate_series(1, 10000) n
  ) mail
  join world_people person on person.n = case when mail.n % 10 = 0 then ${PERSON.hub} else 10 + mail.n % ${PEOPLE - 10} end;

  insert into email_tokens (user_id, purpose, token_hash, address, created_at, expires_at)
  select
    id, 'VERIFY_EMAIL', sha256(('token' || n)::bytea), 'person' || n || '@world.test', errand_now(),
    errand_now() + interval '1 hour' + n * interval '1 minute'
  from world_people`

/** Accounts of payees, customers with a saved payment method, and events that the provider told of: few are due. */
const PROVIDER = `
  insert into payout_accounts (user_id, provider, account_reference, opened_at, look_up_at)
  select id, 'sandbox', 'acct_' || id, created_at, errand_now() + interval '1 hour'
  from users;
  insert into payment_customers (user_id, provider, customer_reference, opened_at)
  select id, 'sandbox', 'cus_' || id, created_at
  from users;
  insert into sandbox.saved_payment_methods (customer_reference, payment_method_id, saved_at)
  select customer_reference, 'pm_ok', opened_at
  from payment_customers;
  insert into webhooks_received (provider, event_id, received_at, processed_at, forget_at)
  select 'sandbox', 'evt_' || n, errand_now(), errand_now(), errand_now() + n * interval '1 minute'
  from generate_series(1, 5000) n`

/** Fills a migrated, empty database. */
export async function makeLargeWorld(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    // Skips the foreign key checks of half a million rows, which hold by construction.
    await client.query(`set session_replication_role = replica; set timezone = 'UTC'; set jit = off`)
    for (const statement of STATEMENTS) await client.query(statement)
    await client.query(MAILS)
    await client.query(OUTGOING)
    await client.query(PROVIDER)
    // Sets the visibility map, without which index-only scans read the table.
    await client.query('vacuum analyze')
    // Index statistics count from here.
    await client.query('select pg_stat_reset()')
  } finally {
    await client.end()
  }
}
