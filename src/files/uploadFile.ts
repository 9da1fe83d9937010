import { createHash } from 'node:crypto'
import type { Database } from '../db/client.ts'
import type { FilePurpose } from '../db/generated/enums.ts'
import { newId } from '../db/ids.ts'
import { mapResult, type RuleResult, sqlState, type Tx, withTransaction } from '../db/transaction.ts'
import { DomainError, IdempotencyKeyReusedError } from '../domain/errors.ts'
import { answerOnce, keyFirstUsedAt } from '../domain/idempotency.ts'
import type { Batch, IncomingFile } from '../domain/incomingFile.ts'
import { insertAttachment } from './attachments.sql.ts'
import { FileRejectedError } from './errors.ts'
import type { Files } from './files.ts'
import { cleanFilename } from './inspection/filename.ts'
import { type FileFacts, inspect } from './inspection/inspection.ts'

export interface Upload {
  callerId: string
  file: IncomingFile
  purpose: FilePurpose
  /** What the client says that the checksum is. */
  sha256: string | undefined
  key: string | undefined
  /** The hash of the input as sent, in which the file is not. */
  inputHash: () => Buffer
}

interface Server {
  database: Database
  files: Pick<Files, 'store' | 'limits'>
}

const MUTATION = 'uploadFile'

/**
 * Takes a file: from the connection through its inspection into the store, and then, in one short transaction, into the books.
 * No transaction waits for a sender. What is sent again under its key is read and compared, and kept once.
 * Refuses with FileRejectedError, and IdempotencyKeyReusedError when other bytes come under the key.
 */
export async function uploadFile(server: Server, upload: Upload): Promise<{ attachmentId: string; replayed: boolean }> {
  const { callerId, key } = upload
  const keyName = key === undefined ? undefined : { callerId, mutation: MUTATION, key }
  const firstUsedAt = keyName && (await keyFirstUsedAt(server.database, keyName))
  if (firstUsedAt) return compare(server, upload, firstUsedAt)
  return take(server, upload)
}

async function take({ database, files }: Server, upload: Upload): Promise<{ attachmentId: string; replayed: boolean }> {
  const { store, limits } = files
  const id = newId()
  const arrived = await upload.file.arrive()
  const facts = await inspect(arrived, { ...upload, limits }, (bytes) => store.write(id, bytes))
  try {
    const answer = await withTransaction(database, (tx) =>
      record(tx, { id, upload, facts, filename: arrived.filename }),
    )
    if (answer.attachmentId !== id) await store.remove(id)
    return answer
  } catch (error) {
    // After a lost connection it is unknown whether it was committed: the sweeper sees which it was.
    if (isRolledBack(error)) await store.remove(id)
    throw error
  }
}

async function record(
  tx: Tx,
  { id, upload, facts, filename }: { id: string; upload: Upload; facts: FileFacts; filename: string | undefined },
): Promise<RuleResult<{ attachmentId: string; replayed: boolean }>> {
  const { callerId, purpose, key } = upload
  const insert = async () => {
    const { contentType, byteSize, sha256 } = facts
    const name = cleanFilename(filename, contentType)
    const file = {
      id,
      uploadedById: callerId,
      purpose,
      filename: name,
      contentType,
      byteSize: BigInt(byteSize),
      sha256,
    }
    await insertAttachment(tx, file)
    return { attachmentId: id }
  }
  if (key === undefined) return { ...(await insert()), replayed: false }
  const request = { callerId, mutation: MUTATION, key, requestHash: hashOf(upload, facts) }
  return mapResult(await answerOnce(tx, request, insert), ({ ids, replayed }) => ({
    attachmentId: ids.attachmentId ?? id,
    replayed,
  }))
}

/** Reads what was sent again, and gives the first answer when it is the same. */
async function compare(
  server: Server,
  upload: Upload,
  firstUsedAt: Date,
): Promise<{ attachmentId: string; replayed: boolean }> {
  const { limits } = server.files
  const arrived = await upload.file.arrive()
  try {
    const facts = await inspect(arrived, { ...upload, limits }, readToEnd)
    return await withTransaction(server.database, (tx) =>
      record(tx, { id: newId(), upload, facts, filename: arrived.filename }),
    )
  } catch (error) {
    // The first one was taken, so one that is not is another.
    throw error instanceof FileRejectedError && error.code !== 'FILE_TRUNCATED'
      ? new IdempotencyKeyReusedError(firstUsedAt)
      : error
  }
}

function isRolledBack(error: unknown): boolean {
  const state = sqlState(error)
  return error instanceof DomainError || (state !== undefined && !/^(08|57P)/.test(state))
}

async function readToEnd(bytes: AsyncIterable<Batch>): Promise<void> {
  for await (const _batch of bytes);
}

const hashOf = ({ inputHash }: Upload, { sha256 }: FileFacts): Buffer =>
  createHash('sha256').update(inputHash()).update(sha256).digest()
