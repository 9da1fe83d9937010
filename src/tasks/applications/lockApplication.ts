import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, NotFoundError } from '../../domain/errors.ts'
import { actsAsStaff } from '../actsAsStaff.ts'
import { type ApplicationRow, readApplication } from '../applications.sql.ts'
import { accountSuspended, notThePoster } from '../errors.ts'
import { type LockedTask, lockTaskOfApplication } from '../tasks.sql.ts'

/** The arguments of a rule in which a person acts on an application. */
export interface ApplicationAction {
  applicationId: string
  caller: Caller
  /** The version of the application. */
  expectedVersion: number | undefined
  reason: string | undefined
}

/** An application and its task. The lock on the task covers both. */
export interface LockedApplication {
  task: LockedTask
  application: ApplicationRow
}

/**
 * Locks the task of an application for the poster or the applicant. Refuses with NotFoundError callers who may not see the application,
 * and the poster while a pending application is hidden because its applicant is suspended; with ForbiddenError the other side, staff,
 * and a suspended poster.
 */
export async function lockApplication(
  tx: Tx,
  { applicationId, caller, side }: { applicationId: string; caller: Caller; side: 'poster' | 'applicant' },
): Promise<LockedApplication> {
  const task = await lockTaskOfApplication(tx, { applicationId })
  const application = task && (await readApplication(tx, { applicationId }))
  if (!application) throw NotFoundError.of('app', applicationId)
  const isApplicant = application.applicantId === caller.id
  const isHidden = application.status === 'PENDING' && application.applicantSuspended
  const isPoster = task.posterId === caller.id && !isHidden
  if (!isPoster && !isApplicant && !(await actsAsStaff(tx, { taskId: task.id, caller })))
    throw NotFoundError.of('app', applicationId)
  if (side === 'applicant' && !isApplicant) throw new ForbiddenError('Only the person who applied can do this.')
  if (side === 'poster' && !isPoster) throw notThePoster()
  if (isPoster && task.posterSuspended) throw accountSuspended()
  return { task, application }
}
