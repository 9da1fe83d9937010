/** Knows which sessions have ended while something long goes on in their name, such as a stream: in one statement for all. */
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import type { Caller } from '../../domain/caller.ts'
import { type Repetition, repeat, type WakeableRepetition } from '../../domain/repeat.ts'
import { readLiveSessions } from './liveSessions.sql.ts'

// A revoked or suspended session is refused within 5 s; this leaves time for a slow statement.
const LOOK_EVERY_MS = 2_000

export type SessionEnd = 'revoked' | 'rolesChanged'

interface Watched {
  caller: Caller
  onEnd: (end: SessionEnd) => void
}

/** One for a process. `watch` calls back at most once for each caller: when their session is over, or their roles are others. */
export class SessionWatch implements Repetition {
  readonly #database: Database
  readonly #watched = new Set<Watched>()
  readonly #looking: WakeableRepetition

  constructor({ database, log }: { database: Database; log: Logger }) {
    this.#database = database
    this.#looking = repeat({ name: 'watchSessions', everyMs: LOOK_EVERY_MS, log, turn: () => this.#look() })
  }

  watch(caller: Caller, onEnd: (end: SessionEnd) => void): () => void {
    const watched = { caller, onEnd }
    this.#watched.add(watched)
    return () => void this.#watched.delete(watched)
  }

  /** Looks now: somebody's session may have ended. */
  wake(): void {
    this.#looking.wake()
  }

  stop(): Promise<void> {
    return this.#looking.stop()
  }

  async #look(): Promise<void> {
    const looked = [...this.#watched]
    if (looked.length === 0) return
    const sessionIds = [...new Set(looked.map(({ caller }) => caller.sessionId))]
    const live = await readLiveSessions(this.#database, { sessionIds })
    const rolesBySession = new Map(live.map(({ sessionId, roles }) => [sessionId, roles]))
    for (const watched of looked) {
      const end = endOf(watched.caller, rolesBySession.get(watched.caller.sessionId))
      if (end && this.#watched.delete(watched)) watched.onEnd(end)
    }
  }
}

function endOf(caller: Caller, roles: Caller['roles'] | undefined): SessionEnd | undefined {
  if (!roles) return 'revoked'
  const same = roles.length === caller.roles.length && roles.every((role) => caller.roles.includes(role))
  return same ? undefined : 'rolesChanged'
}
