/** The rules of the fee, for the rules of other features. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { FeeTerms } from '../domain/fee.ts'
import { readFeeRule, readFeeRuleInForce } from './feeRules.sql.ts'

/** The rule in force now. An acceptance reads it after its lock, and the database checks the version that it keeps. */
export async function feeRuleInForce(database: Statements): Promise<FeeTerms> {
  const rule = await readFeeRuleInForce(database)
  if (!rule) throw new Error('No fee rule is in force.')
  return rule
}

/** The rule that a task has kept since its acceptance. */
export async function feeRuleOf(tx: Tx, { feeRuleVersion }: { feeRuleVersion: number | null }): Promise<FeeTerms> {
  const rule = feeRuleVersion === null ? undefined : await readFeeRule(tx, { version: feeRuleVersion })
  if (!rule) throw new Error('An accepted task has no fee rule.')
  return rule
}
