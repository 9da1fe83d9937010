/** Timers of sessions. Sessions live on real time, so the sandbox clock waits for none of these timers. */
import type { Timer } from '../../jobs/timer.ts'
import { REFRESH_TOKEN_TTL_MS } from './refreshToken.ts'
import { deleteRevokedSessions, deleteUnusedSessions } from './sessions.sql.ts'

// A day, so that a question about yesterday's sign-out can be answered from the database.
const REVOKED_KEPT_MS = 24 * 3_600_000

export const sessionTimers: readonly Timer[] = [
  {
    name: 'unusedSessions',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteUnusedSessions(database, { unusedMs: REFRESH_TOKEN_TTL_MS, limit }),
  },
  {
    name: 'revokedSessions',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteRevokedSessions(database, { revokedMs: REVOKED_KEPT_MS, limit }),
  },
]
