/** What every act of finance staff on money has in common. */

import { recordAudit } from '../accounts/administration/audit.ts'
import type { IdPrefix } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { actsAsStaff } from '../tasks/actsAsStaff.ts'

export interface StaffAct {
  caller: Caller
  reason: string
  requestId: string
}

/** Staff are people too, but never with their powers on a task that is their own matter. Refuses with ForbiddenError. */
export async function refuseOwnMatter(tx: Tx, { id: taskId }: { id: string }, caller: Caller): Promise<void> {
  if (await actsAsStaff(tx, { taskId, caller })) return
  throw new ForbiddenError('This task is your own matter. Somebody else of the staff has to do this.')
}

/** Writes down who did what to which object, and why. */
export const auditStaffAct = (
  tx: Tx,
  { caller, reason, requestId }: StaffAct,
  deed: { action: `${string}.${string}`; subject: { prefix: IdPrefix; id: string }; at: Date },
): Promise<void> => recordAudit(tx, { ...deed, actorId: caller.id, reason, requestId })
