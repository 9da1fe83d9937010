import type { Refund } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'

type NewRefund = Pick<
  Refund,
  'id' | 'taskId' | 'holdId' | 'amountMinor' | 'currency' | 'reason' | 'createdAt' | 'providerKey'
>

/** A refund that is due at once. */
export const insertRefund = async (tx: Tx, refund: NewRefund): Promise<Refund> => {
  const inserted = await tx.row<Refund>`
    /* insertRefund */
    insert into refunds (id, task_id, hold_id, amount_minor, currency, reason, status, created_at, provider_key, due_at)
    values (
      ${refund.id}, ${refund.taskId}, ${refund.holdId}, ${refund.amountMinor}, ${refund.currency}, ${refund.reason},
      'PENDING', ${refund.createdAt}, ${refund.providerKey}, ${refund.createdAt}
    )
    returning *`
  if (!inserted) throw new Error('An inserted refund was not returned.')
  return inserted
}
