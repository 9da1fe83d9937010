/**
 * Runs two or three requests statement by statement in a chosen order. Between two steps each of them is held before a statement, waits
 * in PostgreSQL for a lock of another one, or has ended.
 */
import type pg from 'pg'
import type { StatementGate } from './statementGate.ts'

/** A request, and the gate of its server. */
export interface Thread {
  gate: StatementGate
  /** True if it reads before its first transaction, so that others may come in between. */
  readsBefore: boolean
  /** Sends the request, and returns its outcome. */
  send(): Promise<unknown>
}

/** A choice between requests, by their index. */
export interface Decision {
  /** The requests that can go on, in ascending order. */
  enabled: readonly number[]
  /** The requests that wait for a lock. */
  waiting: readonly number[]
  /** The request that went on before; undefined at the start. */
  previous: number | undefined
  chosen: number
}

/** Chooses one of the requests that can go on. */
export type Choose = (enabled: readonly number[], previous: number | undefined) => number

export interface Run {
  decisions: Decision[]
  /** Each step: the request, and the statement that it was released for; `start` for the request itself. */
  steps: { thread: number; statement: string }[]
  outcomes: unknown[]
  /** How often a statement waited for a lock. */
  waits: number
  /** SQLSTATEs of failed statements. */
  failures: string[]
}

/** A schedule that does not end: no request can go on, and none of those that wait gets its lock. */
export class Hang extends Error {
  override readonly name = 'Hang'
}

// A statement that is not answered after this long is looked up in PostgreSQL: it may wait for a lock.
const LOOK_AFTER_MS = 2
// Less than the time limits of the stage, so that a wait without an end is seen.
const HANG_MS = 60_000

/**
 * Runs the requests to their end. With `isSerial`, a request whose transaction is open goes on, so that transactions do not interleave:
 * only their order is chosen.
 */
export async function runSchedule(
  threads: readonly Thread[],
  { choose, observer, isSerial = false }: { choose: Choose; observer: pg.Client; isSerial?: boolean },
): Promise<Run> {
  return new Schedule(threads, observer, isSerial).run(choose)
}

interface Progress extends Thread {
  isStarted: boolean
  isDone: boolean
  waits: boolean
}

class Schedule {
  readonly #threads: readonly Progress[]
  readonly #observer: pg.Client
  readonly #isSerial: boolean
  readonly #run: Run = { decisions: [], steps: [], outcomes: [], waits: 0, failures: [] }
  /** Counts what changed the state of a request. */
  #changes = 0
  #wake = () => {}

  constructor(threads: readonly Thread[], observer: pg.Client, isSerial: boolean) {
    this.#threads = threads.map((thread) => ({ ...thread, isStarted: false, isDone: false, waits: false }))
    this.#observer = observer
    this.#isSerial = isSerial
  }

  async run(choose: Choose): Promise<Run> {
    const { decisions } = this.#run
    for (const { gate } of this.#threads) {
      gate.isArmed = true
      gate.onChange = this.#noteChange
      gate.onFailure = (sqlState) => this.#run.failures.push(sqlState)
    }
    try {
      for (;;) {
        await this.#settle()
        const enabled = this.#enabled()
        if (enabled.length === 0) break
        const previous = decisions.at(-1)?.chosen
        const chosen = choose(enabled, previous)
        decisions.push({ enabled, waiting: this.#waiting(), previous, chosen })
        this.#step(chosen)
      }
      return this.#run
    } finally {
      for (const { gate } of this.#threads) this.#disarm(gate)
    }
  }

  readonly #noteChange = (): void => {
    this.#changes++
    this.#wake()
  }

  #disarm(gate: StatementGate): void {
    gate.isArmed = false
    gate.passesBegin = false
    gate.onChange = () => {}
    gate.onFailure = () => {}
    gate.running = undefined
    gate.openPid = undefined
    gate.held?.release()
  }

  #enabled(): number[] {
    const all = [...this.#threads.keys()]
    const open = this.#isSerial ? all.filter((index) => this.#isWithinTransaction(index)) : []
    return (open.length > 0 ? open : all).filter((index) => {
      const thread = this.#threads[index]
      return thread && (!thread.isStarted || thread.gate.held)
    })
  }

  #waiting(): number[] {
    return [...this.#threads.keys()].filter((index) => {
      const thread = this.#threads[index]
      return thread?.isStarted && !thread.isDone && !thread.gate.held
    })
  }

  #isWithinTransaction(index: number): boolean {
    const held = this.#threads[index]?.gate.held
    return held !== undefined && !held.isStart
  }

  #step(index: number): void {
    const thread = this.#threads[index] as Progress
    const { held } = thread.gate
    this.#run.steps.push({ thread: index, statement: held?.name ?? 'start' })
    if (held) held.release()
    else {
      thread.isStarted = true
      thread.gate.passesBegin = !thread.readsBefore
      void thread
        .send()
        .catch((error: unknown) => `thrown: ${String(error)}`)
        .then((outcome) => {
          this.#run.outcomes[index] = outcome
          thread.isDone = true
          this.#noteChange()
        })
    }
  }

  /** Returns when each request is held, waits for a lock of another one, or is not running. */
  async #settle(): Promise<void> {
    const deadline = Date.now() + HANG_MS
    for (;;) {
      const seen = this.#changes
      const busy = this.#threads.filter(({ isStarted, isDone, gate }) => isStarted && !isDone && !gate.held)
      if (busy.length === 0) return
      await this.#changeOr(LOOK_AFTER_MS)
      if (this.#changes !== seen) continue
      const waits = await Promise.all(busy.map((thread) => this.#waitsForAnother(thread)))
      if (this.#changes !== seen) continue
      busy.forEach((thread, index) => {
        this.#noteWait(thread, waits[index] ?? false)
      })
      if (waits.every(Boolean) && this.#enabled().length > 0) return
      if (Date.now() > deadline) throw new Hang(`No request goes on: ${this.#describe()}`)
    }
  }

  #noteWait(thread: Progress, waits: boolean): void {
    if (waits && !thread.waits) this.#run.waits++
    thread.waits = waits
  }

  async #changeOr(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** True if PostgreSQL says that the running statement waits for a lock that another of these requests holds or waits for. */
  async #waitsForAnother({ gate }: Progress): Promise<boolean> {
    const { running } = gate
    if (!running) return false
    const { rows } = await this.#observer.query<{ blockers: number[] }>({
      name: 'blockers',
      text: 'select pg_blocking_pids($1) as blockers',
      values: [running.pid],
    })
    const others = this.#threads.map((other) => other.gate.openPid)
    return rows[0]?.blockers.some((pid) => others.includes(pid)) ?? false
  }

  #describe(): string {
    return this.#threads
      .map(({ isStarted, isDone, gate }, index) => {
        const state = isDone ? 'ended' : (gate.held?.name ?? gate.running?.name ?? (isStarted ? 'busy' : 'not started'))
        return `${index + 1} ${state}`
      })
      .join(', ')
  }
}
