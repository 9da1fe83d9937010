/** The rule of idempotency keys: first come, first stored; the same again is replayed; another request is refused. */
import type { Statements, Writer } from '../db/statements.ts'
import { isLockTimeout, type RuleResult, type Tx } from '../db/transaction.ts'
import { IdempotencyInProgressError, IdempotencyKeyReusedError } from './errors.ts'
import { insertKey, type KeyName, readKey, storeAnswer } from './idempotency.sql.ts'

export type AnswerIds = Record<string, string>

/** A request under a key: who asked for what, and the hash of how. */
export type KeyedRequest = KeyName & { requestHash: Buffer }

/** What was answered: the ids of what was made, or a refusal that the same request must get again. */
export type StoredAnswer = { ids: AnswerIds; refusal: null } | { ids: null; refusal: Record<string, string | null> }

/**
 * Takes the key for this request, or gives the answer that it had before.
 * Refuses with IdempotencyKeyReusedError when it belongs to another request, and with IdempotencyInProgressError while the
 * first request with it is not answered.
 */
export async function takeKey(tx: Tx, request: KeyedRequest): Promise<StoredAnswer | undefined> {
  const taken = await insertOrWait(tx, request)
  if (taken) return undefined
  const answer = await readAnswer(tx, request)
  if (!answer) throw new IdempotencyInProgressError()
  return answer
}

/** When this key was first used, whoever uses it now; undefined when it is new. What is committed by then, without a lock. */
export const keyFirstUsedAt = async (database: Statements, key: KeyName): Promise<Date | undefined> =>
  (await readKey(database, key))?.firstUsedAt

/** The answer that this request had before, without taking the key; undefined when it is new. Refuses as `takeKey` does. */
export async function readAnswer(tx: Tx, request: KeyedRequest): Promise<StoredAnswer | undefined> {
  const stored = await readKey(tx, request)
  if (!stored) return undefined
  if (!stored.requestHash.equals(request.requestHash)) throw new IdempotencyKeyReusedError(stored.firstUsedAt)
  const { ids, refusal } = stored
  if (ids) return { ids, refusal: null }
  if (refusal) return { ids: null, refusal }
  throw new IdempotencyInProgressError()
}

/** Stores the answer under the key, in the transaction of what it made. What was answered first stays the answer. */
export const completeKey = <Value>(tx: Writer<Value>, { ids, ...key }: KeyName & { ids: AnswerIds }): Promise<Value> =>
  storeAnswer(tx, { ...key, ids, refusal: null })

/** Stores a refusal under the key, for a request that must not be tried again under it. */
export const refuseKey = (
  tx: Tx,
  { refusal, ...key }: KeyName & { refusal: Record<string, string | null> },
): Promise<number> => storeAnswer(tx, { ...key, ids: null, refusal })

/** Answers a request once, in one transaction, which ends with it: the first time by `answer`, ever after by the ids that it gave. */
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
  if (!ids) throw new Error('A refusal is stored under a key whose refusals roll back.')
  return ids
}

async function insertOrWait(tx: Tx, request: KeyedRequest): Promise<boolean> {
  try {
    return (await insertKey(tx, request)) === 1
  } catch (error) {
    // Whoever holds this row is the first request with the key, still at work.
    throw isLockTimeout(error) ? new IdempotencyInProgressError() : error
  }
}
