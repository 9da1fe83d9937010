/** Rows for tests of reads, inserted directly, without the rules. */

import type { AcceptanceMode, TaskStatus } from '../../../src/db/generated/enums.ts'
import type { Person } from '../people.ts'
import { newId, toPublicId } from '../publicIds.ts'
import type { TestApp } from '../servers/app.ts'

type Row = { uuid: string; id: string }

/** Inserts a task in DRAFT, OPEN or (with an assignee) ASSIGNED. */
export async function taskRow(
  app: TestApp,
  {
    poster,
    assignee,
    status,
    mode = 'POSTER_CHOICE',
  }: {
    poster: Person
    assignee?: Person
    status?: TaskStatus
    mode?: AcceptanceMode
  },
): Promise<Row> {
  const uuid = newId()
  const price = assignee ? 2_000n : null
  await app.database.run`
    /* testTask */
    insert into tasks (
      id, title, description, status, acceptance_mode, budget_minor, currency, agreed_price_minor, fee_rule_version,
      poster_id, assignee_id, created_at, updated_at, published_at, accepted_at
    )
    values (
      ${uuid}, ${'Paint the fence'}, ${'White.'}, ${status ?? (assignee ? 'ASSIGNED' : 'OPEN')}::task_status,
      ${mode}::acceptance_mode, 2000, 'EUR', ${price}::bigint, case when ${price}::bigint is null then null else 1 end,
      ${poster.uuid}, ${assignee?.uuid ?? null}, errand_now(), errand_now(),
      case when ${status ?? 'OPEN'} = 'DRAFT' then null else errand_now() end,
      case when ${price}::bigint is null then null else errand_now() end
    )`
  return { uuid, id: toPublicId('tsk', uuid) }
}

/** Inserts a chat of a task's poster and a tasker. */
export async function chatRow(
  app: TestApp,
  { task, poster, tasker, ended = false }: { task: Row; poster: Person; tasker: Person; ended?: boolean },
): Promise<Row> {
  const uuid = newId()
  await app.database.run`
    /* testChat */
    with chat as (
      insert into chats (id, kind, task_id, tasker_id, created_at, ended_at)
      values (
        ${uuid}, 'TASK', ${task.uuid}, ${tasker.uuid}, errand_now(),
        case when ${ended}::boolean then errand_now() end
      )
      returning id
    )
    insert into chat_participants (chat_id, user_id, role)
    select chat.id, person.id, person.role::chat_role
    from chat
    cross join unnest(${[poster.uuid, tasker.uuid]}::uuid[], '{POSTER,TASKER}'::text[]) as person (id, role)`
  return { uuid, id: toPublicId('tch', uuid) }
}

/** Inserts the next message of a chat; without an author, a system message. */
export async function messageRow(
  app: TestApp,
  { chat, author, body }: { chat: Row; author?: Person; body: string },
): Promise<Row> {
  const uuid = newId()
  await app.database.run`
    /* testMessage */
    with chat as (
      update chats
      set last_sequence = last_sequence + 1
      where id = ${chat.uuid}
      returning id, last_sequence
    )
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select
      ${uuid}::uuid, chat.id, chat.last_sequence,
      case when ${author?.uuid ?? null}::uuid is null then 'SYSTEM'::message_kind else 'TEXT'::message_kind end,
      ${author?.uuid ?? null}::uuid, ${body}, errand_now()
    from chat`
  return { uuid, id: toPublicId('msg', uuid) }
}
