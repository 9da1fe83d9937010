/** The worker runs jobs and timers. Any number of workers may run at once. */
import { EventEmitter } from 'node:events'
import { Logger as JobLogger, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { poolOf } from '../db/databaseClient.ts'
import { type Repetition, repeat } from '../domain/repeat.ts'
import type { JobName } from '../jobs/enqueue.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { unlockJobsOfDeadWorkers } from './jobs.sql.ts'
import { startSweep } from './sweep.ts'
import { holdWorkerName } from './workerName.ts'

// A job mostly waits for the payment provider, so eight at once need little memory and few connections.
const JOBS_AT_ONCE = 8
const CONNECT_TIMEOUT_MS = 5_000
// Only for missed notifications: an enqueued job wakes a worker at once.
const POLL_MS = 2_000
const RESTART_AFTER_MS = 1_000
const UNLOCK_EVERY_MS = 5_000

const payload = z.object({ id: z.string() })

/**
 * Does the work for the object of this id. It may run twice, even concurrently: the status and the due time, read under the row lock,
 * decide which run does the work.
 */
type Job = (work: Work, id: string) => Promise<unknown>
export type Jobs = Readonly<Record<JobName, Job>>

interface WorkerOptions {
  connectionString: string
  work: Work
  jobs: Jobs
  timers: readonly Timer[]
}

/** Starts the worker. It continues by itself after an outage of the database; `stop` waits for running work. */
export function startWorker({ connectionString, work, jobs, timers }: WorkerOptions): Repetition {
  const parts = [
    startRunner({ connectionString, work, jobs }),
    startSweep({ work, timers }),
    repeat({
      name: 'unlockJobsOfDeadWorkers',
      everyMs: UNLOCK_EVERY_MS,
      log: work.log,
      turn: () => unlockJobsOfDeadWorkers(work.database),
    }),
  ]
  return {
    async stop() {
      await Promise.all(parts.map((part) => part.stop()))
    },
  }
}

/** Runs jobs, and restarts graphile-worker when it gives up, as it does when it cannot record the end of a job. */
function startRunner({ connectionString, work, jobs }: Omit<WorkerOptions, 'timers'>): Repetition {
  const { log } = work
  const stopping = new AbortController()
  const pool = makePool(connectionString, log)
  const taskList = makeTasks(work, jobs)

  async function runJobs(): Promise<void> {
    let name: Repetition | undefined
    const events: WorkerEvents = new EventEmitter()
    events.on('pool:create', ({ workerPool }) => {
      name = holdWorkerName({ connectionString, name: workerPool.id, log })
    })
    try {
      const runner = await run({
        pgPool: pool,
        taskList,
        parsedCronItems: [],
        concurrency: JOBS_AT_ONCE,
        pollInterval: POLL_MS,
        noHandleSignals: true,
        logger: makeJobLogger(log),
        events,
        // Without batches, a connection that is lost at the end of a job is an unhandled rejection, which ends the process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      })
      const stop = () =>
        void runner.stop().catch((error) => log.warn({ err: error }, 'the worker did not stop cleanly'))
      stopping.signal.addEventListener('abort', stop)
      if (stopping.signal.aborted) stop()
      await runner.promise
    } finally {
      await name?.stop()
    }
  }

  const repetition = repeat({ name: 'worker', everyMs: RESTART_AFTER_MS, log, turn: runJobs })
  return {
    async stop() {
      stopping.abort()
      await repetition.stop()
      await pool.end()
    },
  }
}

// Jobs whose work is in no due column: only the job itself holds it, so the queue retries them, with growing pauses.
const WITHOUT_DUE_COLUMN: ReadonlySet<string> = new Set<JobName>(['mailPasswordReset'])

/** A job that fails is logged and counts as done: the due columns still say what to do, and the sweep runs each second. */
function makeTasks(work: Work, jobs: Jobs): TaskList {
  const tasks = Object.entries(jobs).map(([name, job]) => {
    const task = async (input: unknown): Promise<void> => {
      const { id } = payload.parse(input)
      try {
        await job(work, id)
      } catch (error) {
        work.log.error({ err: error, job: name, id }, 'a job failed')
        if (WITHOUT_DUE_COLUMN.has(name)) throw error
      }
    }
    return [name, task]
  })
  return Object.fromEntries(tasks)
}

function makePool(connectionString: string, log: Logger): pg.Pool {
  const pool = poolOf({
    connectionString,
    max: JOBS_AT_ONCE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'errand worker',
  })
  pool.on('error', (error) => log.warn({ err: error }, 'the worker lost a connection'))
  pool.on('connect', (client) => client.on('error', () => {})) // The running statement rejects, and that is logged.
  return pool
}

/** Logs the messages of graphile-worker without their details, which contain whole jobs. */
function makeJobLogger(log: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn(`graphile-worker: ${message}`)
    else log.debug(`graphile-worker: ${message}`)
  })
}
