/** Runs the timers each second, on our clock. Several servers may do so at once: each skips what another has locked. */
import { type Repetition, repeat } from '../domain/repeat.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { type SweepTurns, sweepTurns } from './sweepTurns.ts'

const EVERY_MS = 1_000
/** What one run of a timer takes at most, so that none keeps its connection for long. */
export const BATCH_SIZE = 100
// What is more waits for the next turn, a second later, so the rest of the server gets its share and a stop need not wait long.
const TURN_MS_MAX = 3_000
const BATCHES_MAX = 100

/**
 * Each timer has turns of its own: one that waits for the payment provider does not hold up the others. While the sandbox's clock
 * moves they rest, by `turns`, since it runs the timers itself.
 */
export function startSweep({
  work,
  timers,
  turns = sweepTurns(work.database),
}: {
  work: Work
  timers: readonly Timer[]
  turns?: SweepTurns
}): Repetition {
  const repetitions = timers.map((timer) =>
    repeat({
      name: timer.name,
      everyMs: EVERY_MS,
      log: work.log,
      turn: () => turns.run(() => runBatches(timer, work)),
    }),
  )
  return {
    async stop() {
      await Promise.all(repetitions.map((repetition) => repetition.stop()))
    },
  }
}

async function runBatches(timer: Timer, work: Work): Promise<void> {
  const deadline = performance.now() + TURN_MS_MAX
  for (let batch = 0; batch < BATCHES_MAX && performance.now() < deadline; batch++) {
    // By far not full, so there is hardly more. Nearly full is one with some that cannot be done, or that others hold.
    if ((await timer.runDue(work, BATCH_SIZE)) < BATCH_SIZE / 2) return
  }
}
