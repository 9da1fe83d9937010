/** The terms of a task, to which an applicant agrees. The mode and the invitee are not terms: they decide only who may apply. */
import type { TaskApplication } from '../db/generated/client.ts'
import { isSameMoney } from '../domain/money.ts'
import { budgetOf, TermsChangedError } from './errors.ts'
import type { TaskContent, TaskRow } from './tasks.sql.ts'

type Coordinate = string | null

/** True if the update changes the terms. Attachments are terms too; `updateTask` compares them when it replaces them. */
export const haveTermsChanged = (before: TaskContent, after: TaskContent): boolean =>
  before.title !== after.title ||
  before.description !== after.description ||
  before.categoryId !== after.categoryId ||
  !isSameMoney(budgetOf(before), budgetOf(after)) ||
  before.deadline?.getTime() !== after.deadline?.getTime() ||
  before.locationLabel !== after.locationLabel ||
  !isSameCoordinate(before.latitude, after.latitude) ||
  !isSameCoordinate(before.longitude, after.longitude) ||
  before.remote !== after.remote

/** True if the terms have changed since the applicant agreed to them. */
export const isOutdated = (
  { taskVersion }: Pick<TaskApplication, 'taskVersion'>,
  { termsVersion }: Pick<TaskRow, 'termsVersion'>,
): boolean => taskVersion < termsVersion

/** Refuses to bind an applicant to terms that they have not agreed to. */
export function refuseOutdated(
  application: Pick<TaskApplication, 'id' | 'taskVersion'>,
  task: Pick<TaskRow, 'termsVersion'>,
): void {
  if (isOutdated(application, task)) throw new TermsChangedError(application.id)
}

// The database pads coordinates to six digits.
const isSameCoordinate = (one: Coordinate, other: Coordinate): boolean =>
  one === other || (one !== null && other !== null && Number(one) === Number(other))
