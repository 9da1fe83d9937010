/** The statements of the sandbox provider about chargebacks, which run on its own connections. */
import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ChargebackState } from '../port/chargebacks.ts'

/** Stripe's banks usually leave between 7 and 21 days. */
const EVIDENCE_DAYS = 14

export interface SandboxChargeback {
  id: string
  chargeReference: string
  amountMinor: bigint
  currency: string
  feeMinor: bigint
  reason: string
  status: ChargebackState
  openedAt: Date
  evidenceDueBy: Date
}

/** Locks the first charge with this reference, as refunds do. */
export const lockChargeOf = (tx: Tx, { reference }: { reference: string }) => tx.row<{
  id: string
  currency: string
  amountMinor: bigint
}>`
  /* lockChargeOf */
  select id, currency, amount_minor
  from sandbox.movements
  where our_reference = ${reference}
    and kind = 'charge'
  order by id
  limit 1
  for update`

/** The amounts of the chargebacks of a charge: of those that are open, and of those that were lost. */
export const sumChargebacks = async (
  tx: Tx,
  { chargeId }: { chargeId: string },
): Promise<{ openMinor: bigint; lostMinor: bigint }> => {
  const sums = await tx.row<{ openMinor: bigint; lostMinor: bigint }>`
    /* sumChargebacks */
    select
      coalesce(sum(amount_minor) filter (where status in ('NEEDS_RESPONSE', 'UNDER_REVIEW')), 0)::bigint as open_minor,
      coalesce(sum(amount_minor) filter (where status = 'LOST'), 0)::bigint as lost_minor
    from sandbox.chargebacks
    where charge_id = ${chargeId}`
  return sums ?? { openMinor: 0n, lostMinor: 0n }
}

interface NewChargeback {
  id: string
  chargeId: string
  amountMinor: bigint
  currency: string
  feeMinor: bigint
  reason: string
}

export const insertSandboxChargeback = (tx: Tx, chargeback: NewChargeback) => tx.run`
  /* insertSandboxChargeback */
  insert into sandbox.chargebacks (id, charge_id, amount_minor, currency, fee_minor, reason, opened_at, evidence_due_by)
  values (
    ${chargeback.id}, ${chargeback.chargeId}, ${chargeback.amountMinor}, ${chargeback.currency}, ${chargeback.feeMinor},
    ${chargeback.reason}, errand_now(), errand_now() + ${EVIDENCE_DAYS}::integer * interval '1 day'
  )`

/** Decides against us when no evidence was submitted in time, as banks do. */
export const loseUnanswered = (tx: Statements, { id }: { id: string }) => tx.run`
  /* loseUnanswered */
  update sandbox.chargebacks
  set status = 'LOST',
    decided_at = errand_now()
  where id = ${id}
    and status = 'NEEDS_RESPONSE'
    and evidence_due_by <= errand_now()`

export const readSandboxChargeback = (database: Statements, { id }: { id: string }) => database.row<SandboxChargeback>`
  /* readSandboxChargeback */
  select
    chargeback.id, charge.our_reference as charge_reference, chargeback.amount_minor, chargeback.currency,
    chargeback.fee_minor, chargeback.reason, chargeback.status, chargeback.opened_at, chargeback.evidence_due_by
  from sandbox.chargebacks chargeback
  join sandbox.movements charge on charge.id = chargeback.charge_id
  where chargeback.id = ${id}`

/** Decides an open chargeback; touches no row if it is decided, or unknown. */
export const decide = (tx: Statements, { id, isWon }: { id: string; isWon: boolean }) => tx.run`
  /* decideSandboxChargeback */
  update sandbox.chargebacks
  set status = ${isWon ? 'WON' : 'LOST'},
    decided_at = errand_now()
  where id = ${id}
    and status in ('NEEDS_RESPONSE', 'UNDER_REVIEW')`

/** Stores evidence; touches no row if the chargeback takes no more. */
export const saveEvidence = (
  tx: Tx,
  evidence: { id: string; statement: string; files: string; isFinal: boolean },
) => tx.run`
  /* saveSandboxEvidence */
  update sandbox.chargebacks
  set statement = ${evidence.statement},
    evidence = ${evidence.files}::jsonb,
    status = case when ${evidence.isFinal}::boolean then 'UNDER_REVIEW' else status end,
    submitted_at = case when ${evidence.isFinal}::boolean then errand_now() end
  where id = ${evidence.id}
    and status = 'NEEDS_RESPONSE'
    and evidence_due_by > errand_now()`

/** A line of the book about a chargeback: the amount or the fee, taken when it was opened, or returned when it was won. */
export interface ChargebackMovement {
  id: string
  kind: 'chargeback' | 'chargeback_fee'
  chargebackId: string
  /** Negative out of the platform's balance. */
  amountMinor: bigint
  currency: string
  at: Date
}

/** A page of the movements of chargebacks in a span, after the given one. */
export const readChargebackMovements = (
  database: Statements,
  { from, to, after, limit }: { from: Date; to: Date; after: ChargebackMovement | undefined; limit: number },
) => database.rows<ChargebackMovement>`
  /* readChargebackMovements */
  select movement.id, movement.kind, chargeback.id as chargeback_id, movement.amount_minor, chargeback.currency, movement.at
  from sandbox.chargebacks chargeback
  cross join lateral (
    values
      (chargeback.id || '_taken', 'chargeback', -chargeback.amount_minor, chargeback.opened_at, true),
      (chargeback.id || '_taken_fee', 'chargeback_fee', -chargeback.fee_minor, chargeback.opened_at, true),
      (chargeback.id || '_won', 'chargeback', chargeback.amount_minor, chargeback.decided_at, chargeback.status = 'WON'),
      (chargeback.id || '_won_fee', 'chargeback_fee', chargeback.fee_minor, chargeback.decided_at, chargeback.status = 'WON')
  ) movement (id, kind, amount_minor, at, has_happened)
  where (chargeback.opened_at between ${from} and ${to} or chargeback.decided_at between ${from} and ${to})
    and movement.has_happened
    and movement.amount_minor <> 0
    and (movement.at, movement.id) > (${after?.at ?? from}::timestamptz, ${after?.id ?? ''}::text)
    and movement.at < ${to}
  order by movement.at, movement.id
  limit ${limit}`
