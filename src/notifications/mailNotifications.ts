/** Mails notifications, with the texts that the API shows to their person at that moment. */
import type { NotificationKind } from '../db/generated/enums.ts'
import { textOf, toPublicId } from '../db/ids.ts'
import { type Tx, withTransaction } from '../db/transaction.ts'
import type { Work } from '../jobs/timer.ts'
import { queueMail } from '../mail/queueMail.ts'
import { endMails, lockDueNotifications, readDueNotifications, readMailee } from './notificationMails.sql.ts'
import { markReadInChats } from './notifications.sql.ts'

/** The entries of a daily mail at most; the rest is in the feed. */
const ENTRIES_MAX = 50

const QUERY = /* GraphQL */ `
  query NotificationTexts($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Notification {
        id
        title
        body
        subject {
          id
        }
      }
    }
  }
`

interface Shown {
  id: string
  title: string
  body: string
  subject: { id: string } | null
}

/**
 * Queues the due mails of a person: one for each notification at once, and one for all of the day. Notifications that were read, or whose
 * subject the person may no longer see, are left out. Returns true if something was due.
 */
export async function mailNotifications(
  { database, readAs }: Pick<Work, 'database' | 'readAs'>,
  { userId }: { userId: string },
): Promise<boolean> {
  const due = await readDueNotifications(database, { userId, limit: ENTRIES_MAX })
  if (due.length === 0) return false
  const ids = due.map(({ id }) => id)
  const variables = { ids: ids.map((id) => textOf(toPublicId('ntf', id))) }
  const answer = await readAs({ userId, query: QUERY, variables })
  const shown = new Map(
    (answer?.nodes as (Shown | null)[] | undefined)?.flatMap((node) => (node ? [[node.id, node]] : [])),
  )
  return withTransaction(database, (tx) => queueMails(tx, { userId, ids, shown }))
}

async function queueMails(
  tx: Tx,
  { userId, ids, shown }: { userId: string; ids: readonly string[]; shown: ReadonlyMap<string, Shown> },
): Promise<boolean> {
  await markReadInChats(tx, { userId })
  const locked = await lockDueNotifications(tx, { ids })
  const person = await readMailee(tx, { userId })
  if (locked.length === 0) return false
  await endMails(tx, { ids: locked.map(({ id }) => id) })
  if (!person) return true
  const { email: to, displayName: name, now: at } = person
  const entries = locked.flatMap(({ id, kind, mailFrequency, readAt }) => {
    const text = shown.get(textOf(toPublicId('ntf', id)))
    if (!text?.subject || readAt !== null) return []
    return [{ kind, isDaily: mailFrequency === 'DAILY', title: text.title, body: text.body }]
  })
  for (const { kind, title, body } of entries.filter(({ isDaily }) => !isDaily)) {
    await queueMail(tx, { kind: 'NOTIFICATION', person, to, parameters: { name, title, body, kinds: [kind] }, at })
  }
  const daily = entries.filter(({ isDaily }) => isDaily)
  if (daily.length > 0) {
    const kinds: NotificationKind[] = [...new Set(daily.map(({ kind }) => kind))]
    const parameters = { name, kinds, entries: daily.map(({ title, body }) => ({ title, body })) }
    await queueMail(tx, { kind: 'NOTIFICATION_DIGEST', person, to, parameters, at })
  }
  return true
}
