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
  /** The checksum that the client declared. */
  sha256: string | undefined
  key: string | undefined
  /** The hash of the input as sent, without the file. */
  inputHash: () => Buffer
}

interface UploadServices {
  database: Database
  files: Pick<Files, 'store' | 'limits'>
}

const MUTATION = 'uploadFile'

/**
 * Streams a file from the connection through its inspection into the store, and then records it in one short transaction, so that
 * no transaction waits for a sender. A file sent again under its idempotency key is read and compared, and stored once.
 * Refuses with FileRejectedError, and with IdempotencyKeyReusedError if other bytes are sent under the key.
 */
export async function uploadFile(
  server: UploadServices,
  upload: Upload,
): Promise<{ attachmentId: string; replayed: boolean }> {
  const { callerId, key } = upload
  const keyName = key === undefined ? undefined : { callerId, mutation: MUTATION, key }
  const firstUsedAt = keyName && (await keyFirstUsedAt(server.database, keyName))
  if (firstUsedAt) return replay(server, upload, firstUsedAt)
  return storeNew(server, upload)
}

async function storeNew(
  { database, files }: UploadServices,
  upload: Upload,
): Promise<{ attachmentId: string; replayed: boolean }> {
  const { store, limits } = files
  const id = newId()
  const arrived = await upload.file.arrive()
  const facts = await inspect(arrived, { ...upload, limits }, (bytes) => store.write(id, bytes))
  try {
    const answer = await withTransaction(database, (tx) =>
      recordFile(tx, { id, upload, facts, filename: arrived.filename }),
    )
    if (answer.attachmentId !== id) await store.remove(id)
    return answer
  } catch (error) {
    // After a lost connection the outcome of the commit is unknown; the sweep removes the bytes if there is no row.
    if (isRolledBack(error)) await store.remove(id)
    throw error
  }
}

async function recordFile(
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

/** Reads a file that was sent again, and returns the first result if the file is the same. */
async function replay(
  server: UploadServices,
  upload: Upload,
  firstUsedAt: Date,
): Promise<{ attachmentId: string; replayed: boolean }> {
  const { limits } = server.files
  const arrived = await upload.file.arrive()
  try {
    const facts = await inspect(arrived, { ...upload, limits }, readToEnd)
    return await withTransaction(server.database, (tx) =>
      recordFile(tx, { id: newId(), upload, facts, filename: arrived.filename }),
    )
  } catch (error) {
    // The first file was accepted, so a file that is rejected is a different one.
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
