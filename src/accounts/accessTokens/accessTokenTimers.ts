/** The timer of access tokens: revoked and expired ones are deleted after thirty days. They live on real time, as sessions do. */
import type { Timer } from '../../jobs/timer.ts'
import { deleteDeadAccessTokens } from './accessTokens.sql.ts'

const DEAD_KEPT_MS = 30 * 24 * 3_600_000

export const accessTokenTimers: readonly Timer[] = [
  {
    name: 'deadAccessTokens',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteDeadAccessTokens(database, { deadMs: DEAD_KEPT_MS, limit }),
  },
]
