import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { ForbiddenError, NotFoundError } from '../../domain/errors.ts'
import { actsAsStaff } from '../actsAsStaff.ts'
import { type ApplicationRow, readApplication } from '../applications.sql.ts'
import { accountSuspended, notThePoster } from '../errors.ts'
import { type LockedTask, lockTaskOfApplication } from '../tasks.sql.ts'

/** What a person does with an application, and why. */
export interface ApplicationAction {
  applicationId: string
  caller: Caller
  /** Of the application. */
  expectedVersion: number | undefined
  reason: string | undefined
}

/** An application, and its task, whose lock covers both. */
export interface LockedApplication {
  task: LockedTask
  application: ApplicationRow
}

/**
 * Locks the task of an application for one side of it. Refuses with NotFoundError whoever may not see the application, and the
 * poster too while a suspended applicant's waits; with ForbiddenError whoever sees it from another side.
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
