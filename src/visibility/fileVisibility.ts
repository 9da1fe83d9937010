/** Visibility of files, as a query condition, so that invisible rows are never read. Each download checks it again. */

import type { Prisma } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { visibleChargebacks } from './chargebackVisibility.ts'
import { chatsVisibleTo } from './chatVisibility.ts'
import { visibleDisputes } from './disputeVisibility.ts'
import { isStaff, othersTasks } from './staffRights.ts'
import { visibleTasks } from './taskVisibility.ts'

/** The files that `caller` may see: their own, avatars, and those of tasks, messages, submissions, disputes and chargebacks that they may see. */
export function visibleFiles(caller: Caller | null): Prisma.AttachmentWhereInput {
  return { OR: [...(caller ? [{ uploadedById: caller.id }] : []), { status: 'AVAILABLE', OR: attached(caller) }] }
}

function attached(caller: Caller | null): Prisma.AttachmentWhereInput[] {
  return [
    { avatarOfId: { not: null } },
    { task: visibleTasks(caller) },
    ...(caller
      ? [
          { message: { chat: chatsVisibleTo(caller) } },
          { submission: { task: submittedTo(caller) } },
          { dispute: visibleDisputes(caller) },
          { chargeback: visibleChargebacks(caller) },
        ]
      : []),
  ]
}

// The tasker who submitted the work sees their own uploads; a later tasker must not see them.
const submittedTo = (caller: Caller): Prisma.TaskWhereInput =>
  isStaff(caller) ? { OR: [{ posterId: caller.id }, othersTasks(caller)] } : { posterId: caller.id }
