import type { Transfer } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'

type NewTransfer = Pick<
  Transfer,
  | 'id'
  | 'taskId'
  | 'holdId'
  | 'destinationId'
  | 'grossMinor'
  | 'feeMinor'
  | 'netMinor'
  | 'currency'
  | 'createdAt'
  | 'providerKey'
>

/** A transfer that is due at once. */
export const insertTransfer = async (tx: Tx, transfer: NewTransfer): Promise<Transfer> => {
  const inserted = await tx.row<Transfer>`
    /* insertTransfer */
    insert into transfers (
      id, task_id, hold_id, destination_id, status, gross_minor, fee_minor, net_minor, currency, created_at, provider_key, due_at
    )
    values (
      ${transfer.id}, ${transfer.taskId}, ${transfer.holdId}, ${transfer.destinationId}, 'PENDING',
      ${transfer.grossMinor}, ${transfer.feeMinor}, ${transfer.netMinor}, ${transfer.currency}, ${transfer.createdAt},
      ${transfer.providerKey}, ${transfer.createdAt}
    )
    returning *`
  if (!inserted) throw new Error('An inserted transfer was not returned.')
  return inserted
}

/** Makes the transfers due that wait for this person; gives their ids. */
export const wakeWaitingTransfers = (tx: Tx, { userId }: { userId: string }) => tx.rows<{ id: string }>`
  /* wakeWaitingTransfers */
  update transfers
  set due_at = errand_now()
  where destination_id = ${userId}
    and status = 'PENDING'
    and due_at is null
  returning id`
