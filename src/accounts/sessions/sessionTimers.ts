/** Timers of sessions. Sessions live on real time, so the sandbox clock waits for none of these timers. */
import type { Timer } from '../../jobs/timer.ts'
import { REFRESH_TOKEN_TTL_MS } from './refreshToken.ts'
import { deleteUnusedSessions } from './sessions.sql.ts'

export const sessionTimers: readonly Timer[] = [
  {
    name: 'unusedSessions',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteUnusedSessions(database, { unusedMs: REFRESH_TOKEN_TTL_MS, limit }),
  },
]
