/** The rule of idempotency keys: first come, first stored; the same again is replayed; another request is refused. */
import { isLockTimeout, type Tx } from '../db/transaction.ts'
import { IdempotencyInProgressError, IdempotencyKeyReusedError } from './errors.ts'
import { insertKey, type KeyName, readKey, storeAnswer } from './idempotency.sql.ts'

export type AnswerIds = Record<string, string>

/**
 * Takes the key for this request, or gives the ids of the answer that it had before.
 * Refuses with IdempotencyKeyReusedError when it belongs to another request, and with IdempotencyInProgressError while the
 * first request with it is not answered.
 */
export async function takeKey(tx: Tx, request: KeyName & { requestHash: Buffer }): Promise<AnswerIds | undefined> {
  const taken = await insertOrWait(tx, request)
  if (taken) return undefined
  const stored = await readKey(tx, request)
  if (!stored) throw new IdempotencyInProgressError()
  if (!stored.requestHash.equals(request.requestHash)) throw new IdempotencyKeyReusedError(stored.firstUsedAt)
  if (!stored.ids) throw new IdempotencyInProgressError()
  return stored.ids
}

/** Stores the answer under the key, in the transaction of what it made. */
export const completeKey = (tx: Tx, answer: KeyName & { ids: AnswerIds }): Promise<number> => storeAnswer(tx, answer)

async function insertOrWait(tx: Tx, request: KeyName & { requestHash: Buffer }): Promise<boolean> {
  try {
    return (await insertKey(tx, request)) === 1
  } catch (error) {
    // Whoever holds this row is the first request with the key, still at work.
    throw isLockTimeout(error) ? new IdempotencyInProgressError() : error
  }
}
