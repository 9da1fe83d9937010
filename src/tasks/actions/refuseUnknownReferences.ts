import type { Tx } from '../../db/transaction.ts'
import { NotFoundError } from '../../domain/errors.ts'
import { readReferences } from '../tasks.sql.ts'

/** Refuses an unknown category or invitee with NotFoundError; a suspended person cannot be invited. */
export async function refuseUnknownReferences(
  tx: Tx,
  { categoryId, inviteeId }: { categoryId: string | null; inviteeId: string | null },
): Promise<void> {
  if (categoryId === null && inviteeId === null) return
  const found = await readReferences(tx, { categoryId, inviteeId })
  if (categoryId !== null && !found?.hasCategory) throw NotFoundError.of('cat', categoryId)
  if (inviteeId !== null && !found?.hasInvitee) throw NotFoundError.of('usr', inviteeId)
}
