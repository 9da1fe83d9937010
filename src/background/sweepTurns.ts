/**
 * Who runs the timers: the sweeps of all servers or, while it moves, the sandbox's clock alone. The clock has to know when all that
 * is due is done, and what a sweep has begun and not finished cannot always be read from the database.
 */
import type { Database } from '../db/client.ts'
import { Statements } from '../db/statements.ts'
import { isClockMoving, tryToShareSweepLock } from './clock.sql.ts'

export interface SweepTurns {
  /** Runs a turn, for whose end the clock waits; skips it while the clock moves. */
  run(turn: () => Promise<unknown>): Promise<void>
}

type GiveBack = () => Promise<void>

/** The turns of one server's sweeps. They share one lock, so they need one connection, and only while some of them run. */
export function sweepTurns(database: Database): SweepTurns {
  let running = 0
  let lock: Promise<GiveBack | undefined> | undefined

  return {
    async run(turn) {
      // Looked at by each turn: those that share a lock which is held already would never let the clock begin.
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
          const giveBack = await taken.catch(() => undefined)
          await giveBack?.()
        }
      }
    },
  }
}

/** Takes the lock, unless the clock has it. It ends with its transaction, which waits as long as the turns take. */
async function takeLock(database: Database): Promise<GiveBack | undefined> {
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
