/** The example of test/README.md, as it is written there. */
import { expect, test } from 'vitest'
import { startApp } from '../../support/servers/app.ts'
import { actor, expectRefusal } from '../../support/story.ts'

test('a task of which the poster has accepted an application takes no further application', async () => {
  const app = await startApp()
  try {
    const [anna, ben, carl] = await Promise.all(['Anna', 'Ben', 'Carl'].map((name) => actor(app, name)))
    if (!anna || !ben || !carl) return expect.unreachable()

    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const application = await ben.applies(task)
    await anna.accepts(application)
    await expectRefusal(app, carl, 'applyToTask', { taskId: task.id }, { code: 'TASK_ALREADY_ACCEPTED' })
  } finally {
    await app.stop()
  }
})
