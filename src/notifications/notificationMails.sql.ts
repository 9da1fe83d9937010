import type { NotificationFrequency, NotificationKind } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

export const findDueMails = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findDueNotificationMails */
  select distinct user_id as id
  from (
    select user_id
    from notifications
    where mail_due_at <= errand_now()
    order by mail_due_at
    limit ${limit}
  ) due`

export const nextDueMail = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueNotificationMail */
  select min(mail_due_at) as at
  from notifications
  where mail_due_at is not null`

/** Locks those of these notifications whose mail still waits, oldest first; none that another process has. */
export const lockDueNotifications = (tx: Tx, { ids }: { ids: readonly string[] }) => tx.rows<{
  id: string
  kind: NotificationKind
  mailFrequency: NotificationFrequency
  readAt: Date | null
}>`
  /* lockDueNotifications */
  select id, kind, mail_frequency, read_at
  from notifications
  where id = any(${ids}::uuid[])
    and mail_due_at is not null
  order by id
  for update skip locked`

export const readDueNotifications = (database: Statements, { userId, limit }: { userId: string; limit: number }) =>
  database.rows<{ id: string }>`
  /* readDueNotifications */
  select id
  from notifications
  where user_id = ${userId}
    and mail_due_at <= errand_now()
  order by id
  limit ${limit}`

export const endMails = (tx: Tx, { ids }: { ids: readonly string[] }) => tx.run`
  /* endNotificationMails */
  update notifications
  set mail_due_at = null
  where id = any(${ids}::uuid[])`

export const readMailee = (tx: Tx, { userId }: { userId: string }) => tx.row<{
  id: string
  email: string
  displayName: string
  locale: string
  now: Date
}>`
  /* readMailee */
  select id, email, display_name, locale, errand_now() as now
  from users
  where id = ${userId}
    and suspended_at is null`
