import { columnsOf } from '../db/columns.ts'
import type { Chargeback } from '../db/generated/client.ts'
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

const CHARGEBACK = columnsOf('Chargeback')

type NewChargeback = Pick<
  Chargeback,
  | 'id'
  | 'taskId'
  | 'holdId'
  | 'providerReference'
  | 'amountMinor'
  | 'currency'
  | 'reason'
  | 'openedAt'
  | 'evidenceDueBy'
  | 'remindAt'
  | 'askAt'
> & { assigneeId: string | null }

/** Inserts a chargeback that needs a response. Its tasker is the one of the last transfer of its hold, else the assignee. */
export const insertChargeback = async (tx: Tx, chargeback: NewChargeback): Promise<Chargeback> => {
  const inserted = await tx.row<Chargeback>`
    /* insertChargeback */
    insert into chargebacks (
      id, task_id, hold_id, tasker_id, provider_reference, amount_minor, currency, reason, status, opened_at, evidence_due_by,
      remind_at, ask_at
    )
    values (
      ${chargeback.id}, ${chargeback.taskId}, ${chargeback.holdId},
      coalesce(
        (select destination_id from transfers where hold_id = ${chargeback.holdId} order by id desc limit 1),
        ${chargeback.assigneeId}
      ),
      ${chargeback.providerReference}, ${chargeback.amountMinor}, ${chargeback.currency}, ${chargeback.reason},
      'NEEDS_RESPONSE', ${chargeback.openedAt}, ${chargeback.evidenceDueBy}, ${chargeback.remindAt}, ${chargeback.askAt}
    )
    returning ${CHARGEBACK}`
  if (!inserted) throw new Error('An inserted chargeback was not returned.')
  return inserted
}

/** The task and hold of a chargeback. They never change, so they may be read before anything is locked. */
export const readHoldOfChargeback = (tx: Statements, { chargebackId }: { chargebackId: string }) => tx.row<
  Pick<Chargeback, 'taskId' | 'holdId' | 'providerReference'>
>`
  /* readHoldOfChargeback */
  select task_id, hold_id, provider_reference
  from chargebacks
  where id = ${chargebackId}`

export const lockChargebackRow = (tx: Tx, { chargebackId }: { chargebackId: string }) => tx.row<Chargeback>`
  /* lockChargebackRow */
  select ${CHARGEBACK}
  from chargebacks
  where id = ${chargebackId}
  for update`

export const lockChargebackNamed = (tx: Tx, { providerReference }: { providerReference: string }) => tx.row<Chargeback>`
  /* lockChargebackNamed */
  select ${CHARGEBACK}
  from chargebacks
  where provider_reference = ${providerReference}
  for update`

export const saveChargeback = (tx: Tx, chargeback: Chargeback) => tx.run`
  /* saveChargeback */
  update chargebacks
  set status = ${chargeback.status},
    provider_fee_minor = ${chargeback.providerFeeMinor},
    provider_fee_currency = ${chargeback.providerFeeCurrency},
    evidence_due_by = ${chargeback.evidenceDueBy},
    closed_at = ${chargeback.closedAt},
    from_hold_minor = ${chargeback.fromHoldMinor},
    debt_minor = ${chargeback.debtMinor},
    debt_transfer_id = ${chargeback.debtTransferId},
    remind_at = ${chargeback.remindAt},
    ask_at = ${chargeback.askAt},
    statement = ${chargeback.statement},
    submitted_at = ${chargeback.submittedAt},
    evidence_is_final = ${chargeback.evidenceIsFinal},
    evidence_number = ${chargeback.evidenceNumber},
    evidence_due_at = ${chargeback.evidenceDueAt},
    evidence_retry_count = ${chargeback.evidenceRetryCount},
    evidence_lease_until = ${chargeback.evidenceLeaseUntil},
    evidence_failure_code = ${chargeback.evidenceFailureCode},
    evidence_failure_message = ${chargeback.evidenceFailureMessage},
    evidence_failure_retryable = ${chargeback.evidenceFailureRetryable}
  where id = ${chargeback.id}`

export const findChargebacksToRemindOf = (database: Statements, { limit }: { limit: number }) => database.rows<{
  id: string
}>`
  /* findChargebacksToRemindOf */
  select id
  from chargebacks
  where remind_at <= (select errand_now())
  order by remind_at
  limit ${limit}`

export const nextReminder = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextReminder */
  select min(remind_at) as at
  from chargebacks
  where remind_at is not null`

export const findChargebacksToLookUp = (database: Statements, { limit }: { limit: number }) => database.rows<{
  id: string
}>`
  /* findChargebacksToLookUp */
  select id
  from chargebacks
  where ask_at <= (select errand_now())
  order by ask_at
  limit ${limit}`

export const nextChargebackLookUp = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextChargebackLookUp */
  select min(ask_at) as at
  from chargebacks
  where ask_at is not null`

/** The evidence that is being sent; undefined if nothing is. */
export const readEvidenceToSend = (database: Statements, { chargebackId }: { chargebackId: string }) => database.row<{
  providerReference: string
  statement: string
  isFinal: boolean
  number: number
  retryCount: number
}>`
  /* readEvidenceToSend */
  select
    provider_reference, statement, evidence_is_final as is_final, evidence_number as number,
    evidence_retry_count as retry_count
  from chargebacks
  where id = ${chargebackId}
    and evidence_due_at is not null`

export const findEvidenceToSend = (database: Statements, { limit }: { limit: number }) => database.rows<{ id: string }>`
  /* findEvidenceToSend */
  select id
  from chargebacks
  where evidence_due_at <= (select errand_now())
    and (evidence_lease_until is null or evidence_lease_until <= clock_timestamp())
  order by evidence_due_at
  limit ${limit}`

// Skips evidence that is being sent: its lease runs on real time, which the sandbox clock does not move.
export const nextEvidenceToSend = (database: Statements) => database.row<{ at: Date | null }>`
  /* nextEvidenceToSend */
  select min(evidence_due_at) as at
  from chargebacks
  where evidence_due_at is not null
    and (evidence_lease_until is null or evidence_lease_until <= clock_timestamp())`
