import type { PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { replaceFiles } from '../files/attachFiles.ts'
import { setDisplayName } from './users.sql.ts'

/**
 * Changes the public profile of the caller. An absent field stays as it is; null removes the picture. Refuses a picture that is not
 * the caller's or is already in use with NotFoundError, and one that was uploaded for another purpose with ValidationError.
 */
export async function updateProfile(
  tx: Tx,
  {
    callerId,
    displayName,
    avatarId,
  }: { callerId: string; displayName: string | undefined; avatarId: PublicId | null | undefined },
): Promise<void> {
  if (avatarId !== undefined) {
    await replaceFiles(tx, {
      ids: avatarId === null ? [] : [avatarId],
      uploaderId: callerId,
      to: { avatarOfId: callerId },
    })
  }
  if (displayName !== undefined) await setDisplayName(tx, { userId: callerId, displayName })
}
