import type { SlowOperation } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'

export const insertSlowOperations = (tx: Tx, { operations }: { operations: readonly SlowOperation[] }) => tx.run`
  /* insertSlowOperations */
  insert into slow_operations (
    id, at, operation_name, document_hash, duration_ms, sql_count, sql_ms, pool_wait_ms, event_loop_delay_ms, error_count,
    request_id, viewer_id
  )
  select
    id, at, operation_name, document_hash, duration_ms, sql_count, sql_ms, pool_wait_ms, event_loop_delay_ms, error_count,
    request_id, viewer_id
  from unnest(
    ${operations.map(({ id }) => id)}::uuid[],
    ${operations.map(({ at }) => at)}::timestamptz[],
    ${operations.map(({ operationName }) => operationName)}::text[],
    ${operations.map(({ documentHash }) => documentHash)}::text[],
    ${operations.map(({ durationMs }) => durationMs)}::integer[],
    ${operations.map(({ sqlCount }) => sqlCount)}::integer[],
    ${operations.map(({ sqlMs }) => sqlMs)}::integer[],
    ${operations.map(({ poolWaitMs }) => poolWaitMs)}::integer[],
    ${operations.map(({ eventLoopDelayMs }) => eventLoopDelayMs)}::integer[],
    ${operations.map(({ errorCount }) => errorCount)}::integer[],
    ${operations.map(({ requestId }) => requestId)}::text[],
    ${operations.map(({ viewerId }) => viewerId)}::uuid[]
  ) as operation (
    id, at, operation_name, document_hash, duration_ms, sql_count, sql_ms, pool_wait_ms, event_loop_delay_ms, error_count,
    request_id, viewer_id
  )`

export const deleteSlowOperationsBeyond = (tx: Tx, { kept }: { kept: number }) => tx.run`
  /* deleteSlowOperationsBeyond */
  delete from slow_operations
  where (at, id) <= (
    select at, id
    from slow_operations
    order by at desc, id desc
    limit 1
    offset ${kept}::integer
  )`
