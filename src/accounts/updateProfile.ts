import type { Tx } from '../db/transaction.ts'
import { setDisplayName } from './users.sql.ts'

/** Changes what others see of the caller; what is absent stays. */
export async function updateProfile(
  tx: Tx,
  { callerId, displayName }: { callerId: string; displayName: string | undefined },
): Promise<void> {
  if (displayName !== undefined) await setDisplayName(tx, { userId: callerId, displayName })
}
