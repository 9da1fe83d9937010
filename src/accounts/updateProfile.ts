import type { PublicId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { replaceFiles } from '../files/attachFiles.ts'
import { setDisplayName, setLocale, setTimeZone } from './users.sql.ts'

interface ProfileChange {
  callerId: string
  displayName: string | undefined
  avatarId?: PublicId | null | undefined
  locale: string | undefined
  timeZone: string | undefined
}

/**
 * Changes the profile of the caller. An absent field stays as it is; null removes the picture. Refuses a picture that is not
 * the caller's or is already in use with NotFoundError, and one that was uploaded for another purpose with ValidationError.
 */
export async function updateProfile(
  tx: Tx,
  { callerId, displayName, avatarId, locale, timeZone }: ProfileChange,
): Promise<void> {
  if (avatarId !== undefined) {
    await replaceFiles(tx, {
      ids: avatarId === null ? [] : [avatarId],
      uploaderId: callerId,
      to: { avatarOfId: callerId },
    })
  }
  if (displayName !== undefined) await setDisplayName(tx, { userId: callerId, displayName })
  if (locale !== undefined) await setLocale(tx, { userId: callerId, locale })
  if (timeZone !== undefined) await setTimeZone(tx, { userId: callerId, timeZone })
}
