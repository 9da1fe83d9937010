/** What every act of finance staff on money has in common. */

import { recordAudit } from '../accounts/audit.ts'
import type { IdPrefix } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError } from '../domain/errors.ts'
import type { TaskRow } from '../tasks/tasks.sql.ts'

export interface StaffAct {
  caller: Caller
  reason: string
  requestId: string
}

/** Staff are people too, but never with their powers on a task of their own. Refuses with ForbiddenError. */
export function refuseOwnCase({ posterId, assigneeId }: TaskRow, { id }: Caller, taskerId?: string): void {
  if (![posterId, assigneeId, taskerId].includes(id)) return
  throw new ForbiddenError('You are a party to this task. Somebody else of the staff has to do this.')
}

/** Writes down who did what to which object, and why. */
export const auditStaffAct = (
  tx: Tx,
  { caller, reason, requestId }: StaffAct,
  deed: { action: `${string}.${string}`; subject: { prefix: IdPrefix; id: string }; at: Date },
): Promise<void> => recordAudit(tx, { ...deed, actorId: caller.id, reason, requestId })
