import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, everything } from '../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
})
afterAll(async () => {
  await app.stop()
})

describe('the database itself refuses', () => {
  const refuses = async (constraint: string, statement: string, values: string[]) => {
    const before = await everything(app)
    await expect(app.database.pool.query(statement, values)).rejects.toMatchObject({ constraint })
    expect(await everything(app)).toEqual(before)
  }

  test('an incomplete assignment, and one to the poster', async () => {
    const task = await anna.posts()
    await refuses('an_assignment_is_whole_or_absent', `update tasks set accepted_at = now() where id = $1`, [task.uuid])
    await ben.accepts(task)
    await refuses(
      'a_task_to_be_had_has_no_assignee',
      `update tasks set status = 'OPEN', funding_due_at = null where id = $1`,
      [task.uuid],
    )
    await refuses('nobody_works_for_themselves', 'update tasks set assignee_id = poster_id where id = $1', [task.uuid])
  })

  test('a second accepted application, a second live application of a person, and a second chat', async () => {
    const task = await anna.posts()
    const [first, second] = [await ben.applies(task), await (await actor(app, 'Cleo')).applies(task)]
    await anna.accepts(first)
    await refuses(
      'a_task_accepts_one_application',
      `
        insert into task_applications (
          id, task_id, applicant_id, status, price_minor, currency, arrival_number, created_at, accepted_at, task_version
        )
        select gen_random_uuid(), task_id, (select id from users where display_name = 'Anna' limit 1), 'ACCEPTED',
          price_minor, currency, 9, created_at, created_at, task_version
        from task_applications where id = $1`,
      [second.uuid],
    )
    await refuses(
      'a_person_applies_once_to_a_task',
      `
        insert into task_applications (id, task_id, applicant_id, status, price_minor, currency, arrival_number, created_at, task_version)
        select gen_random_uuid(), task_id, applicant_id, 'PENDING', price_minor, currency, 9, created_at, task_version
        from task_applications where id = $1`,
      [second.uuid],
    )
    await refuses(
      'a_task_and_tasker_have_one_chat',
      `
        insert into chats (id, kind, task_id, tasker_id, created_at)
        select gen_random_uuid(), kind, task_id, tasker_id, created_at from chats where task_id = $1`,
      [task.uuid],
    )
  })
})
