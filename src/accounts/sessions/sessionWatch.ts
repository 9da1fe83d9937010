/** Watches the sessions of long-running work, such as streams: one statement checks all of them, and one all access tokens. */
import type { Logger } from 'pino'
import type { Database } from '../../db/client.ts'
import type { Caller } from '../../domain/caller.ts'
import { type Repetition, repeat, type WakeableRepetition } from '../../domain/repeat.ts'
import { readLiveAccessTokens } from '../accessTokens/accessTokens.sql.ts'
import { callerOfLiveToken } from '../accessTokens/callerOfAccessToken.ts'
import { callerOf } from './callerOf.ts'
import { readLiveSessions } from './liveSessions.sql.ts'

// Revoked sessions and suspended accounts are refused within 5 s; this leaves time for a slow statement.
const CHECK_EVERY_MS = 2_000

export type SessionEnd = 'revoked' | 'rolesChanged'

interface Watched {
  caller: Caller
  onEnd: (end: SessionEnd) => void
}

/** One in each process. `watch` calls back at most once for each caller: when their session ends or their roles change. */
export class SessionWatch implements Repetition {
  readonly #database: Database
  readonly #staffNeedsSecondFactor: boolean
  readonly #watched = new Set<Watched>()
  readonly #checks: WakeableRepetition

  constructor({
    database,
    staffNeedsSecondFactor,
    log,
  }: { database: Database; staffNeedsSecondFactor: boolean; log: Logger }) {
    this.#database = database
    this.#staffNeedsSecondFactor = staffNeedsSecondFactor
    this.#checks = repeat({ name: 'watchSessions', everyMs: CHECK_EVERY_MS, log, turn: () => this.#check() })
  }

  watch(caller: Caller, onEnd: (end: SessionEnd) => void): () => void {
    const watched = { caller, onEnd }
    this.#watched.add(watched)
    return () => void this.#watched.delete(watched)
  }

  /** Checks now, because a session may have ended. */
  wake(): void {
    this.#checks.wake()
  }

  stop(): Promise<void> {
    return this.#checks.stop()
  }

  async #liveSessions(watchers: readonly Watched[]): Promise<[string, Caller['roles']][]> {
    const sessionIds = idsOf(watchers.filter(({ caller }) => !caller.scopes))
    const live = sessionIds.length > 0 ? await readLiveSessions(this.#database, { sessionIds }) : []
    const settings = { staffNeedsSecondFactor: this.#staffNeedsSecondFactor }
    return live.map(({ sessionId, ...session }) => [sessionId, callerOf(sessionId, session, settings).roles])
  }

  async #liveAccessTokens(watchers: readonly Watched[]): Promise<[string, Caller['roles']][]> {
    const ids = idsOf(watchers.filter(({ caller }) => caller.scopes))
    const live = ids.length > 0 ? await readLiveAccessTokens(this.#database, { ids }) : []
    const settings = { staffNeedsSecondFactor: this.#staffNeedsSecondFactor }
    return live.map((token) => [token.id, callerOfLiveToken(token, settings).roles])
  }

  async #check(): Promise<void> {
    const watchers = [...this.#watched]
    if (watchers.length === 0) return
    const rolesBySession = new Map([
      ...(await this.#liveSessions(watchers)),
      ...(await this.#liveAccessTokens(watchers)),
    ])
    for (const watched of watchers) {
      const end = endOf(watched.caller, rolesBySession.get(watched.caller.sessionId))
      if (end && this.#watched.delete(watched)) watched.onEnd(end)
    }
  }
}

const idsOf = (watchers: readonly Watched[]): string[] => [...new Set(watchers.map(({ caller }) => caller.sessionId))]

function endOf(caller: Caller, roles: Caller['roles'] | undefined): SessionEnd | undefined {
  if (!roles) return 'revoked'
  const same = roles.length === caller.roles.length && roles.every((role) => caller.roles.includes(role))
  return same ? undefined : 'rolesChanged'
}
