/** Visibility of applications: the poster sees all of a task, an applicant their own, FINANCE and ADMIN those of others' tasks. */
import type { Prisma } from '../db/generated/client.ts'
import { perViewerConstant } from '../db/queryHints.ts'
import type { Caller } from '../domain/caller.ts'
import { isStaff, othersTasks } from './staffRights.ts'

/** The applications that `caller` may see. A pending application of a suspended applicant is hidden from the poster. */
export const visibleApplications = perViewerConstant<Caller, Prisma.TaskApplicationWhereInput>((caller) => {
  if (!caller) return { id: { in: [] } }
  return {
    OR: [
      { applicantId: caller.id },
      { task: { posterId: caller.id }, status: { not: 'PENDING' } },
      { task: { posterId: caller.id }, applicant: { suspendedAt: null } },
      ...(isStaff(caller) ? [{ task: othersTasks(caller) }] : []),
    ],
  }
})
