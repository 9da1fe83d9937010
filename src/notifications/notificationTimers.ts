/** The timers of notifications: new events, unread messages, mails, and the removal of old rows. */
import { deleteOldWatchers } from '../chats/chatWatchers.ts'
import { nextUnread } from '../events/eventReaders.ts'
import type { Timer } from '../jobs/timer.ts'
import { mailNotifications } from './mailNotifications.ts'
import { findDueMails, nextDueMail } from './notificationMails.sql.ts'
import { deleteOldNotifications, findDueWaits, nextDueWait } from './notifications.sql.ts'
import { notifyOfEvents, notifyOfMessages } from './notify.ts'

const KEPT_MS = 180 * 86_400_000

export const notificationTimers: readonly Timer[] = [
  {
    name: 'notificationsOfEvents',
    nextDue: (database) => nextUnread(database, 'notifications'),
    runDue: (work, limit) => notifyOfEvents(work, limit),
  },
  {
    name: 'unreadMessages',
    nextDue: async (database) => (await nextDueWait(database))?.at ?? null,
    async runDue(work, limit) {
      let done = 0
      for (const wait of await findDueWaits(work.database, { limit })) {
        try {
          done += Number(await notifyOfMessages(work, wait))
        } catch (error) {
          work.log.error(
            { err: error, chat: wait.chatId },
            'unread messages could not be told; the next sweep retries it',
          )
        }
      }
      return done
    },
  },
  {
    name: 'notificationMails',
    nextDue: async (database) => (await nextDueMail(database))?.at ?? null,
    async runDue(work, limit) {
      let done = 0
      for (const { id } of await findDueMails(work.database, { limit })) {
        try {
          done += Number(await mailNotifications(work, { userId: id }))
        } catch (error) {
          work.log.error({ err: error, person: id }, 'notifications could not be mailed; the next sweep retries it')
        }
      }
      return done
    },
  },
  {
    name: 'oldNotifications',
    nextDue: async () => null,
    async runDue({ database }, limit) {
      const counts = [
        await deleteOldNotifications(database, { keptMs: KEPT_MS, limit }),
        await deleteOldWatchers(database, { limit }),
      ]
      return Math.max(...counts)
    },
  },
]
