/** A background loop that runs until it is stopped. An error ends one turn, never the loop. */
import type { Logger } from 'pino'

export interface Repetition {
  /** Stops the loop; resolves when the running turn has ended. */
  stop(): Promise<void>
}

export interface WakeableRepetition extends Repetition {
  /** Requests a turn now. While a turn runs, any number of calls adds one more turn after it. */
  wake(): void
}

interface Repeated {
  name: string
  everyMs: number
  /** Minimum pause between turns, so that one turn serves many calls of `wake`. */
  pauseMs?: number
  log: Logger
  /** `woken` is true if `wake` requested the turn, false if the interval has passed. */
  turn: (woken: boolean) => Promise<unknown>
}

/** Starts the loop; the first turn runs at once. A repeated error is logged once, and so is the recovery. */
export function repeat({ name, everyMs, pauseMs = 0, log, turn }: Repeated): WakeableRepetition {
  let stopped = false
  let woken = false
  let endRest = () => {}
  let failure: string | undefined

  async function runTurn(): Promise<void> {
    const wasWoken = woken
    woken = false
    try {
      await turn(wasWoken)
      if (failure !== undefined) log.info({ name }, 'background loop recovered')
      failure = undefined
    } catch (error) {
      const message = String(error)
      if (message !== failure) log.error({ err: error, name }, 'background loop failed; retrying')
      failure = message
    }
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      await runTurn()
      if (pauseMs > 0) await rest(pauseMs, () => stopped)
      await rest(everyMs, () => stopped || woken)
    }
  }

  // No AbortController: its error alone would cost as much as a turn.
  function rest(restMs: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, restMs)
      endRest = () => {
        if (!isOver()) return
        clearTimeout(timer)
        resolve()
      }
      endRest()
    })
  }

  const ended = loop()
  return {
    wake() {
      woken = true
      endRest()
    },
    stop() {
      stopped = true
      endRest()
      return ended
    },
  }
}
