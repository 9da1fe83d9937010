import { columnsOf } from '../db/columns.ts'
import type { Mail } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

const MAIL = columnsOf('Mail')

export interface NewMail {
  id: string
  kind: string
  userId: string
  toAddress: string
  locale: string
  parameters: string
  sealedToken: Buffer | null
  at: Date
}

export const insertMail = (tx: Tx, mail: NewMail) => tx.deferred.run`
  /* insertMail */
  insert into mails (id, kind, user_id, to_address, locale, parameters, sealed_token, created_at, due_at)
  values (
    ${mail.id}, ${mail.kind}, ${mail.userId}, ${mail.toAddress}, ${mail.locale}, ${mail.parameters}::jsonb,
    ${mail.sealedToken}, ${mail.at}, ${mail.at}
  )`

// Locked and claimed in one statement. A lease is on real time, because the sender waits for a mail server.
export const claimMail = (tx: Tx, { mailId, leaseMs }: { mailId: string; leaseMs: number }) =>
  tx.row<Mail & { now: Date }>`
  /* claimMail */
  update mails
  set attempt_count = attempt_count + 1,
    lease_until = clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond'
  where id = (
      select id
      from mails
      where id = ${mailId}
        and due_at <= errand_now()
        and (lease_until is null or lease_until < clock_timestamp())
      for update skip locked
    )
  returning ${MAIL}, errand_now() as now`

interface Attempt {
  mailId: string
  attemptCount: number
}

/** Ends a mail, unless a later attempt has begun. Its token is erased, unless the mail was not sent anywhere. */
export const endMail = (
  tx: Tx,
  mail: Attempt & { status: 'SENT' | 'FAILED'; failure: string | null; keepsToken: boolean },
) => tx.run`
  /* endMail */
  update mails
  set status = ${mail.status}::mail_status,
    ended_at = errand_now(),
    due_at = null,
    lease_until = null,
    failure = ${mail.failure},
    sealed_token = case when ${mail.keepsToken} then sealed_token end
  where id = ${mail.mailId}
    and attempt_count = ${mail.attemptCount}
    and due_at is not null`

/** Schedules the next attempt, unless a later one has begun. */
export const retryMail = (tx: Tx, mail: Attempt & { pauseMs: number; failure: string }) => tx.run`
  /* retryMail */
  update mails
  set due_at = errand_now() + ${mail.pauseMs}::double precision * interval '1 millisecond',
    lease_until = null,
    failure = ${mail.failure}
  where id = ${mail.mailId}
    and attempt_count = ${mail.attemptCount}
    and due_at is not null`

export const findDueMails = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findDueMails */
  select id
  from mails
  where due_at <= errand_now()
    and (lease_until is null or lease_until < clock_timestamp())
  order by due_at
  limit ${limit}`

export const nextDueMail = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextDueMail */
  select min(due_at) as at
  from mails
  where due_at is not null`

export const deleteEndedMails = (database: Statements, { keptMs, limit }: { keptMs: number; limit: number }) =>
  database.run`
  /* deleteEndedMails */
  delete from mails
  where id = any(array(
    select id
    from mails
    where ended_at < (select errand_now() - ${keptMs}::double precision * interval '1 millisecond')
    order by ended_at
    limit ${limit}
    for update skip locked
  ))`

/** The newest mails, whether they wait or have ended. */
export const readNewestMails = (database: Statements, { limit }: { limit: number }) => database.rows<Mail>`
  /* readNewestMails */
  select ${MAIL}
  from mails
  order by created_at desc, id desc
  limit ${limit}`

/** The newest mails to an address. Another statement than that without an address, so that each has its index. */
export const readNewestMailsTo = (database: Statements, { to, limit }: { to: string; limit: number }) =>
  database.rows<Mail>`
  /* readNewestMailsTo */
  select ${MAIL}
  from mails
  where to_address = ${to}
  order by created_at desc, id desc
  limit ${limit}`

export const countMails = (database: Statements) => database.rows<{ status: string; count: number }>`
  /* countMails */
  select status::text as status, count(*)::integer as count
  from mails
  where status <> 'SENT'
  group by status`
