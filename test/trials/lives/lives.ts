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
import { addTo, type Coverage, missing, printCoverage, stepsIn } from './coverage.ts'
import { playLives } from './playLives.ts'

export const SEEDS = 5
export const STORIES = 10
export const STEPS_MAX = 120
// Of a failure, whose shortest story takes many attempts.
const SEED_TIME_MAX_MS = 900_000

/** Plays 10 stories of up to 120 steps for each of `seeds` seeds (5 by default), and prints the outcomes that they have reached. */
export async function lives({ from, seeds = SEEDS }: { from: number; seeds?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-lives-'))
  // If this process is root, the database runs as an ordinary user, who must reach its files.
  await chmod(folder, 0o711)
  const log = pino({ level: 'warn' })
  const postgres = await startEmbeddedPostgres({ dataDirectory: join(folder, 'postgres'), log, durable: false })
  try {
    await migrate(postgres.connectionString)
    const app = await startAppOn(postgres.connectionString)
    app.log.level = 'warn'
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
