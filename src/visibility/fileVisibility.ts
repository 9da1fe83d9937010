/** Who may see a file, as a condition of the query: what may not be seen is not read. Asked anew at each download. */

import type { Prisma } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'
import { chatsVisibleTo } from './chatVisibility.ts'
import { isStaff, othersTasks } from './staffRights.ts'
import { visibleTasks } from './taskVisibility.ts'

/** One's own; pictures of people; and what is attached to a task, a message or a submission that one may see. */
export function visibleFiles(caller: Caller | null): Prisma.AttachmentWhereInput {
  return { OR: [...(caller ? [{ uploadedById: caller.id }] : []), { status: 'AVAILABLE', OR: attached(caller) }] }
}

function attached(caller: Caller | null): Prisma.AttachmentWhereInput[] {
  return [
    { avatarOfId: { not: null } },
    { task: visibleTasks(caller) },
    ...(caller ? [{ message: { chat: chatsVisibleTo(caller) } }, { submission: { task: submittedTo(caller) } }] : []),
  ]
}

// The tasker who handed it in has uploaded it; one who comes after them does not see it.
const submittedTo = (caller: Caller): Prisma.TaskWhereInput =>
  isStaff(caller) ? { OR: [{ posterId: caller.id }, othersTasks(caller)] } : { posterId: caller.id }
