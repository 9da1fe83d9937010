import type { Hold } from '../db/generated/client.ts'
import type { HoldStatus } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'

/** The task's live hold: PENDING or HELD, and not superseded. The task is locked already. */
export const lockLiveHold = (tx: Tx, { taskId }: { taskId: string }) => tx.row<Hold>`
  /* lockLiveHold */
  select *
  from holds
  where task_id = ${taskId}
    and status in ('PENDING', 'HELD')
    and superseded_at is null
  for update`

export const lockHold = (tx: Tx, { holdId }: { holdId: string }) => tx.row<Hold>`
  /* lockHold */
  select *
  from holds
  where id = ${holdId}
  for update`

/** What is left of a hold after money left it or came back. */
export const updateHoldMoney = (
  tx: Tx,
  hold: {
    holdId: string
    status: HoldStatus
    remainingMinor: bigint
    releasedMinor: bigint
    supersededAt: Date | null
  },
) => tx.run`
  /* updateHoldMoney */
  update holds
  set status = ${hold.status},
    remaining_minor = ${hold.remainingMinor},
    released_minor = ${hold.releasedMinor},
    superseded_at = ${hold.supersededAt}
  where id = ${hold.holdId}`
