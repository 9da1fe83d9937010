/** Timers of access tokens: revoked and expired ones are deleted after thirty days. They live on real time, as sessions do. */
import type { Timer } from '../../jobs/timer.ts'
import { deleteExpiredAccessTokens, deleteRevokedAccessTokens } from './accessTokens.sql.ts'

const DEAD_KEPT_MS = 30 * 24 * 3_600_000

export const accessTokenTimers: readonly Timer[] = [
  {
    name: 'revokedAccessTokens',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteRevokedAccessTokens(database, { deadMs: DEAD_KEPT_MS, limit }),
  },
  {
    name: 'expiredAccessTokens',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteExpiredAccessTokens(database, { deadMs: DEAD_KEPT_MS, limit }),
  },
]
