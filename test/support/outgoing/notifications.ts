/** Notifications as their person sees them, and the timers that make and mail them. */
import { NotificationDocument, NotificationsDocument } from '../../../schema/sdk/generated.ts'
import { sequenceCommittedEvents } from '../../../src/events/sequencer.ts'
import { notificationTimers } from '../../../src/notifications/notificationTimers.ts'
import type { Person } from '../people.ts'
import type { TestApp } from '../servers/app.ts'

export interface ShownNotification {
  id: string
  kind: string
  title: string
  body: string
  readAt: string | null
  event: { id: string; type: string } | null
}

/** The notifications of a person, oldest first. */
export async function notificationsOf(someone: Person, variables: object = {}): Promise<ShownNotification[]> {
  const { data, errors } = await someone.send(NotificationsDocument.text, { first: 100, ...variables })
  const viewer = data?.viewer as unknown as { notifications: { nodes: ShownNotification[] } } | undefined
  if (!viewer) throw new Error(JSON.stringify(errors))
  return viewer.notifications.nodes.toReversed()
}

/** One notification with its subject. */
export async function notificationOf(someone: Person, { id }: { id: string }) {
  const { data, errors } = await someone.send(NotificationDocument.text, { id })
  if (errors) throw new Error(JSON.stringify(errors))
  return data?.node as unknown as (ShownNotification & { subject: { __typename: string; id: string } | null }) | null
}

const [ofEvents, unread, mails, old] = notificationTimers as [
  (typeof notificationTimers)[number],
  (typeof notificationTimers)[number],
  (typeof notificationTimers)[number],
  (typeof notificationTimers)[number],
]

/** Makes notifications of all events, of messages that are unread for long enough, and queues the mails that are due. */
export async function peopleAreNotified(app: TestApp): Promise<void> {
  await sequenceCommittedEvents(app.database)
  while ((await ofEvents.runDue(app.work, 100)) > 0);
  while ((await unread.runDue(app.work, 100)) > 0);
  while ((await mails.runDue(app.work, 100)) > 0);
}

/** Removes old rows, and returns their number. */
export const oldNotificationsGo = (app: TestApp): Promise<number> => old.runDue(app.work, 100)

/** The kinds and subjects of the queued mails about notifications of a person, oldest first. */
export async function notificationMailsOf(app: TestApp, { uuid }: Person) {
  const mails = await app.prisma.mail.findMany({
    where: { userId: uuid, kind: { startsWith: 'NOTIFICATION' } },
    orderBy: { id: 'asc' },
  })
  return mails.map(({ kind, parameters }) => ({ kind, ...(parameters as object) })) as {
    kind: string
    title?: string
    entries?: { title: string; body: string }[]
    kinds: string[]
  }[]
}
