/**
 * Moves the sandbox's clock through time, not over it: it stops at each moment at which a timer is due, lets the timers run
 * and the payments that they start end, and goes on. A crash on the way leaves it somewhere between, never beyond.
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

// The caller is told by then how far it has come; the rest goes on.
const ANSWER_AFTER_MS = 30_000
// Another server may have years to go through.
const TURN_WAIT_MS = 600_000
const POLL_MS = 25
// What has to be waited for that long is in no hurry, or in trouble that is logged at each try.
const POLL_MAX_MS = 1_000
// Longer than a payment whose worker died takes to be given up. What has not stirred for as long is not waited for any more.
const STANDSTILL_MS = 20_000
// No stop lasts longer: a timer that makes itself due again at once would keep the clock for ever.
const STOP_MAX_MS = 300_000

interface SandboxClockOptions {
  work: Work
  timers: readonly Timer[]
  answerAfterMs?: number
}

/** The clock of this server; all servers on a database move the same one, in turn. */
export function createSandboxClock({
  work,
  timers,
  answerAfterMs = ANSWER_AFTER_MS,
}: SandboxClockOptions): SandboxClock {
  const stopping = new AbortController()
  // Those of this server wait here, so that those that wait hold no connection.
  let last: Promise<void> = Promise.resolve()

  return {
    async advance(byMs) {
      const journey = last.then(() => travel({ work, timers, byMs, signal: stopping.signal }))
      last = journey.catch((error) => {
        if (!stopping.signal.aborted) work.log.error({ err: error }, 'the sandbox clock stopped on its way')
      })
      const answered = new AbortController()
      const patience = pause(answerAfterMs, undefined, { signal: answered.signal }).catch(() => {})
      await Promise.race([journey, patience]).finally(() => answered.abort())
    },
    async stop() {
      stopping.abort(new Error('The server stops.'))
      await last
    },
  }
}

interface Journey {
  work: Work
  timers: readonly Timer[]
  byMs: number
  signal: AbortSignal
}

async function travel({ work, timers, byMs, signal }: Journey): Promise<void> {
  signal.throwIfAborted()
  const client = await work.database.pool.connect()
  try {
    const connection = new Statements(client)
    await take(tryClockLock, connection, signal)
    // Sweeps begin no more from here on; those that run are waited for.
    await take(trySweepLock, connection, signal)
    const goal = await readGoal(connection, { byMs })
    const stop = new Stop({ work, timers, signal })
    await stop.settle()
    for (let reached = false; !reached; ) {
      reached = await moveClock(connection, { to: await stop.nextMoment(), goal })
      await stop.settle()
    }
    await releaseClockLocks(connection)
    client.release()
  } catch (error) {
    // Closed, not given back: the lock ends with the connection.
    client.release(true)
    throw error
  }
}

// Asked again and again, not waited for: a statement that waits is ended by its time-out.
async function take(
  tryLock: (connection: Statements) => Promise<boolean>,
  connection: Statements,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + TURN_WAIT_MS
  while (performance.now() < deadline) {
    if (await tryLock(connection)) return
    await pause(POLL_MS, undefined, { signal })
  }
  throw new Error(`The sandbox clock has waited for its turn for ${TURN_WAIT_MS / 1000} s.`)
}

/** What happens at one moment, for all moments of a journey: it remembers what is not worth waiting for. */
class Stop {
  readonly #work: Work
  readonly #timers: readonly Timer[]
  readonly #signal: AbortSignal
  readonly #stuck = new Set<Timer>()
  #waitsForJobs = true

  constructor({ work, timers, signal }: Omit<Journey, 'byMs'>) {
    this.#work = work
    this.#timers = timers
    this.#signal = signal
  }

  /** The next moment in the future at which a timer is due. */
  async nextMoment(): Promise<Date | null> {
    const { moments, now } = await this.#look()
    return moments.find(({ at }) => at > now)?.at ?? null
  }

  /**
   * Runs what is due until nothing is, and no job runs. One that no worker has taken yet is not waited for: it is a wake-up,
   * and what it would do is due, so a timer does it.
   */
  async settle(): Promise<void> {
    const deadline = performance.now() + STOP_MAX_MS
    let stirredAt = performance.now()
    let pauseMs = POLL_MS
    let runningBefore = 0
    while (performance.now() < deadline) {
      this.#signal.throwIfAborted()
      const { moments, now, running } = await this.#look()
      const due = moments.filter(({ at }) => at <= now).map(({ timer }) => timer)
      let done = 0
      for (const timer of due) done += await this.#run(timer)
      const waiting = due.filter((timer) => !this.#stuck.has(timer))
      if (done === 0 && waiting.length === 0 && (running === 0 || !this.#waitsForJobs)) return
      if (done > 0 || running !== runningBefore) {
        stirredAt = performance.now()
        pauseMs = POLL_MS
      } else if (performance.now() - stirredAt > STANDSTILL_MS) {
        this.#giveUpWaiting(waiting, running)
      }
      runningBefore = running
      if (done > 0) continue
      await pause(pauseMs, undefined, { signal: this.#signal })
      pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS)
    }
  }

  /**
   * When each timer is due, the earliest first, and how many jobs run: all of one moment, so that what a job takes or makes due
   * is seen as due, or the job as running. The clock is read last: one that is due "now" is due.
   */
  #look(): Promise<{ moments: { timer: Timer; at: Date }[]; now: Date; running: number }> {
    return withTransaction(this.#work.database, async (tx) => {
      await takeSnapshot(tx)
      const running = await countRunningJobs(tx)
      const moments: { timer: Timer; at: Date }[] = []
      for (const timer of this.#timers) {
        const at = await timer.nextDue(tx)
        if (at) moments.push({ timer, at })
      }
      moments.sort((one, other) => one.at.getTime() - other.at.getTime())
      return { moments, now: await readClock(tx), running }
    })
  }

  /** Gives how many were done. A timer that fails is logged once, and not waited for on this journey. */
  async #run(timer: Timer): Promise<number> {
    try {
      return await timer.runDue(this.#work, BATCH_SIZE)
    } catch (error) {
      if (!this.#stuck.has(timer)) this.#work.log.error({ err: error, name: timer.name }, 'a timer failed')
      this.#stuck.add(timer)
      return 0
    }
  }

  #giveUpWaiting(timers: readonly Timer[], runningJobs: number): void {
    const names = timers.map(({ name }) => name)
    this.#work.log.warn({ timers: names, runningJobs }, 'the sandbox clock goes on without waiting for these')
    for (const timer of timers) this.#stuck.add(timer)
    if (runningJobs > 0) this.#waitsForJobs = false
  }
}
