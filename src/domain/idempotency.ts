/** Idempotency keys: the first request stores its answer, the same request gets a replay, and another request is refused. */
import type { Statements, Writer } from '../db/statements.ts'
import { isLockTimeout, type RuleResult, type Tx } from '../db/transaction.ts'
import { IdempotencyInProgressError, IdempotencyKeyReusedError } from './errors.ts'
import { insertKey, type KeyName, readKey, storeAnswer } from './idempotency.sql.ts'

export type AnswerIds = Record<string, string>

/** A request under a key: caller, mutation, key, and the hash of the input. */
export type KeyedRequest = KeyName & { requestHash: Buffer }

/** A stored answer: the ids of the created objects, or a refusal that the same request must get again. */
export type StoredAnswer = { ids: AnswerIds; refusal: null } | { ids: null; refusal: Record<string, string | null> }

/**
 * Claims the key for this request and returns undefined, or returns the stored answer of the same request.
 * Refuses with IdempotencyKeyReusedError if the key belongs to another request, and with IdempotencyInProgressError while the first
 * request with the key has no answer.
 */
export async function takeKey(tx: Tx, request: KeyedRequest): Promise<StoredAnswer | undefined> {
  const taken = await insertOrWait(tx, request)
  if (taken) return undefined
  const answer = await readAnswer(tx, request)
  if (!answer) throw new IdempotencyInProgressError()
  return answer
}

/** Returns the time of the first use of a key, by any request; undefined for a new key. Reads committed rows without a lock. */
export const keyFirstUsedAt = async (database: Statements, key: KeyName): Promise<Date | undefined> =>
  (await readKey(database, key))?.firstUsedAt

/** Returns the stored answer of this request without claiming the key; undefined for a new key. Refuses like `takeKey`. */
export async function readAnswer(tx: Tx, request: KeyedRequest): Promise<StoredAnswer | undefined> {
  const stored = await readKey(tx, request)
  if (!stored) return undefined
  if (!stored.requestHash.equals(request.requestHash)) throw new IdempotencyKeyReusedError(stored.firstUsedAt)
  const { ids, refusal } = stored
  if (ids) return { ids, refusal: null }
  if (refusal) return { ids: null, refusal }
  throw new IdempotencyInProgressError()
}

/** Stores the ids under the key, in the transaction of the change. The first answer stays. */
export const completeKey = <Value>(tx: Writer<Value>, { ids, ...key }: KeyName & { ids: AnswerIds }): Promise<Value> =>
  storeAnswer(tx, { ...key, ids, refusal: null })

/** Stores a refusal under the key, for a request that must not be retried under the same key. */
export const refuseKey = (
  tx: Tx,
  { refusal, ...key }: KeyName & { refusal: Record<string, string | null> },
): Promise<number> => storeAnswer(tx, { ...key, ids: null, refusal })

/** Runs `answer` for the first request with the key, and commits; returns its stored ids for every later one. */
export async function answerOnce(
  tx: Tx,
  request: KeyedRequest,
  answer: () => Promise<AnswerIds>,
): Promise<RuleResult<{ ids: AnswerIds; replayed: boolean }>> {
  const stored = await takeKey(tx, request)
  if (stored) return { ids: idsOf(stored), replayed: true }
  const ids = await answer()
  const committed = await completeKey(tx.commitWith(ids), { ...request, ids })
  return committed.map((answered) => ({ ids: answered, replayed: false }))
}

function idsOf({ ids }: StoredAnswer): AnswerIds {
  if (!ids) throw new Error('The key stores a refusal, but refusals of this mutation roll back.')
  return ids
}

async function insertOrWait(tx: Tx, request: KeyedRequest): Promise<boolean> {
  try {
    return (await insertKey(tx, request)) === 1
  } catch (error) {
    // The first request with the key still holds this row.
    throw isLockTimeout(error) ? new IdempotencyInProgressError() : error
  }
}
