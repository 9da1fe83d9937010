/** A small dose of the trial `lives`: random stories of tasks and their money against a model. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { addTo, type Coverage, missing } from '../../trials/lives/coverage.ts'
import { SEEDS, STEPS_MAX, STORIES } from '../../trials/lives/lives.ts'
import { changed, PLANTED_FAULTS } from '../../trials/lives/plantedFaults.ts'
import { IMAGINED, playLives } from '../../trials/lives/playLives.ts'

const SEED = Number(process.env.LIVES_SEED ?? 1)

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})

test('random stories go as the model predicts', { timeout: 300_000 }, async () => {
  const coverage: Coverage = new Map()
  await playLives(app, { seed: SEED, stories: 8, stepsMax: 50, timeLimitMs: 200_000, coverage })
  const succeeded = [...coverage.values()].filter((outcomes) => outcomes.has('done'))
  expect(succeeded.length, 'different actions that succeeded').toBeGreaterThan(10)
})

test('each fault that the trial livesFaults plants has its place in the sources', async () => {
  const changes = Object.values(PLANTED_FAULTS).flat()
  await expect(Promise.all(changes.map((change) => changed(change)))).resolves.toHaveLength(changes.length)
})

test('the stories of the trial meet every verb and every refusal, if the server does as the model says', async () => {
  const total: Coverage = new Map()
  for (let seed = 1; seed <= SEEDS; seed++) {
    const coverage: Coverage = new Map()
    await playLives(IMAGINED, { seed, stories: STORIES, stepsMax: STEPS_MAX, coverage })
    addTo(total, coverage)
  }
  expect(missing(total)).toEqual([])
})
