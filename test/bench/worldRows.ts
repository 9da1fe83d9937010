/**
 * The rows of the world, by set statements: always the same, but for the moment from which their times count back. First a plan in tables
 * of its own, then the rows of each table from the plan alone, so that tables can be filled in any order and in parallel.
 */

export interface Step {
  what: string
  sql: string
}

/** Makes ids. */
// Immutable functions only (extracting seconds from a timestamptz is not immutable), so that PostgreSQL inlines it.
export const IDS: Step = {
  what: 'ids that sort by time, as the server makes them',
  sql: `
    create function bench_id(at timestamptz, salt text) returns uuid
    language sql immutable parallel safe
    return overlay(
      overlay(
        md5(salt)
        placing lpad(to_hex((date_part('epoch', at at time zone 'UTC') * 1000)::bigint), 12, '0') || '7' from 1
      )
      placing '8' from 17
    )::uuid`,
}

const PEOPLE: Step = {
  what: 'people',
  sql: `
    create table bench_people as
    select n, bench_id((select errand_now()) - interval '300 days' + n * interval '1 minute', 'person' || n) as id
    from generate_series(1, 20000) n;
    create unique index on bench_people (n);
    analyze bench_people`,
}

// A twentieth of the tasks is busy: twenty applications and forty messages each.
const tasks = (times: number): Step => ({
  what: 'the plan of tasks',
  sql: `
    create table bench_tasks as
    select
      n,
      bench_id(at, 'task' || n) as id,
      bench_id(at, 'chat' || n) as chat_id,
      at,
      poster,
      n % 20 = 0 as discussed,
      n % 4 = 0 as assigned,
      ${times} * case when n % 20 = 0 then 20 else n % 5 end as applications,
      case when n % 20 = 0 then 40 when n % 4 = 0 then 15 else 0 end as messages
    from (
      select
        n,
        (select errand_now()) - interval '200 days' + n * interval '86 seconds' as at,
        case when n % 20 = 0 then (n / 20) % 1000 else (n::bigint * 7919) % 20000 end + 1 as poster
      from generate_series(1, 200000) n
    ) numbered;
    create unique index on bench_tasks (n);
    analyze bench_tasks`,
})

// The steps between the applicants of a task add up to less than the number of people, for up to 200 applicants, so none applies twice.
const APPLICANTS: Step = {
  what: 'applicants: never the poster, no person twice',
  sql: `
    create table bench_applicants as
    select task.n, k, person.id
    from bench_tasks task
    cross join lateral generate_series(0, task.applications - 1) k
    join bench_people person on person.n = (task.poster + k % 20 * 101 + k / 20 * 1990 + task.n % 97) % 20000 + 1;
    analyze bench_applicants`,
}

/** The steps that make the plan, with this factor for applications. Each step needs those before it. */
export const planOf = ({ applicationsTimes }: { applicationsTimes: number }): readonly Step[] => [
  IDS,
  PEOPLE,
  tasks(applicationsTimes),
  APPLICANTS,
]

const PRICE = '2000 + task.n % 400 * 50'
const CURRENCY = `(array['EUR', 'EUR', 'EUR', 'GBP', 'SEK'])[task.n % 5 + 1]`
const WORK = `array['Assemble a wardrobe', 'Walk the dog', 'Paint a fence', 'Translate a letter', 'Move a piano']`
const TITLE = `(${WORK})[task.n % 5 + 1] || ' no. ' || task.n`
const DESCRIPTION = `'Number ' || task.n || ' of many. ' || repeat(md5('text' || task.n) || ' ', 4)`

const TASKS: Step = {
  what: 'tasks',
  sql: `
    insert into tasks (
      id, title, description, search_text, search_text_folded, category_id, status, acceptance_mode, budget_minor, currency,
      agreed_price_minor, fee_rule_version, poster_id, assignee_id, created_at, updated_at, published_at, accepted_at, submitted_at,
      completed_at, ended_at, auto_approve_at, application_count, last_arrival_number
    )
    select
      task.id,
      ${TITLE},
      ${DESCRIPTION},
      lower(${TITLE} || chr(10) || ${DESCRIPTION}),
      true,
      (select (array_agg(id order by slug))[1:3] from categories)[task.n % 3 + 1],
      status::task_status,
      case when task.n % 3 = 0 then 'FIRST_COME' else 'POSTER_CHOICE' end::acceptance_mode,
      ${PRICE},
      ${CURRENCY},
      case when assigned then ${PRICE} end,
      case when assigned then 1 end,
      poster.id,
      case when assigned then tasker.id end,
      at, at, at,
      case when assigned then at + interval '1 day' end,
      case when status in ('SUBMITTED', 'COMPLETED') then at + interval '2 days' end,
      case when status = 'COMPLETED' then at + interval '3 days' end,
      case when status in ('COMPLETED', 'EXPIRED', 'CANCELED') then at + interval '3 days' end,
      case when status = 'SUBMITTED' then (select errand_now()) + interval '4 days' end,
      applications,
      applications
    from (
      select
        *,
        case
          when assigned and n <= 180000 then 'COMPLETED'
          when assigned and n % 8 = 0 then 'SUBMITTED'
          when assigned then 'ASSIGNED'
          when n > 150000 then 'OPEN'
          when n % 5 < 3 then 'EXPIRED'
          else 'CANCELED'
        end as status
      from bench_tasks
    ) task
    join bench_people poster on poster.n = task.poster
    left join bench_applicants tasker on tasker.n = task.n and tasker.k = 0
    order by task.n`,
}

const APPLICATIONS: Step = {
  what: 'applications',
  sql: `
    insert into task_applications (
      id, task_id, applicant_id, status, message, price_minor, currency, arrival_number, created_at, accepted_at, task_version
    )
    select
      bench_id(task.at + (k + 1) * interval '1 minute', 'application' || task.n || '/' || k),
      task.id,
      applicant.id,
      case when not assigned then 'PENDING' when k = 0 then 'ACCEPTED' else 'CLOSED' end::task_application_status,
      'I can do this on a weekday. ' || md5('message' || task.n || '/' || k),
      ${PRICE},
      ${CURRENCY},
      k + 1,
      task.at + (k + 1) * interval '1 minute',
      case when assigned and k = 0 then task.at + interval '1 day' end,
      1
    from bench_tasks task
    join (select * from bench_applicants order by n, k) applicant on applicant.n = task.n`,
}

const CHATS: Step = {
  what: 'chats',
  sql: `
    insert into chats (id, kind, task_id, tasker_id, created_at, last_sequence)
    select task.chat_id, 'TASK', task.id, tasker.id, task.at + interval '1 day', messages
    from bench_tasks task
    join bench_applicants tasker on tasker.n = task.n and tasker.k = 0
    where assigned
    order by task.n;
    insert into chat_participants (chat_id, user_id, role, unread_own)
    select task.chat_id, person.id, person.role::chat_role, person.wrote
    from bench_tasks task
    join bench_people poster on poster.n = task.poster
    join bench_applicants tasker on tasker.n = task.n and tasker.k = 0
    cross join lateral (
      values (poster.id, 'POSTER', messages / 2), (tasker.id, 'TASKER', messages - messages / 2)
    ) as person (id, role, wrote)
    where assigned
    order by task.n`,
}

const MESSAGES: Step = {
  what: 'messages',
  sql: `
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select
      bench_id(began_at + s * interval '1 minute', 'message' || n || '/' || s),
      chat_id,
      s,
      'TEXT',
      case when s % 2 = 0 then poster_id else tasker_id end,
      'Message ' || s || ' of a conversation: ' || md5('body' || n || '/' || s),
      began_at + s * interval '1 minute'
    from (
      select
        task.n, at + interval '1 day' as began_at, chat_id, messages, poster.id as poster_id, tasker.id as tasker_id
      from bench_tasks task
      join bench_people poster on poster.n = task.poster
      join bench_applicants tasker on tasker.n = task.n and tasker.k = 0
      where assigned
      order by task.n
    ) talk
    cross join lateral generate_series(1, messages) s`,
}

const ACCOUNTS: Step = {
  what: 'accounts and sessions',
  sql: `
    insert into users (id, email, display_name, password_hash, created_at)
    select id, 'person' || n || '@bench.test', 'Person ' || n, '-', (select errand_now()) - interval '300 days'
    from bench_people
    order by n;
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at, proven_at)
    select bench_id(now, 'session' || n), id, now, now, now, clock_timestamp() + interval '1 year'
    from bench_people
    cross join (select errand_now() as now) at_once
    order by n`,
}

/** The steps that fill the tables, independent of each other, the longest first. */
export const ROWS: readonly Step[] = [MESSAGES, APPLICATIONS, TASKS, CHATS, ACCOUNTS]

/** Expected number of rows in each table, with the usual number of applications. */
export const COUNTS: Readonly<Record<string, number>> = {
  users: 20_000,
  tasks: 200_000,
  task_applications: 600_000,
  chats: 50_000,
  messages: 1_000_000,
}
