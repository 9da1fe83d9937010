/** Timers of second factors, on real time: the sandbox clock waits for none of them. */
import type { Timer } from '../../jobs/timer.ts'
import { deleteExpiredChallenges } from './challenges.sql.ts'
import { deleteExpiredTotpEnrollments } from './totpEnrollments.sql.ts'

export const secondFactorTimers: readonly Timer[] = [
  {
    name: 'expiredChallenges',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteExpiredChallenges(database, { limit }),
  },
  {
    name: 'expiredTotpEnrollments',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteExpiredTotpEnrollments(database, { limit }),
  },
]
