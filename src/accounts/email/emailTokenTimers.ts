/** The timer of email tokens: expired ones are deleted. */
import type { Timer } from '../../jobs/timer.ts'
import { deleteExpiredEmailTokens } from './emailTokens.sql.ts'

export const emailTokenTimers: readonly Timer[] = [
  {
    name: 'expiredEmailTokens',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteExpiredEmailTokens(database, { limit }),
  },
]
