/** Statements about debts of taskers that are taken out of their next transfers. */
import type { DebtNetting } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'

/** A debt that a task left. */
export interface Debt {
  taskId: string
  /** The transfer that was paid for it. */
  debtTransferId: string
  owedMinor: bigint
}

// Exclusive, so that two transfers to one person do not take the same debt.
export const lockDebtor = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* lockDebtor */
  select
  from users
  where id = ${userId}
  for update`

/** The debts of a person in one currency, oldest task first. */
export const readDebts = (
  tx: Tx,
  { userId, currency, limit }: { userId: string; currency: string; limit: number },
) => tx.rows<Debt>`
  /* readDebts */
  select balance.task_id, paid.id as debt_transfer_id, balance.balance_minor as owed_minor
  from ledger_accounts account
  join ledger_balances balance on balance.account_id = account.id
  cross join lateral (
    select id
    from transfers
    where task_id = balance.task_id
      and destination_id = ${userId}
      and succeeded_at is not null
    order by id desc
    limit 1
  ) paid
  where account.user_id = ${userId}
    and account.kind = 'USER_DEBT'
    and account.currency = ${currency}
    and balance.balance_minor > 0
  order by balance.task_id
  limit ${limit}`

export const insertNetting = (tx: Tx, netting: Omit<DebtNetting, 'undoneAt'>) => tx.run`
  /* insertNetting */
  insert into debt_nettings (id, transfer_id, debt_transfer_id, task_id, amount_minor, created_at)
  values (
    ${netting.id}, ${netting.transferId}, ${netting.debtTransferId}, ${netting.taskId}, ${netting.amountMinor},
    ${netting.createdAt}
  )`

export const setNetted = (tx: Tx, { transferId, nettedMinor }: { transferId: string; nettedMinor: bigint }) => tx.run`
  /* setNetted */
  update transfers
  set netted_minor = ${nettedMinor}
  where id = ${transferId}`

/** Undoes the nettings of a transfer; returns them. */
export const undoNettings = (tx: Tx, { transferId, at }: { transferId: string; at: Date }) => tx.rows<
  Pick<DebtNetting, 'id' | 'debtTransferId' | 'taskId' | 'amountMinor'>
>`
  /* undoNettings */
  update debt_nettings
  set undone_at = ${at}
  where transfer_id = ${transferId}
    and undone_at is null
  returning id, debt_transfer_id, task_id, amount_minor`
