/**
 * Excludes sweeps and the sandbox's clock: timers are run by the sweeps of all servers or, while it moves, by the clock alone. The clock
 * must know when all due work is done, and work that a sweep has begun is not always visible in the database.
 */
import type { Database } from '../db/client.ts'
import { Statements } from '../db/statements.ts'
import { isClockMoving, tryToShareSweepLock } from './clock.sql.ts'

export interface SweepTurns {
  /** Runs a turn, and the clock waits for its end. Skips the turn while the clock moves. */
  run(turn: () => Promise<unknown>): Promise<void>
}

type Unlock = () => Promise<void>

/** The turns of one server's sweeps. They share one lock and so one connection, while at least one of them runs. */
export function sweepTurns(database: Database): SweepTurns {
  let running = 0
  let lock: Promise<Unlock | undefined> | undefined

  return {
    async run(turn) {
      // Checked by each turn: turns that overlap would keep the shared lock for ever, and the clock could never begin.
      if (await isClockMoving(database)) return
      lock ??= takeLock(database)
      const taken = lock
      running++
      try {
        if (await taken) await turn()
      } finally {
        running--
        if (running === 0) {
          lock = undefined
          const unlock = await taken.catch(() => undefined)
          await unlock?.()
        }
      }
    },
  }
}

/** Takes the lock unless the clock has it. The lock ends with its transaction, which is open for as long as the turns take. */
async function takeLock(database: Database): Promise<Unlock | undefined> {
  const client = await database.pool.connect()
  const end = async (): Promise<void> => {
    try {
      await client.query('commit')
      client.release()
    } catch {
      client.release(true) // The lock has ended with the connection.
    }
  }
  try {
    await client.query('begin; set local idle_in_transaction_session_timeout = 0')
    if (await tryToShareSweepLock(new Statements(client))) return end
  } catch (error) {
    client.release(true)
    throw error
  }
  await end()
  return undefined
}
