import type { Tx } from '../../db/transaction.ts'
import { setWithdrawn } from '../applications.sql.ts'
import { refuseStaleVersion } from '../errors.ts'
import { refuseUnlessApplicationAllows } from './applicationStatus.ts'
import { type ApplicationAction, lockApplication } from './lockApplication.ts'
import { recordApplicationEvent } from './recordApplicationEvent.ts'

/**
 * An applicant withdraws their pending application. They can apply again while the task is open.
 * Refuses with NotFoundError, ForbiddenError, StaleVersionError and IllegalTransitionError, in this order.
 */
export async function withdrawApplication(
  tx: Tx,
  { applicationId, caller, expectedVersion, reason }: ApplicationAction,
): Promise<{ applicationId: string }> {
  const { task, application } = await lockApplication(tx, { applicationId, caller, side: 'applicant' })
  refuseStaleVersion('application', application, expectedVersion)
  refuseUnlessApplicationAllows(application.status, 'withdrawApplication')
  await setWithdrawn(tx, { applicationId })
  const withdrawn = { task, applicantId: caller.id, at: task.now, actorId: caller.id, reason }
  await recordApplicationEvent(tx, { type: 'task.application_withdrawn', ...withdrawn })
  return { applicationId }
}
