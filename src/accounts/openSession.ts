import type { Role } from '../db/generated/enums.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { insertSession } from './sessions.sql.ts'
import type { ProvenSession } from './tokens.ts'

// Enough to know a device again; some browsers say far more.
const USER_AGENT_LENGTH_MAX = 255

/** A new session of a person who has just proved who they are. */
export async function openSession(
  tx: Tx,
  { userId, roles, userAgent }: { userId: string; roles: readonly Role[]; userAgent: string | null },
): Promise<ProvenSession> {
  const sessionId = newId()
  await insertSession(tx, { id: sessionId, userId, userAgent: userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null })
  return { caller: { id: userId, roles, sessionId }, generation: 1 }
}
