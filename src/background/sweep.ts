/** The sweep runs the timers each second. Several servers may sweep at once: each skips rows that another has locked. */
import { type Repetition, repeat } from '../domain/repeat.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { type SweepTurns, sweepTurns } from './sweepTurns.ts'

const EVERY_MS = 1_000
/** The maximum of one run of a timer, so that no run keeps its connection for long. */
export const BATCH_SIZE = 100
// The rest waits for the next turn, a second later, so that the server can do other work and a stop waits no longer than this.
const TURN_MS_MAX = 3_000
const BATCHES_MAX = 100

/**
 * Each timer repeats on its own, so one that waits for the payment provider does not delay the others. While the sandbox's clock moves,
 * `turns` skips them, because the clock runs the timers itself.
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
      await Promise.all(timers.map((timer) => timer.stop?.()))
      await Promise.all(repetitions.map((repetition) => repetition.stop()))
    },
  }
}

async function runBatches(timer: Timer, work: Work): Promise<void> {
  const deadline = performance.now() + TURN_MS_MAX
  for (let batch = 0; batch < BATCHES_MAX && performance.now() < deadline; batch++) {
    // Less than half a batch: little is left. A nearly full batch may have skipped some that fail or are locked.
    if ((await timer.runDue(work, BATCH_SIZE)) < BATCH_SIZE / 2) return
  }
}
