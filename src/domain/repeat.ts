/** Does something again and again until it is stopped. An error ends one turn, never the repetition. */
import type { Logger } from 'pino'

export interface Repetition {
  /** Ends it; waits for the turn that runs. */
  stop(): Promise<void>
}

export interface WakeableRepetition extends Repetition {
  /** Asks for a turn now; when one runs already, for one more after it, however often it is asked meanwhile. */
  wake(): void
}

interface Repeated {
  name: string
  everyMs: number
  /** How long a turn that is asked for waits after the last one, so that one turn serves all who ask meanwhile. */
  pauseMs?: number
  log: Logger
  /** `woken` tells a turn that was asked for from one whose time has come. */
  turn: (woken: boolean) => Promise<unknown>
}

/** The first turn runs at once. The same error in turn after turn is logged once, and so is its end. */
export function repeat({ name, everyMs, pauseMs = 0, log, turn }: Repeated): WakeableRepetition {
  let stopped = false
  let woken = false
  let endRest = () => {}
  let failure: string | undefined

  async function attempt(): Promise<void> {
    const asked = woken
    woken = false
    try {
      await turn(asked)
      if (failure !== undefined) log.info({ name }, 'it works again')
      failure = undefined
    } catch (error) {
      const message = String(error)
      if (message !== failure) log.error({ err: error, name }, 'it failed and is tried again')
      failure = message
    }
  }

  async function turns(): Promise<void> {
    while (!stopped) {
      await attempt()
      if (pauseMs > 0) await rest(pauseMs, () => stopped)
      await rest(everyMs, () => stopped || woken)
    }
  }

  // Without an AbortController, whose error alone would cost as much as a turn.
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

  const ended = turns()
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
