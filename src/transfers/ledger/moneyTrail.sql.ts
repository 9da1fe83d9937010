import type { Statements } from '../../db/statements.ts'

/** The location of a task's money, in minor units of its currency. */
export interface MoneyTrail {
  currency: string
  paidIn: bigint
  held: bigint
  payable: bigint
  transferred: bigint
  fees: bigint
  refunding: bigint
  refunded: bigint
  balanced: boolean
}

export const readMoneyTrails = (database: Statements, { taskIds }: { taskIds: readonly string[] }) =>
  database.rows<MoneyTrail & { taskId: string }>`
  /* readMoneyTrails */
  select
    task.id as task_id, task.currency, trail.paid_in, trail.held, trail.payable, trail.transferred, trail.fees,
    trail.refunding, trail.refunded, trail.balanced
  from tasks task
  cross join lateral money_trail(task.id) as trail
  where task.id = any(${taskIds}::uuid[])`
