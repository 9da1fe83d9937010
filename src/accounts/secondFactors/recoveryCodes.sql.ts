import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

export interface RecoveryCodeRow {
  number: number
  codeHash: Buffer
}

export const readRecoveryCodes = (database: Statements, { userId }: { userId: string }) =>
  database.rows<RecoveryCodeRow>`
  /* readRecoveryCodes */
  select number, code_hash
  from recovery_codes
  where user_id = ${userId}
  order by number`

/** Deletes a code; returns 0 if it was used or replaced since it was read. */
export const takeRecoveryCode = (tx: Tx, { userId, codeHash }: { userId: string; codeHash: Buffer }) => tx.run`
  /* takeRecoveryCode */
  delete from recovery_codes
  where user_id = ${userId}
    and code_hash = ${codeHash}`

export const deleteRecoveryCodes = (tx: Tx, { userId }: { userId: string }) => tx.run`
  /* deleteRecoveryCodes */
  delete from recovery_codes
  where user_id = ${userId}`

export const insertRecoveryCodes = (
  tx: Tx,
  { userId, codeHashes }: { userId: string; codeHashes: readonly Buffer[] },
) => tx.run`
  /* insertRecoveryCodes */
  insert into recovery_codes (user_id, number, code_hash, created_at)
  select ${userId}::uuid, code.number, code.hash, clock_timestamp()
  from unnest(${codeHashes}::bytea[]) with ordinality as code (hash, number)`
