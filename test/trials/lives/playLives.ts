/** Plays random stories on a server beside the model. A story that fails shrinks to the shortest one that still does. */
import fc from 'fast-check'
import type { TestApp } from '../../support/servers/app.ts'
import type { Coverage } from './coverage.ts'
import { Model, VERBS } from './model.ts'
import type { Verb } from './rules.ts'
import { MODES, type Mode, PEOPLE } from './state.ts'
import { type Mood, type Story, steps } from './steps.ts'
import { createWorld, type World } from './world.ts'

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

/** Two moods besides any: nobody pays, so that a tasker accepts too many tasks; and nobody leaves, so that work is done. */
const NOBODY_PAYS: Verb[] = [
  'fundTask',
  'withdrawFromTask',
  'cancelTask',
  'updateTask',
  'acceptApplication',
  'time',
  'suspendUser',
]
const NOBODY_LEAVES: Verb[] = [
  'withdrawFromTask',
  'cancelTask',
  'updateTask',
  'refundHold',
  'suspendUser',
  'withdrawApplication',
  'rejectApplication',
]

/** A server that does what the model says: shows in no time which outcomes the stories of a seed reach. */
export const IMAGINED = 'imagined'

const imagined = (model: Model): World => ({
  send: async (action) => model.refusal(action),
  seenBy: async (who, numbers) => ({
    tasks: numbers.map((number) => [number, model.viewOf(number, who)]),
    earnings: model.earningsOf(who),
  }),
  hasChanged: async () => false,
  ledgerIsSound: async () => true,
})

/** Plays stories of a seed. Throws the shortest story that fails, step by step. */
export async function playLives(
  app: TestApp | typeof IMAGINED,
  { seed, stories, stepsMax, timeLimitMs, coverage, onFailure }: Lives,
): Promise<void> {
  let lastFailure = ''
  let running: Promise<void> = Promise.resolve()
  async function play(mood: Mood, commands: Iterable<fc.AsyncCommand<Model, Story>>): Promise<void> {
    const model = new Model()
    const world = app === IMAGINED ? imagined(model) : await createWorld(app)
    const story: Story = { world, coverage, mood, lines: [] }
    try {
      await fc.asyncModelRun(() => ({ model, real: story }), commands)
    } catch (error) {
      const isFirst = lastFailure === ''
      lastFailure = [...story.lines, error instanceof Error ? error.message : error].join('\n')
      if (isFirst) onFailure?.(lastFailure)
      throw error
    }
  }
  const unliked = fc.subarray([...VERBS], { minLength: 4, maxLength: 14 })
  const [busy, mode] = [fc.constantFrom(...PEOPLE), fc.constantFrom(...MODES)]
  const unpaid = fc.record({
    ...{ unliked: fc.constant(NOBODY_PAYS), busy, eager: fc.constant<Verb>('acceptTask') },
    mode: fc.constant<Mode>('FIRST_COME'),
  })
  const atWork = fc.record({ unliked: fc.constant(NOBODY_LEAVES), busy, mode })
  const mood = fc.noShrink(fc.oneof(fc.record({ unliked, busy, mode }), atWork, unpaid))
  const story = fc.commands(steps(), { maxCommands: stepsMax, size: 'max' })
  const property = fc.asyncProperty(mood, story, (its, commands) => {
    running = play(its, commands)
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
