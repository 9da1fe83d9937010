/** The timers of notifications: new events, unread messages, mails, and the removal of old rows. */
import { deleteOldWatchers } from '../chats/chatWatchers.ts'
import { nextUnread } from '../events/eventReaders.ts'
import { callEach } from '../jobs/callEach.ts'
import { runEach } from '../jobs/runEach.ts'
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
      const waits = await findDueWaits(work.database, { limit })
      const rows = waits.map((wait) => ({ ...wait, id: wait.chatId }))
      return runEach(work, { timer: 'unreadMessages', name: 'chat', rows }, notifyOfMessages)
    },
  },
  {
    name: 'notificationMails',
    nextDue: async (database) => (await nextDueMail(database))?.at ?? null,
    async runDue(work, limit) {
      const rows = await findDueMails(work.database, { limit })
      return callEach(work, { timer: 'notificationMails', name: 'person', rows }, ({ id: userId }) =>
        mailNotifications(work, { userId }),
      )
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
