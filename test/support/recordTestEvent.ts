/** Records events for tests of the log, as rules do, each in its own transaction. */

import { readClock } from '../../src/db/clock.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import type { TaskEventType } from '../../src/events/eventTypes.ts'
import { recordTaskEvent } from '../../src/events/recordEvent.ts'
import { lockTaskRow } from '../../src/tasks/tasks.sql.ts'
import type { Person } from './people.ts'
import type { TestApp } from './servers/app.ts'

interface TestEvent {
  task: { uuid: string }
  by: Person
  concerns: readonly Person[]
  type?: TaskEventType
  reason?: string
}

/** Increments the version of a task under its lock, and records the event. */
export async function recordTestEvent(
  app: Pick<TestApp, 'database'>,
  { task, by, concerns, type = 'task.updated', reason }: TestEvent,
): Promise<void> {
  await withTransaction(app.database, async (tx) => {
    const locked = await lockTaskRow(tx, { taskId: task.uuid })
    if (!locked) throw new Error('The task is not there.')
    await tx.run`/* testChange */ update tasks set version = version + 1 where id = ${task.uuid}`
    await recordTaskEvent(tx, {
      type,
      taskId: task.uuid,
      taskVersion: locked.version + 1,
      at: await readClock(tx),
      actorId: by.uuid,
      reason: reason ?? null,
      reasonFor: concerns.map(({ uuid }) => uuid),
      recipientIds: concerns.map(({ uuid }) => uuid),
    })
  })
}
