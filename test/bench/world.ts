/**
 * What is measured on: 20,000 people, 200,000 tasks, 600,000 applications, 50,000 chats and a million messages, always the
 * same ones, made by set statements. A twentieth of the tasks is much talked about: twenty applications and forty messages
 * each; what people did lately is mostly open, what they did long ago mostly over.
 */
import pg from 'pg'

const STATEMENTS: readonly (readonly [what: string, sql: string])[] = [
  [
    'ids that sort by time, as the server makes them',
    `create function bench_id(at timestamptz, salt text) returns uuid
    language sql immutable parallel safe
    return (
      lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
      || '7' || substr(md5(salt), 1, 3) || '8' || substr(md5(salt), 4, 15)
    )::uuid`,
  ],
  [
    'people',
    `create table bench_people as
    select n, bench_id(errand_now() - interval '300 days' + n * interval '1 minute', 'person' || n) as id
    from generate_series(1, 20000) n;
    insert into users (id, email, display_name, password_hash, created_at)
    select id, 'person' || n || '@bench.test', 'Person ' || n, '-', errand_now() - interval '300 days'
    from bench_people;
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
    select bench_id(errand_now(), 'session' || n), id, errand_now(), errand_now(), errand_now()
    from bench_people`,
  ],
  [
    'the plan of tasks',
    `create table bench_tasks as
    select
      n,
      bench_id(at, 'task' || n) as id,
      at,
      poster,
      n % 20 = 0 as discussed,
      n % 4 = 0 as assigned,
      case when n % 20 = 0 then 20 else n % 5 end as applications,
      case when n % 20 = 0 then 40 when n % 4 = 0 then 15 else 0 end as messages
    from (
      select
        n,
        errand_now() - interval '200 days' + n * interval '86 seconds' as at,
        case when n % 20 = 0 then (n / 20) % 1000 else (n::bigint * 7919) % 20000 end + 1 as poster
      from generate_series(1, 200000) n
    ) numbered;
    create unique index on bench_tasks (n);
    create unique index on bench_people (n);
    analyze bench_tasks, bench_people`,
  ],
  [
    'who applies to what: never the poster, nobody twice',
    `create table bench_applicants as
    select task.n, k, person.id
    from bench_tasks task
    cross join lateral generate_series(0, task.applications - 1) k
    join bench_people person on person.n = (task.poster + k * 101 + task.n % 97) % 20000 + 1;
    create unique index on bench_applicants (n, k);
    analyze bench_applicants`,
  ],
  [
    'tasks',
    `insert into tasks (
      id, title, description, category_id, status, acceptance_mode, budget_minor, currency, agreed_price_minor,
      fee_rule_version, poster_id, assignee_id, created_at, updated_at, published_at, accepted_at, submitted_at,
      completed_at, ended_at, auto_approve_at, application_count, last_arrival_number
    )
    select
      task.id,
      (array['Assemble a wardrobe', 'Walk the dog', 'Paint a fence', 'Translate a letter', 'Move a piano'])[task.n % 5 + 1]
        || ' no. ' || task.n,
      'Number ' || task.n || ' of many. ' || repeat(md5('text' || task.n) || ' ', 4),
      (select id from categories order by slug offset task.n % 3 limit 1),
      status::task_status,
      case when task.n % 3 = 0 then 'FIRST_COME' else 'POSTER_CHOICE' end::acceptance_mode,
      2000 + task.n % 400 * 50,
      (array['EUR', 'EUR', 'EUR', 'GBP', 'SEK'])[task.n % 5 + 1],
      case when assigned then 2000 + task.n % 400 * 50 end,
      case when assigned then 1 end,
      poster.id,
      case when assigned then tasker.id end,
      at, at, at,
      case when assigned then at + interval '1 day' end,
      case when status in ('SUBMITTED', 'COMPLETED') then at + interval '2 days' end,
      case when status = 'COMPLETED' then at + interval '3 days' end,
      case when status in ('COMPLETED', 'EXPIRED', 'CANCELED') then at + interval '3 days' end,
      case when status = 'SUBMITTED' then errand_now() + interval '4 days' end,
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
  ],
  [
    'applications',
    `insert into task_applications (
      id, task_id, applicant_id, status, message, price_minor, currency, arrival_number, created_at, accepted_at
    )
    select
      bench_id(task.at + (k + 1) * interval '1 minute', 'application' || task.n || '/' || k),
      task.id,
      applicant.id,
      case when not assigned then 'PENDING' when k = 0 then 'ACCEPTED' else 'CLOSED' end::task_application_status,
      'I can do this on a weekday. ' || md5('message' || task.n || '/' || k),
      2000 + task.n % 400 * 50,
      (array['EUR', 'EUR', 'EUR', 'GBP', 'SEK'])[task.n % 5 + 1],
      k + 1,
      task.at + (k + 1) * interval '1 minute',
      case when assigned and k = 0 then task.at + interval '1 day' end
    from bench_tasks task
    join bench_applicants applicant on applicant.n = task.n
    order by task.n, k`,
  ],
  [
    'chats',
    `insert into chats (id, kind, task_id, tasker_id, created_at, last_sequence)
    select bench_id(task.at, 'chat' || task.n), 'TASK', task.id, tasker.id, task.at + interval '1 day', messages
    from bench_tasks task
    join bench_applicants tasker on tasker.n = task.n and tasker.k = 0
    where assigned
    order by task.n;
    insert into chat_participants (chat_id, user_id, role)
    select chat.id, person.id, person.role::chat_role
    from chats chat
    join tasks task on task.id = chat.task_id
    cross join lateral (values (task.poster_id, 'POSTER'), (chat.tasker_id, 'TASKER')) as person (id, role)`,
  ],
  [
    'messages',
    `insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select
      bench_id(task.at + interval '1 day' + s * interval '1 minute', 'message' || task.n || '/' || s),
      bench_id(task.at, 'chat' || task.n),
      s,
      'TEXT',
      case when s % 2 = 0 then poster.id else tasker.id end,
      'Message ' || s || ' of a conversation: ' || md5('body' || task.n || '/' || s),
      task.at + interval '1 day' + s * interval '1 minute'
    from bench_tasks task
    join bench_people poster on poster.n = task.poster
    join bench_applicants tasker on tasker.n = task.n and tasker.k = 0
    cross join lateral generate_series(1, task.messages) s
    where assigned
    order by task.n, s`,
  ],
]

/** Fills a migrated, empty database; says how long each step took. */
export async function makeWorld(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    // The foreign keys of three million rows would be looked up one by one; by construction they hold.
    await client.query(`set session_replication_role = replica; set maintenance_work_mem = '256MB'; set jit = off`)
    const startedAt = performance.now()
    for (const [what, sql] of STATEMENTS) {
      const stepAt = performance.now()
      await client.query(sql)
      console.log(`  ${what}: ${seconds(stepAt)} s`)
    }
    // Without it the planner would know nothing yet, and the first reads would set the hint bits of every row.
    const stepAt = performance.now()
    await client.query('vacuum analyze')
    console.log(`  statistics: ${seconds(stepAt)} s\nthe world: ${seconds(startedAt)} s`)
  } finally {
    await client.end()
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1)
