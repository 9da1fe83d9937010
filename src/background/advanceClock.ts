/**
 * Advances the sandbox's clock without skipping anything: it stops at each moment at which a timer is due, runs the timers, waits for the
 * payments that they start, and continues. After a crash it is somewhere on the way, never beyond its goal.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { readClock } from '../db/clock.ts'
import { Statements } from '../db/statements.ts'
import { withTransaction } from '../db/transaction.ts'
import type { SandboxClock } from '../jobs/sandboxClock.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { moveClock, readGoal, releaseClockLocks, takeSnapshot, tryClockLock, trySweepLock } from './clock.sql.ts'
import { countRunningJobs } from './jobs.sql.ts'
import { BATCH_SIZE } from './sweep.ts'

// The mutation returns by then; the rest continues in the background.
const ANSWER_AFTER_MS = 30_000
// Another server may be advancing by years.
const LOCK_WAIT_MS = 600_000
const POLL_MS = 25
// The poll interval doubles up to this.
const POLL_MAX_MS = 1_000
// Longer than the lease of a payment whose worker died. Work without progress for so long is not waited for any more.
const STANDSTILL_MS = 20_000
// The limit of a stop: a timer that makes itself due again at once would block the clock forever.
const STOP_MAX_MS = 300_000

interface SandboxClockOptions {
  work: Work
  timers: readonly Timer[]
  answerAfterMs?: number
}

/** The clock as advanced by this server. All servers on a database share one clock and advance it in turn. */
export function createSandboxClock({
  work,
  timers,
  answerAfterMs = ANSWER_AFTER_MS,
}: SandboxClockOptions): SandboxClock {
  const stopping = new AbortController()
  // Advances of this server queue here, so that waiting ones hold no connection.
  let last: Promise<void> = Promise.resolve()

  return {
    async advance(byMs) {
      const advance = last.then(() => advanceClock({ work, timers, byMs, signal: stopping.signal }))
      last = advance.catch((error) => {
        if (!stopping.signal.aborted) work.log.error({ err: error }, 'the sandbox clock stopped before its goal')
      })
      const answered = new AbortController()
      const timeout = pause(answerAfterMs, undefined, { signal: answered.signal }).catch(() => {})
      await Promise.race([advance, timeout]).finally(() => answered.abort())
    },
    async stop() {
      stopping.abort(new Error('The server stops.'))
      await last
    },
  }
}

interface Advance {
  work: Work
  timers: readonly Timer[]
  byMs: number
  signal: AbortSignal
}

async function advanceClock({ work, timers, byMs, signal }: Advance): Promise<void> {
  signal.throwIfAborted()
  const client = await work.database.pool.connect()
  try {
    const connection = new Statements(client)
    await takeLock(tryClockLock, connection, signal)
    // No sweep begins any more, and running ones are waited for.
    await takeLock(trySweepLock, connection, signal)
    const goal = await readGoal(connection, { byMs })
    const stops = new Stops({ work, timers, signal })
    await stops.settle()
    for (let reached = false; !reached; ) {
      reached = await moveClock(connection, { to: await stops.nextMoment(), goal })
      await stops.settle()
    }
    await releaseClockLocks(connection)
    client.release()
  } catch (error) {
    // Closed, because the lock ends with the connection.
    client.release(true)
    throw error
  }
}

// By polling, because a statement that waits is ended by its time-out.
async function takeLock(
  tryLock: (connection: Statements) => Promise<boolean>,
  connection: Statements,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LOCK_WAIT_MS
  while (performance.now() < deadline) {
    if (await tryLock(connection)) return
    await pause(POLL_MS, undefined, { signal })
  }
  throw new Error(`The sandbox clock has waited ${LOCK_WAIT_MS / 1000} s for its lock.`)
}

/** Runs due work at the stops of one advance. Work that is stuck is not waited for any more. */
class Stops {
  readonly #work: Work
  readonly #timers: readonly Timer[]
  readonly #signal: AbortSignal
  readonly #stuck = new Set<Timer>()
  #waitsForJobs = true

  constructor({ work, timers, signal }: Omit<Advance, 'byMs'>) {
    this.#work = work
    this.#timers = timers
    this.#signal = signal
  }

  /** The next future moment at which a timer is due. */
  async nextMoment(): Promise<Date | null> {
    const { moments, now } = await this.#readState()
    return moments.find(({ at }) => at > now)?.at ?? null
  }

  /**
   * Runs due timers until nothing is due and no job runs. A job that no worker has taken yet is not waited for: it is a wake-up, and a
   * timer does the same work.
   */
  async settle(): Promise<void> {
    const deadline = performance.now() + STOP_MAX_MS
    let progressAt = performance.now()
    let pauseMs = POLL_MS
    let runningBefore = 0
    while (performance.now() < deadline) {
      this.#signal.throwIfAborted()
      const { moments, now, running } = await this.#readState()
      const due = moments.filter(({ at }) => at <= now).map(({ timer }) => timer)
      let done = 0
      for (const timer of due) done += await this.#run(timer)
      const waiting = due.filter((timer) => !this.#stuck.has(timer))
      if (done === 0 && waiting.length === 0 && (running === 0 || !this.#waitsForJobs)) return
      if (done > 0 || running !== runningBefore) {
        progressAt = performance.now()
        pauseMs = POLL_MS
      } else if (performance.now() - progressAt > STANDSTILL_MS) {
        this.#stopWaitingFor(waiting, running)
      }
      runningBefore = running
      if (done > 0) continue
      await pause(pauseMs, undefined, { signal: this.#signal })
      pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS)
    }
  }

  /**
   * The due times of the timers, the earliest first, and the number of running jobs, in one snapshot: so work that a job takes or makes due
   * is seen either as due or as a running job. The clock is read last, so a timer that is due now counts as due.
   */
  #readState(): Promise<{ moments: { timer: Timer; at: Date }[]; now: Date; running: number }> {
    return withTransaction(this.#work.database, async (tx) => {
      await takeSnapshot(tx)
      // Pipelined, because an advance asks some thirty timers at each stop.
      const [running, dueTimes] = await Promise.all([
        countRunningJobs(tx),
        Promise.all(this.#timers.map((timer) => timer.nextDue(tx))),
      ])
      const now = await readClock(tx)
      const moments = this.#timers.flatMap((timer, index) => {
        const at = dueTimes[index]
        return at ? [{ timer, at }] : []
      })
      moments.sort((one, other) => one.at.getTime() - other.at.getTime())
      return { moments, now, running }
    })
  }

  /** Returns how many were done. A timer that fails is logged once, and this advance does not wait for it. */
  async #run(timer: Timer): Promise<number> {
    try {
      return await timer.runDue(this.#work, BATCH_SIZE)
    } catch (error) {
      if (!this.#stuck.has(timer)) this.#work.log.error({ err: error, name: timer.name }, 'a timer failed')
      this.#stuck.add(timer)
      return 0
    }
  }

  #stopWaitingFor(timers: readonly Timer[], runningJobs: number): void {
    const names = timers.map(({ name }) => name)
    this.#work.log.warn(
      { timers: names, runningJobs },
      'the sandbox clock goes on without waiting for these timers and jobs',
    )
    for (const timer of timers) this.#stuck.add(timer)
    if (runningJobs > 0) this.#waitsForJobs = false
  }
}
