import type { Tx } from '../../db/transaction.ts'
import { setRejected } from '../applications.sql.ts'
import { refuseStaleVersion } from '../errors.ts'
import { refuseUnlessApplicationAllows } from './applicationStatus.ts'
import { type ApplicationAction, lockApplication } from './lockApplication.ts'
import { recordApplicationEvent } from './recordApplicationEvent.ts'

/**
 * The poster rejects a pending application. Its applicant cannot apply to the task again.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError and IllegalTransitionError, in this order.
 */
export async function rejectApplication(
  tx: Tx,
  { applicationId, caller, expectedVersion, reason }: ApplicationAction,
): Promise<{ applicationId: string }> {
  const { task, application } = await lockApplication(tx, { applicationId, caller, side: 'poster' })
  refuseStaleVersion('application', application, expectedVersion)
  refuseUnlessApplicationAllows(application.status, 'rejectApplication')
  await setRejected(tx, { applicationId })
  const rejected = { task, applicantId: application.applicantId, at: task.now, actorId: caller.id, reason }
  await recordApplicationEvent(tx, { type: 'task.application_rejected', ...rejected })
  return { applicationId }
}
