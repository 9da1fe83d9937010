/** When the sweep of due timers continues at once, and when it pauses. */
import pino from 'pino'
import { expect, test } from 'vitest'
import { BATCH_SIZE, startSweep } from '../../src/background/sweep.ts'
import type { SweepTurns } from '../../src/background/sweepTurns.ts'
import type { Timer, Work } from '../../src/jobs/timer.ts'

const IN_TIME = { timeout: 20_000 }
// These timers use nothing of it but the log.
const work = { log: pino({ level: 'silent' }) } as unknown as Work
const turns: SweepTurns = { run: async (turn) => void (await turn()) }

test('continues at once while much is due, even if some of it fails, and pauses then', async () => {
  const done = [BATCH_SIZE, BATCH_SIZE - 1, BATCH_SIZE / 2, 3]
  const times: number[] = []
  const timer: Timer = {
    name: 'counting',
    nextDue: async () => null,
    runDue: async (_work, limit) => {
      expect(limit).toBe(BATCH_SIZE)
      return done[times.push(performance.now()) - 1] ?? 0
    },
  }
  const sweep = startSweep({ work, timers: [timer], turns })
  await expect.poll(() => times.length, IN_TIME).toBeGreaterThan(done.length)
  await sweep.stop()
  const rests = times.slice(1).map((time, index) => time - (times[index] ?? 0) > 900)
  expect(rests.slice(0, done.length)).toEqual([false, false, false, true])
})

test('pauses a second after a hundred batches, however much is due, so that it can be stopped', async () => {
  let batches = 0
  const endless: Timer = {
    name: 'endless',
    nextDue: async () => null,
    runDue: async (_work, limit) => {
      batches++
      return limit
    },
  }
  const sweep = startSweep({ work, timers: [endless], turns })
  await sweep.stop()
  expect(batches).toBe(100)
})
