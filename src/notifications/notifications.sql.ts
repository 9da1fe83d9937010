import type { ChatKind, NotificationChannel, NotificationFrequency, NotificationKind } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { Audience } from './occasions.ts'

export interface Recipient {
  eventId: string
  type: string
  userId: string
  audience: Audience
  chatId: string | null
  occurredAt: Date
  timeZone: string
  now: Date
}

/** The recipients of events besides the people who acted, in relation to the subject. */
export const readRecipients = (tx: Tx, { eventIds }: { eventIds: readonly string[] }) => tx.rows<Recipient>`
  /* readNotificationRecipients */
  select event.id as event_id, event.type, person.id as user_id, event.chat_id, event.occurred_at, person.time_zone,
    errand_now() as now,
    case
      when event.kind = 'CHAT' and chat.customer_id = person.id then 'customer'
      when task.poster_id = person.id then 'poster'
      when event.kind = 'TRANSFER' or task.assignee_id = person.id then 'tasker'
      when task.assignee_id is null and exists (
        select
        from chats former
        where former.task_id = task.id
          and former.tasker_id = person.id
      ) then 'tasker'
      else 'others'
    end as audience
  from events event
  cross join lateral unnest(event.recipient_ids) as recipient (user_id)
  join users person on person.id = recipient.user_id
  left join tasks task on task.id = event.task_id
  left join chats chat on chat.id = event.chat_id
  where event.id = any(${eventIds}::uuid[])
    and recipient.user_id is distinct from event.actor_id
    and person.suspended_at is null
  order by event.sequence, person.id`

export const readChoices = (database: Statements, { userIds }: { userIds: readonly string[] }) => database.rows<{
  userId: string
  kind: NotificationKind
  channel: NotificationChannel
  frequency: NotificationFrequency
}>`
  /* readNotificationChoices */
  select user_id, kind, channel, frequency
  from notification_settings
  where user_id = any(${userIds}::uuid[])`

export interface NewNotification {
  id: string
  userId: string
  kind: NotificationKind
  words: string
  eventId: string
  chatId: string | null
  inFeed: boolean
  mailDueAt: Date | null
  mailFrequency: NotificationFrequency | null
}

/** Inserts notifications, but for those of an event or of unread messages that the person has already. */
export const insertNotifications = (tx: Tx, { rows }: { rows: readonly NewNotification[] }) => tx.run`
  /* insertNotifications */
  insert into notifications (
    id, user_id, kind, words, event_id, chat_id, in_feed, mail_due_at, mail_frequency, created_at
  )
  select "id", "userId", "kind", "words", "eventId", "chatId", "inFeed", "mailDueAt", "mailFrequency", errand_now()
  from json_to_recordset(${JSON.stringify(rows)}) as row (
    "id" uuid, "userId" uuid, "kind" notification_kind, "words" text, "eventId" uuid, "chatId" uuid, "inFeed" boolean,
    "mailDueAt" timestamptz, "mailFrequency" notification_frequency
  )
  on conflict do nothing`

/** Waits for people to read messages; a chat that waits already is left. */
export const insertWaits = (
  tx: Tx,
  { rows }: { rows: readonly { chatId: string; userId: string; eventId: string; dueAt: Date }[] },
) => tx.run`
  /* insertMessageWaits */
  insert into message_waits (chat_id, user_id, event_id, due_at)
  select "chatId", "userId", "eventId", "dueAt"
  from json_to_recordset(${JSON.stringify(rows)}) as row (
    "chatId" uuid, "userId" uuid, "eventId" uuid, "dueAt" timestamptz
  )
  on conflict (chat_id, user_id) do nothing`

export const findDueWaits = (database: Statements, { limit }: { limit: number }) => database.rows<{
  chatId: string
  userId: string
}>`
  /* findDueMessageWaits */
  select chat_id, user_id
  from message_waits
  where due_at <= errand_now()
  order by due_at
  limit ${limit}`

export const nextDueWait = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueMessageWait */
  select min(due_at) as at
  from message_waits`

interface WaitKey {
  chatId: string
  userId: string
}

/** Locks a due wait, and returns the first message of others that the person has not read, if there is one. */
export const lockDueWait = (tx: Tx, { chatId, userId }: WaitKey) => tx.row<{
  eventId: string | null
  sentAt: Date | null
  lastReadSequence: number | null
  chatKind: ChatKind
  isAgent: boolean
  isWatching: boolean
  timeZone: string
  now: Date
}>`
  /* lockDueMessageWait */
  with wait as materialized (
    select chat_id, user_id
    from message_waits
    where chat_id = ${chatId}
      and user_id = ${userId}
      and due_at <= errand_now()
    for update skip locked
  )
  select unread.event_id, unread.sent_at, participant.last_read_sequence, chat.kind as chat_kind,
    coalesce(participant.role = 'AGENT', true) as is_agent,
    exists (
      select
      from chat_watchers watcher
      where watcher.chat_id = wait.chat_id
        and watcher.user_id = wait.user_id
        and watcher.until > clock_timestamp()
    ) as is_watching,
    person.time_zone, errand_now() as now
  from wait
  join chats chat on chat.id = wait.chat_id
  join users person on person.id = wait.user_id
  left join chat_participants participant on participant.chat_id = wait.chat_id and participant.user_id = wait.user_id
  left join lateral (
    select event.id as event_id, message.sent_at
    from messages message
    join events event on event.message_id = message.id and event.chat_id = message.chat_id
    where message.chat_id = wait.chat_id
      and message.sequence > participant.last_read_sequence
      and message.author_id is distinct from wait.user_id
      and event.type = 'chat.message'
    order by message.sequence
    limit 1
  ) unread on true`

export const deferWait = (tx: Tx, { chatId, userId, dueAt }: WaitKey & { dueAt: Date }) => tx.run`
  /* deferMessageWait */
  update message_waits
  set due_at = ${dueAt}
  where chat_id = ${chatId}
    and user_id = ${userId}`

export const deleteWait = (tx: Tx, { chatId, userId }: WaitKey) => tx.run`
  /* deleteMessageWait */
  delete from message_waits
  where chat_id = ${chatId}
    and user_id = ${userId}`

/** Marks the notifications of messages that their person has read in the chat, of one person. */
export const markReadInChats = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* markReadInChats */
  update notifications notification
  set read_at = errand_now(), mail_due_at = null
  from events event
  join messages message on message.id = event.message_id
  join chat_participants participant on participant.chat_id = message.chat_id
  where notification.user_id = ${userId}
    and notification.chat_id is not null
    and notification.read_at is null
    and event.id = notification.event_id
    and participant.user_id = notification.user_id
    and participant.last_read_sequence >= message.sequence`

export const deleteOldNotifications = (database: Statements, { keptMs, limit }: { keptMs: number; limit: number }) =>
  database.run`
  /* deleteOldNotifications */
  delete from notifications
  where id = any(array(
    select id
    from notifications
    where created_at < (select errand_now() - ${keptMs}::double precision * interval '1 millisecond')
      and mail_due_at is null
    order by created_at
    limit ${limit}
    for update skip locked
  ))`

export const setChoices = (
  tx: Tx,
  choice: {
    userId: string
    kinds: readonly NotificationKind[]
    channel: NotificationChannel
    frequency: NotificationFrequency
  },
) => tx.deferred.run`
  /* setNotificationChoices */
  insert into notification_settings (user_id, kind, channel, frequency)
  select ${choice.userId}, kind, ${choice.channel}::notification_channel, ${choice.frequency}::notification_frequency
  from unnest(${choice.kinds}::notification_kind[]) as chosen (kind)
  on conflict (user_id, kind, channel) do update set frequency = excluded.frequency`

/** Ends the mails that wait and that the person no longer wants. */
export const cancelMails = (tx: Tx, { userId, kinds }: { userId: string; kinds: readonly NotificationKind[] }) =>
  tx.deferred.run`
  /* cancelNotificationMails */
  update notifications
  set mail_due_at = null
  where user_id = ${userId}
    and kind = any(${kinds}::notification_kind[])
    and mail_due_at is not null`

export const markRead = (tx: Tx, { userId, ids }: { userId: string; ids: readonly string[] }) => tx.rows<{
  id: string
}>`
  /* markNotificationsRead */
  with own as materialized (
    select id, read_at
    from notifications
    where id = any(${ids}::uuid[])
      and user_id = ${userId}
      and in_feed
    order by id
    for update
  ),
  marked as (
    update notifications
    set read_at = errand_now()
    from own
    where notifications.id = own.id
      and own.read_at is null
  )
  select id
  from own`

export const markReadUpTo = (tx: Tx, { userId, id }: { userId: string; id: string }) => tx.run`
  /* markNotificationsReadUpTo */
  update notifications
  set read_at = errand_now()
  where user_id = ${userId}
    and id <= ${id}
    and in_feed
    and read_at is null`

export const findOwn = (tx: Tx, { userId, id }: { userId: string; id: string }) => tx.row<{ id: string }>`
  /* findOwnNotification */
  select id
  from notifications
  where id = ${id}
    and user_id = ${userId}
    and in_feed`

/** The newest sequence of a person; 0 before their first notification. */
export async function readLatestSequence(database: Statements, { userId }: { userId: string }): Promise<bigint> {
  const row = await database.row<{ latest: bigint }>`
    /* readLatestNotification */
    select coalesce(max(sequence), 0) as latest
    from notifications
    where user_id = ${userId}
      and in_feed`
  return row?.latest ?? 0n
}

/** The notifications of many people, each after a sequence of their own. */
export const readNewNotifications = (
  database: Statements,
  { places, limit }: { places: readonly { userId: string; after: bigint }[]; limit: number },
) => database.rows<{ userId: string; id: string; sequence: bigint; after: bigint }>`
  /* readNewNotifications */
  select place.user_id, notification.id, notification.sequence, place.after
  from unnest(
    ${places.map(({ userId }) => userId)}::uuid[],
    ${places.map(({ after }) => after)}::bigint[]
  ) as place (user_id, after)
  cross join lateral (
    select id, sequence
    from notifications
    where user_id = place.user_id
      and sequence > place.after
      and in_feed
    order by sequence
    limit ${limit}
  ) notification
  order by notification.sequence`
