import type { Attachment } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

/** The row that an attachment belongs to. */
export type FileOwner =
  | { taskId: string }
  | { submissionId: string }
  | { messageId: string }
  | { avatarOfId: string }
  | { disputeId: string }
  | { chargebackId: string }

type OwnerColumns = Partial<
  Record<'taskId' | 'submissionId' | 'messageId' | 'avatarOfId' | 'disputeId' | 'chargebackId', string>
>

export type LockedFile = Pick<
  Attachment,
  'id' | 'purpose' | 'status' | 'taskId' | 'submissionId' | 'messageId' | 'avatarOfId' | 'disputeId' | 'chargebackId'
> & {
  /** True if it is unattached and not expired. */
  isWaiting: boolean
}

// Expires in real time, which the sandbox clock does not move: 24 hours are enough to write the task.
export const insertAttachment = (
  tx: Tx,
  file: Pick<Attachment, 'id' | 'uploadedById' | 'purpose' | 'filename' | 'contentType' | 'byteSize' | 'sha256'>,
) => tx.run`
  /* insertAttachment */
  insert into attachments (
    id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, unattached_until
  )
  values (
    ${file.id}, ${file.uploadedById}, ${file.purpose}, 'AVAILABLE', ${file.filename}, ${file.contentType},
    ${file.byteSize}, ${file.sha256}, errand_now(), clock_timestamp() + interval '24 hours'
  )`

// In the order of ids, so that two transactions that attach the same files do not deadlock.
export const lockFilesOf = (tx: Tx, { ids, uploadedById }: { ids: readonly string[]; uploadedById: string }) =>
  tx.rows<LockedFile>`
  /* lockFilesOf */
  select
    id, purpose, status, task_id, submission_id, message_id, avatar_of_id, dispute_id, chargeback_id,
    unattached_until > clock_timestamp() as is_waiting
  from attachments
  where id = any(${ids}::uuid[])
    and uploaded_by_id = ${uploadedById}
  order by id
  for update`

// Like lockFilesOf, without the lock.
export const readFilesOf = (tx: Tx, { ids, uploadedById }: { ids: readonly string[]; uploadedById: string }) =>
  tx.rows<LockedFile>`
  /* readFilesOf */
  select
    id, purpose, status, task_id, submission_id, message_id, avatar_of_id, dispute_id, chargeback_id,
    unattached_until > clock_timestamp() as is_waiting
  from attachments
  where id = any(${ids}::uuid[])
    and uploaded_by_id = ${uploadedById}`

/** Sets the owner of these files, and their order to that of `ids`. */
export const setOwner = (tx: Tx, { ids, owner }: { ids: readonly string[]; owner: FileOwner }) => {
  const { taskId, submissionId, messageId, avatarOfId, disputeId, chargebackId }: OwnerColumns = owner
  return tx.run`
    /* setOwner */
    update attachments
    set task_id = ${taskId ?? null},
      submission_id = ${submissionId ?? null},
      message_id = ${messageId ?? null},
      avatar_of_id = ${avatarOfId ?? null},
      dispute_id = ${disputeId ?? null},
      chargeback_id = ${chargebackId ?? null},
      place = array_position(${ids}::uuid[], id),
      unattached_until = null
    where id = any(${ids}::uuid[])`
}

/** Deletes the files of this owner that are not in `ids`. */
export const deleteOthersOf = (tx: Tx, { ids, owner }: { ids: readonly string[]; owner: FileOwner }) => {
  const { taskId, submissionId, messageId, avatarOfId, disputeId, chargebackId }: OwnerColumns = owner
  return tx.run`
    /* deleteOthersOf */
    update attachments
    set status = 'DELETED'
    where (
        task_id = ${taskId ?? null}
        or submission_id = ${submissionId ?? null}
        or message_id = ${messageId ?? null}
        or avatar_of_id = ${avatarOfId ?? null}
        or dispute_id = ${disputeId ?? null}
        or chargeback_id = ${chargebackId ?? null}
      )
      and status <> 'DELETED'
      and id <> all(${ids}::uuid[])`
}

export const deleteUnattached = (tx: Tx, { limit }: { limit: number }) => tx.run`
  /* deleteUnattached */
  update attachments
  set status = 'DELETED',
    unattached_until = null
  where id in (
    select id
    from attachments
    where unattached_until <= clock_timestamp()
    order by unattached_until
    limit ${limit}
    for update skip locked
  )`

export const readFilesToRemove = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* readFilesToRemove */
  select id
  from attachments
  where status = 'DELETED'
    and bytes_removed_at is null
  order by id
  limit ${limit}`

export const setBytesRemoved = (database: Statements, { ids }: { ids: readonly string[] }) => database.run`
  /* setBytesRemoved */
  update attachments
  set bytes_removed_at = errand_now()
  where id = any(${ids}::uuid[])
    and status = 'DELETED'`

/** The ids among these that have an attachment whose bytes were not removed. */
export const readKnownIds = (database: Statements, { ids }: { ids: readonly string[] }) => database.rows<{
  id: string
}>`
  /* readKnownIds */
  select id
  from attachments
  where id = any(${ids}::uuid[])
    and bytes_removed_at is null`

// Skips files of the last hour, because a store may list them late.
export const readFilesWithBytes = (
  database: Statements,
  { after, limit }: { after: string; limit: number },
) => database.rows<{ id: string }>`
  /* readFilesWithBytes */
  select id
  from attachments
  where id > ${after}
    and status <> 'DELETED'
    and created_at < errand_now() - interval '1 hour'
  order by id
  limit ${limit}`

export const deleteFilesWithoutBytes = (database: Statements, { ids }: { ids: readonly string[] }) => database.run`
  /* deleteFilesWithoutBytes */
  update attachments
  set status = 'DELETED',
    unattached_until = null,
    bytes_removed_at = errand_now()
  where id = any(${ids}::uuid[])
    and status <> 'DELETED'`

export const countFilesOfChargeback = (tx: Tx, { chargebackId }: { chargebackId: string }) => tx.row<{ count: number }>`
  /* countFilesOfChargeback */
  select count(*)::integer as count
  from attachments
  where chargeback_id = ${chargebackId}`

/** The files of a chargeback in the order of their upload; a rule bounds their number. */
export const readEvidenceOf = (database: Statements, { chargebackId }: { chargebackId: string }) => database.rows<
  Pick<Attachment, 'id' | 'filename' | 'contentType' | 'byteSize'>
>`
  /* readEvidenceOf */
  select id, filename, content_type, byte_size
  from attachments
  where chargeback_id = ${chargebackId}
    and status = 'AVAILABLE'
  order by id`
