import type { Statements } from '../db/statements.ts'
import { readEvidenceOf } from './attachments.sql.ts'
import { type FileStore, StoreUnavailableError } from './store/store.ts'

/** A stored file that is read when it is sent. */
interface StoredEvidence {
  name: string
  contentType: string
  byteSize: bigint
  open(): Promise<AsyncIterable<Uint8Array>>
}

/** The files of a chargeback in the order of their upload, as streams from the store. */
export async function evidenceOf(
  { database, store }: { database: Statements; store: FileStore },
  { chargebackId }: { chargebackId: string },
): Promise<StoredEvidence[]> {
  const files = await readEvidenceOf(database, { chargebackId })
  return files.map(({ id, filename, contentType, byteSize }) => ({
    name: filename,
    contentType,
    byteSize,
    open: async () => {
      const bytes = await store.read(id)
      if (!bytes) throw new StoreUnavailableError(new Error('A file of evidence has no bytes.'))
      return bytes
    },
  }))
}
