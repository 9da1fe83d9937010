/** Statements about payments that a lost chargeback takes back. The task of the hold is locked. */
import type { Tx } from '../../db/transaction.ts'

/** Counts the payments of a hold with an open outcome. A waiting reversal counts, because a frozen hold does not stop it. */
export const readPaymentsInFlight = (tx: Tx, { holdId }: { holdId: string }) => tx.row<{ inFlight: boolean }>`
  /* readPaymentsInFlight */
  select
    exists (
      select
      from transfers
      where hold_id = ${holdId}
        and status in ('PROCESSING', 'IN_DOUBT')
    )
    or exists (
      select
      from refunds
      where hold_id = ${holdId}
        and status in ('PROCESSING', 'IN_DOUBT')
    )
    or exists (
      select
      from transfers transfer
      join reversals reversal on reversal.transfer_id = transfer.id
      where transfer.hold_id = ${holdId}
        and reversal.status in ('PENDING', 'PROCESSING', 'IN_DOUBT')
    ) as in_flight`

/** The refunds of a hold that wait to be sent, newest first. A hold has few: each is an action of staff or of the task. */
export const readWaitingRefunds = (tx: Tx, { holdId }: { holdId: string }) => tx.rows<{ id: string }>`
  /* readWaitingRefunds */
  select id
  from refunds
  where hold_id = ${holdId}
    and status = 'PENDING'
  order by id desc`

/** The transfer of a hold that was not paid and still may be. A task has one at most. */
export const readUnpaidTransfer = (tx: Tx, { holdId }: { holdId: string }) => tx.row<{ id: string }>`
  /* readUnpaidTransfer */
  select id
  from transfers
  where hold_id = ${holdId}
    and status in ('PENDING', 'RETRYING', 'FAILED')`

export interface PaidTransfer {
  id: string
  destinationId: string
  /** The amount that the tasker was paid, less the reversed amount and the debt for it so far. */
  exposedMinor: bigint
}

/** The paid transfer of a hold. A task has one at most. */
export const readPaidTransfer = (tx: Tx, { holdId }: { holdId: string }) => tx.row<PaidTransfer>`
  /* readPaidTransfer */
  select
    id,
    destination_id,
    greatest(
      0,
      net_minor
      - reversed_minor
      - (
        select
          coalesce(sum(debt_minor), 0)
          - coalesce(sum(collects_minor) filter (where status = 'SUCCEEDED'), 0)
          - coalesce(sum(recovers_debt_minor), 0)
        from reversals
        where transfer_id = transfers.id
      )
      - (select coalesce(sum(debt_minor), 0) from chargebacks where debt_transfer_id = transfers.id)
    )::bigint as exposed_minor
  from transfers
  where hold_id = ${holdId}
    and status = 'SUCCEEDED'`

export interface Loss {
  /** The amount that lost chargebacks took beyond the held money, less the recovered amount. */
  lossMinor: bigint
  /** The part of it that is a debt of the tasker. */
  debtMinor: bigint
}

/** The loss that is left of a hold, and the debt that is left on its transfer. */
export const readLoss = (tx: Tx, { holdId, transferId }: { holdId: string; transferId: string }) => tx.row<Loss>`
  /* readLoss */
  select
    (
      coalesce(sum(amount_minor - from_hold_minor), 0)
      - (
        select coalesce(sum(reversal.recovers_minor), 0)
        from transfers transfer
        join reversals reversal on reversal.transfer_id = transfer.id
        where transfer.hold_id = ${holdId}
      )
      - (
        select coalesce(sum(amount_minor), 0)
        from debt_nettings
        where debt_transfer_id = ${transferId}
          and undone_at is null
      )
    )::bigint as loss_minor,
    (
      coalesce(sum(debt_minor) filter (where debt_transfer_id = ${transferId}), 0)
      - (select coalesce(sum(recovers_debt_minor), 0) from reversals where transfer_id = ${transferId})
      - (
        select coalesce(sum(amount_minor), 0)
        from debt_nettings
        where debt_transfer_id = ${transferId}
          and undone_at is null
      )
    )::bigint as debt_minor
  from chargebacks
  where hold_id = ${holdId}
    and status = 'LOST'`
