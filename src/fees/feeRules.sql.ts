import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { FeeTerms } from '../domain/fee.ts'

// The trigger on acceptances (check_fee_rule) shares it until the end of its transaction.
const FEE_RULE_LOCK = 72_707_376

/** The rule in force now: the one with the latest start, and of several with one start the last version. */
export const readFeeRuleInForce = (database: Statements) => database.row<FeeTerms>`
  /* readFeeRuleInForce */
  select version, basis_points, least
  from fee_rules
  where effective_from <= (select errand_now())
  order by effective_from desc, version desc
  limit 1`

export const readFeeRule = (database: Statements, { version }: { version: number }) => database.row<FeeTerms>`
  /* readFeeRule */
  select version, basis_points, least
  from fee_rules
  where version = ${version}`

/** Waits for the acceptances whose rule has been checked, and for other new rules, until the end of the transaction. */
export const lockFeeRules = (tx: Tx) => tx.run`
  /* lockFeeRules */
  select pg_advisory_xact_lock(${FEE_RULE_LOCK}::bigint)`

export const readLastFeeRule = (tx: Tx) => tx.row<{ version: number; now: Date }>`
  /* readLastFeeRule */
  select max(version) as version, errand_now() as now
  from fee_rules`

interface NewFeeRule extends FeeTerms {
  id: string
  effectiveFrom: Date
  setById: string
  at: Date
}

export const insertFeeRule = (tx: Tx, rule: NewFeeRule) => tx.run`
  /* insertFeeRule */
  insert into fee_rules (id, version, basis_points, least, effective_from, set_by_id, created_at)
  values (
    ${rule.id}, ${rule.version}, ${rule.basisPoints}, ${rule.least}::numeric, ${rule.effectiveFrom}, ${rule.setById},
    ${rule.at}
  )`
