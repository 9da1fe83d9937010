import { columnsOf } from '../db/columns.ts'
import type { ReconciliationDifference } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'

const DIFFERENCE = columnsOf('ReconciliationDifference')

/** A difference as a run finds it. */
export type FoundDifference = Pick<
  ReconciliationDifference,
  | 'id'
  | 'kind'
  | 'source'
  | 'occurredAt'
  | 'subjectType'
  | 'subjectId'
  | 'taskId'
  | 'providerReference'
  | 'oursMinor'
  | 'oursCurrency'
  | 'theirsMinor'
  | 'theirsCurrency'
>

/** Inserts differences, or finds them again: one that had settled itself is open again; one that a person settled stays as it is. */
export const saveDifferences = (tx: Tx, found: readonly FoundDifference[]) => tx.run`
  /* saveDifferences */
  insert into reconciliation_differences (
    id, kind, source, occurred_at, subject_type, subject_id, task_id, provider_reference, ours_minor, ours_currency, theirs_minor,
    theirs_currency, found_at, last_found_at
  )
  select
    found.id, found.kind, found.source, found.occurred_at, found.subject_type, found.subject_id, found.task_id,
    found.provider_reference, found.ours_minor, found.ours_currency, found.theirs_minor, found.theirs_currency, clock.now, clock.now
  from unnest(
    ${found.map(({ id }) => id)}::uuid[],
    ${found.map(({ kind }) => kind)}::difference_kind[],
    ${found.map(({ source }) => source)}::text[],
    ${found.map(({ occurredAt }) => occurredAt)}::timestamptz[],
    ${found.map(({ subjectType }) => subjectType)}::text[],
    ${found.map(({ subjectId }) => subjectId)}::uuid[],
    ${found.map(({ taskId }) => taskId)}::uuid[],
    ${found.map(({ providerReference }) => providerReference)}::text[],
    ${found.map(({ oursMinor }) => oursMinor)}::bigint[],
    ${found.map(({ oursCurrency }) => oursCurrency)}::text[],
    ${found.map(({ theirsMinor }) => theirsMinor)}::bigint[],
    ${found.map(({ theirsCurrency }) => theirsCurrency)}::text[]
  ) found (
    id, kind, source, occurred_at, subject_type, subject_id, task_id, provider_reference, ours_minor, ours_currency, theirs_minor,
    theirs_currency
  )
  cross join (select errand_now() as now) clock
  order by found.kind, found.source
  on conflict (kind, source) do update
  set last_found_at = excluded.last_found_at,
    settled_at = null,
    subject_type = excluded.subject_type,
    subject_id = excluded.subject_id,
    task_id = excluded.task_id,
    provider_reference = excluded.provider_reference,
    ours_minor = excluded.ours_minor,
    ours_currency = excluded.ours_currency,
    theirs_minor = excluded.theirs_minor,
    theirs_currency = excluded.theirs_currency
  where reconciliation_differences.settled_by_id is null`

export const insertFindings = (
  tx: Tx,
  { reconciliationId, found }: { reconciliationId: string; found: readonly FoundDifference[] },
) => tx.run`
  /* insertFindings */
  insert into reconciliation_findings (reconciliation_id, difference_id)
  select ${reconciliationId}::uuid, difference.id
  from unnest(
    ${found.map(({ kind }) => kind)}::difference_kind[],
    ${found.map(({ source }) => source)}::text[]
  ) found (kind, source)
  join reconciliation_differences difference on difference.kind = found.kind and difference.source = found.source
  on conflict do nothing`

/** Settles the open differences of a span that were last found before this time. */
export const settleOutdatedDifferences = (
  tx: Tx,
  span: { from: Date; to: Date; foundBefore: Date; at: Date },
) => tx.run`
  /* settleOutdatedDifferences */
  update reconciliation_differences
  set settled_at = ${span.at}
  where settled_at is null
    and occurred_at >= ${span.from}
    and occurred_at < ${span.to}
    and last_found_at < ${span.foundBefore}`

export const lockDifference = (tx: Tx, { differenceId }: { differenceId: string }) => tx.row<ReconciliationDifference>`
  /* lockDifference */
  select ${DIFFERENCE}
  from reconciliation_differences
  where id = ${differenceId}
  for update`

export const setSettled = (
  tx: Tx,
  { differenceId, ...settled }: { differenceId: string; at: Date; settledById: string; note: string },
) => tx.run`
  /* setSettled */
  update reconciliation_differences
  set settled_at = ${settled.at},
    settled_by_id = ${settled.settledById},
    note = ${settled.note}
  where id = ${differenceId}`
