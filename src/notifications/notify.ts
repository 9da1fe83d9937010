/** Makes notifications of events, and of messages that stay unread. */

import type { NotificationKind } from '../db/generated/enums.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { excludeReader, readOn } from '../events/eventReaders.ts'
import type { Work } from '../jobs/timer.ts'
import { nextMorning } from './nextMorning.ts'
import {
  deferWait,
  deleteWait,
  insertNotifications,
  insertWaits,
  lockDueWait,
  markReadInChats,
  type NewNotification,
  readChoices,
  readRecipients,
} from './notifications.sql.ts'
import { isMessage, MESSAGE_WORDS, occasionFor } from './occasions.ts'
import { type Setting, settingsWith } from './settings.ts'

const UNREAD_MS = 2 * 60_000

/** Notifies the recipients of the next events, in the transaction that moves the reader. Returns the number of events. */
export const notifyOfEvents = ({ database }: Pick<Work, 'database'>, limit: number): Promise<number> =>
  readOn(database, { name: 'notifications', limit }, async (tx, events) => {
    const recipients = await readRecipients(tx, { eventIds: events.map(({ id }) => id) })
    const waits = recipients.flatMap(({ type, chatId, userId, eventId, occurredAt }) =>
      isMessage(type) && chatId ? [{ chatId, userId, eventId, dueAt: new Date(occurredAt.getTime() + UNREAD_MS) }] : [],
    )
    if (waits.length > 0) await insertWaits(tx, { rows: waits })
    const told = recipients.flatMap((recipient) => {
      const occasion = occasionFor(recipient.type, recipient.audience)
      return occasion ? [{ ...recipient, kind: occasion.kind, words: occasion.words, chatId: null }] : []
    })
    await insertTold(tx, told)
  })

interface Told {
  userId: string
  eventId: string
  kind: NotificationKind
  words: string
  chatId: string | null
  timeZone: string
  now: Date
}

/** Inserts notifications by the settings of their people. */
async function insertTold(tx: Tx, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return
  const choices = new Map<string, Setting[]>()
  for (const { userId, ...choice } of await readChoices(tx, { userIds: told.map(({ userId }) => userId) })) {
    choices.set(userId, [...(choices.get(userId) ?? []), choice])
  }
  const rows = told.flatMap((one) => rowOf(one, settingsWith(choices.get(one.userId) ?? [])))
  if (rows.length > 0) await insertNotifications(tx, { rows })
}

function rowOf({ timeZone, now, ...told }: Told, settings: readonly Setting[]): NewNotification[] {
  const frequencyOf = (channel: Setting['channel']) =>
    settings.find((setting) => setting.kind === told.kind && setting.channel === channel)?.frequency ?? 'IMMEDIATE'
  const inFeed = frequencyOf('FEED') !== 'NEVER'
  const mail = frequencyOf('EMAIL')
  const { userId, eventId, kind, words, chatId } = told
  const row = { id: newId(), userId, eventId, kind, words, chatId, inFeed }
  if (mail !== 'NEVER') {
    return [{ ...row, mailDueAt: mail === 'DAILY' ? nextMorning(now, timeZone) : now, mailFrequency: mail }]
  }
  return inFeed ? [{ ...row, mailDueAt: null, mailFrequency: null }] : []
}

/**
 * Tells a person of messages in a chat that are unread for two minutes: once, until they have read them. Not while they have the chat
 * open. Returns true if the wait was due.
 */
export async function notifyOfMessages(
  tx: Tx,
  { chatId, userId }: { chatId: string; userId: string },
): Promise<boolean> {
  // First, so that the order of sequences is the order of commits.
  await excludeReader(tx, 'notifications')
  const wait = await lockDueWait(tx, { chatId, userId })
  if (!wait) return false
  const { eventId, sentAt, isAgent, isWatching, chatKind, timeZone, now } = wait
  if (eventId === null || sentAt === null || isAgent) {
    await deleteWait(tx, { chatId, userId })
    return true
  }
  const dueAt = new Date(sentAt.getTime() + UNREAD_MS)
  if (isWatching || dueAt > now) {
    await deferWait(tx, { chatId, userId, dueAt: dueAt > now ? dueAt : new Date(now.getTime() + UNREAD_MS) })
    return true
  }
  await markReadInChats(tx, { userId })
  await insertTold(tx, [{ userId, eventId, chatId, timeZone, now, ...MESSAGE_WORDS[chatKind] }])
  await deleteWait(tx, { chatId, userId })
  return true
}
