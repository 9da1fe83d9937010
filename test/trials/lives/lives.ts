/**
 * Random lives of tasks: four people act as they like, and the clock moves. Before each step a model predicts how it ends, after it what
 * everybody may do and see, and where all money is. Server and database are in this process's care and not durable, for speed.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { migrate } from '../../../src/db/migrate.ts'
import { startEmbeddedPostgres } from '../../../src/embeddedPostgres/embedded.ts'
import { startAppOn } from '../../support/servers/app.ts'
import { VERBS } from './model.ts'
import { playLives } from './playLives.ts'
import { REFUSALS } from './rules.ts'
import { type Coverage, DONE } from './steps.ts'

const SEEDS = 8
const STORIES = 10
const STEPS_MAX = 120
// Of a failure, whose shortest story takes many attempts.
const SEED_TIME_MAX_MS = 900_000

/** Plays 10 stories of up to 120 steps for each of `seeds` seeds (8 by default), and prints the outcomes that they have reached. */
export async function lives({ from, seeds = SEEDS }: { from: number; seeds?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-lives-'))
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const log = pino({ level: 'warn' })
  const postgres = await startEmbeddedPostgres({ dataDirectory: join(folder, 'postgres'), log, durable: false })
  try {
    await migrate(postgres.connectionString)
    const app = await startAppOn(postgres.connectionString)
    const total: Coverage = new Map()
    try {
      for (let seed = from; seed < from + seeds; seed++) {
        const startedAt = performance.now()
        // Of each seed alone, because steps are chosen by it: a seed is repeated without the ones before it.
        const coverage: Coverage = new Map()
        const onFailure = (story: string) => {
          console.log(`seed ${seed} fails after ${stepsIn(total) + stepsIn(coverage)} steps, and shrinks:\n${story}`)
        }
        const options = { stories: STORIES, stepsMax: STEPS_MAX, timeLimitMs: SEED_TIME_MAX_MS }
        try {
          await playLives(app, { seed, ...options, coverage, onFailure })
        } finally {
          addTo(total, coverage)
        }
        app.logLines.length = 0
        const seconds = (performance.now() - startedAt) / 1_000
        console.log(`seed ${seed}: ${STORIES} stories, ${stepsIn(coverage)} steps, ${seconds.toFixed(1)} s`)
      }
    } finally {
      await app.stop()
      printCoverage(total)
    }
    const missed = missing(total)
    if (missed.length > 0 && seeds >= SEEDS) throw new Error(`Never reached: ${missed.join(', ')}.`)
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const countsOf = (coverage: Coverage) => [...coverage.values()].flatMap((outcomes) => [...outcomes])
const stepsIn = (coverage: Coverage) => countsOf(coverage).reduce((sum, [, count]) => sum + count, 0)

function addTo(total: Coverage, coverage: Coverage): void {
  for (const [verb, outcomes] of coverage) {
    const all = total.get(verb) ?? new Map<string, number>()
    total.set(verb, all)
    for (const [outcome, count] of outcomes) all.set(outcome, (all.get(outcome) ?? 0) + count)
  }
}

/** The verbs that never succeeded and the refusals that nobody got. */
function missing(coverage: Coverage): string[] {
  const reached = new Set(countsOf(coverage).map(([outcome]) => outcome))
  const unsuccessful = VERBS.filter((verb) => !coverage.get(verb)?.has(DONE))
  return [...unsuccessful, ...REFUSALS.filter((code) => !reached.has(code))]
}

function printCoverage(coverage: Coverage): void {
  console.log(`\nOutcomes of ${stepsIn(coverage)} steps`)
  for (const verb of VERBS) {
    const outcomes = [...(coverage.get(verb) ?? [])].toSorted(([, one], [, other]) => other - one)
    console.log(verb.padEnd(20), outcomes.map(([outcome, count]) => `${outcome} ${count}`).join(', '))
  }
}
