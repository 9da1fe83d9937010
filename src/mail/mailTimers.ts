/** The timers of mails: retries, and the deletion of old ones. */
import { callEach } from '../jobs/callEach.ts'
import type { Timer, Work } from '../jobs/timer.ts'
import { deliverMail } from './deliverMail.ts'
import { deleteEndedMails, findDueMails, nextDueMail } from './mails.sql.ts'

/** Ended mails are kept for thirty days, so that support can look them up. */
const KEPT_MS = 30 * 86_400_000

export const mailTimers: readonly Timer[] = [
  {
    name: 'mailsDue',
    nextDue: async (database) => (await nextDueMail(database))?.at ?? null,
    async runDue(work: Work, limit: number) {
      const rows = await findDueMails(work.database, { limit })
      return callEach(work, { timer: 'mailsDue', name: 'mail', rows }, ({ id }) => deliverMail(work, { mailId: id }))
    },
  },
  {
    name: 'endedMails',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteEndedMails(database, { keptMs: KEPT_MS, limit }),
  },
]
