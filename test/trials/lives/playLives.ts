/** Plays random stories on a server beside the model. A story that fails shrinks to the shortest one that still does. */
import fc from 'fast-check'
import type { TestApp } from '../../support/servers/app.ts'
import { Model, VERBS } from './model.ts'
import type { Verb } from './rules.ts'
import { type Coverage, type Story, steps } from './steps.ts'
import { createWorld } from './world.ts'

export interface Lives {
  seed: number
  stories: number
  /** The most steps of a story; on average it has half as many. */
  stepsMax: number
  /** After this time no story begins, and a failure shrinks no further. */
  timeLimitMs?: number
  /** Counts the outcomes. */
  coverage: Coverage
  /** Called with the first story that fails, before it shrinks, which takes minutes. */
  onFailure?: (story: string) => void
}

/** Plays stories of a seed. Throws the shortest story that fails, step by step. */
export async function playLives(
  app: TestApp,
  { seed, stories, stepsMax, timeLimitMs, coverage, onFailure }: Lives,
): Promise<void> {
  let lastFailure = ''
  let running: Promise<void> = Promise.resolve()
  async function play(unliked: readonly Verb[], commands: Iterable<fc.AsyncCommand<Model, Story>>): Promise<void> {
    const story: Story = { world: await createWorld(app), coverage, unliked, lines: [] }
    try {
      await fc.asyncModelRun(() => ({ model: new Model(), real: story }), commands)
    } catch (error) {
      const isFirst = lastFailure === ''
      lastFailure = [...story.lines, error instanceof Error ? error.message : error].join('\n')
      if (isFirst) onFailure?.(lastFailure)
      throw error
    }
  }
  const unliked = fc.noShrink(fc.subarray([...VERBS], { minLength: 4, maxLength: 14 }))
  const story = fc.commands(steps(), { maxCommands: stepsMax, size: 'max' })
  const property = fc.asyncProperty(unliked, story, (verbs, commands) => {
    running = play(verbs, commands)
    return running
  })
  const options = timeLimitMs === undefined ? {} : { interruptAfterTimeLimit: timeLimitMs }
  const { failed, counterexamplePath, numShrinks } = await fc.check(property, { seed, numRuns: stories, ...options })
  // After the time limit a story may still be running.
  await running.catch(() => {})
  if (!failed) return
  const repeat = `seed ${seed}, path ${counterexamplePath}, after ${numShrinks} shrinks`
  throw new Error(`The server does not do what the model predicts (${repeat}):\n${lastFailure}`)
}
