/** Does something again and again until it is stopped. An error ends one turn, never the repetition. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'

export interface Repetition {
  /** Ends it; waits for the turn that runs. */
  stop(): Promise<void>
}

interface Repeated {
  name: string
  everyMs: number
  log: Logger
  turn: () => Promise<unknown>
}

/** The first turn runs at once. The same error in turn after turn is logged once, and so is its end. */
export function repeat({ name, everyMs, log, turn }: Repeated): Repetition {
  const stopping = new AbortController()
  let failure: string | undefined

  async function attempt(): Promise<void> {
    try {
      await turn()
      if (failure !== undefined) log.info({ name }, 'it works again')
      failure = undefined
    } catch (error) {
      const message = String(error)
      if (message !== failure) log.error({ err: error, name }, 'it failed and is tried again')
      failure = message
    }
  }

  async function turns(): Promise<void> {
    while (!stopping.signal.aborted) {
      await attempt()
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const ended = turns()
  return {
    stop() {
      stopping.abort()
      return ended
    },
  }
}
