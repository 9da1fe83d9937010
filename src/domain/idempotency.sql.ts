import type { Statements, Writer } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'

export interface KeyName {
  callerId: string
  mutation: string
  key: string
}

interface StoredKey {
  requestHash: Buffer
  firstUsedAt: Date
  ids: Record<string, string> | null
  refusal: Record<string, string | null> | null
}

export const insertKey = (tx: Tx, key: KeyName & { requestHash: Buffer }) => tx.run`
  /* insertKey */
  insert into idempotency_keys (caller_id, mutation, key, request_hash, first_used_at)
  values (${key.callerId}, ${key.mutation}, ${key.key}, ${key.requestHash}, errand_now())
  on conflict do nothing`

export const readKey = (database: Statements, { callerId, mutation, key }: KeyName) => database.row<StoredKey>`
  /* readKey */
  select request_hash, first_used_at, ids, refusal
  from idempotency_keys
  where caller_id = ${callerId}
    and mutation = ${mutation}
    and key = ${key}`

/** Stores the answer, ids or a refusal, unless the key has one already. Touches one row, or none. */
export const storeAnswer = <Value>(
  tx: Writer<Value>,
  {
    callerId,
    mutation,
    key,
    ids,
    refusal,
  }: KeyName & { ids: Record<string, string> | null; refusal: Record<string, string | null> | null },
) => tx.run`
  /* storeAnswer */
  update idempotency_keys
  set ids = ${ids && JSON.stringify(ids)},
    refusal = ${refusal && JSON.stringify(refusal)}
  where caller_id = ${callerId}
    and mutation = ${mutation}
    and key = ${key}
    and ids is null
    and refusal is null`
