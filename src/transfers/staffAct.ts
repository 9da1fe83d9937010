/** The parts that all actions of finance staff on money share. */

import { recordAudit } from '../audit/audit.ts'
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

/** Refuses with ForbiddenError if the task is the caller's own matter: staff have no powers in a conflict of interest. */
export async function refuseOwnMatter(tx: Tx, { id: taskId }: { id: string }, caller: Caller): Promise<void> {
  if (await actsAsStaff(tx, { taskId, caller })) return
  throw new ForbiddenError('You have a conflict of interest in this task. Another member of staff has to do this.')
}

/** Records in the audit log who did what to which object, and why. */
export const auditStaffAct = (
  tx: Tx,
  { caller, reason, requestId }: StaffAct,
  record: { action: `${string}.${string}`; subject: { prefix: IdPrefix; id: string }; at: Date },
): Promise<void> => recordAudit(tx, { ...record, actorId: caller.id, reason, requestId })
