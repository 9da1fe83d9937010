/** The timers of mails: retries, and the deletion of old ones. */
import type { Timer, Work } from '../jobs/timer.ts'
import { deliverMail } from './deliverMail.ts'
import { deleteEndedMails, findDueMails, nextDueMail } from './mails.sql.ts'

/** Ended mails are kept for thirty days, so that support can see what was sent. */
const KEPT_MS = 30 * 86_400_000
// A mail server is slow, not ours: the mails of a batch wait for it together.
const SENT_AT_ONCE = 10

/** A failure is logged and does not stop the others: the mail stays due. */
async function deliver(work: Work, mailId: string): Promise<boolean> {
  try {
    return await deliverMail(work, { mailId })
  } catch (error) {
    work.log.error({ err: error, mail: mailId }, 'mail could not be processed; the next sweep retries it')
    return false
  }
}

export const mailTimers: readonly Timer[] = [
  {
    name: 'mailsDue',
    nextDue: async (database) => (await nextDueMail(database))?.at ?? null,
    async runDue(work: Work, limit: number) {
      const mails = await findDueMails(work.database, { limit })
      let count = 0
      for (let start = 0; start < mails.length; start += SENT_AT_ONCE) {
        const sent = await Promise.all(mails.slice(start, start + SENT_AT_ONCE).map(({ id }) => deliver(work, id)))
        count += sent.filter(Boolean).length
      }
      return count
    },
  },
  {
    name: 'endedMails',
    nextDue: async () => null,
    runDue: ({ database }, limit) => deleteEndedMails(database, { keptMs: KEPT_MS, limit }),
  },
]
