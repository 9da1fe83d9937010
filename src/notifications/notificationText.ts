/** The text of a notification, written at each reading: in the language of its person, and only of what they may see now. */
import type { ChatKind, EventKind } from '../db/generated/enums.ts'
import type { Caller } from '../domain/caller.ts'
import { seesChat } from '../visibility/chatVisibility.ts'
import { seesTask, TASK_SELECT, type TaskKey } from '../visibility/taskVisibility.ts'
import type { NotificationText, Words } from './languages/language.ts'
import { notificationLanguageOf } from './languages/languages.ts'

const TITLED = { ...TASK_SELECT, title: true } as const

/** The columns and relations that the text and the subject need. */
export const SUBJECT_SELECT = {
  words: true,
  user: { select: { locale: true } },
  event: {
    select: {
      kind: true,
      task: { select: TITLED },
      chat: { select: { id: true, kind: true, subject: true } },
      transfer: { select: { id: true, destinationId: true } },
    },
  },
} as const

/** The subject of the event of a notification. */
export interface NotificationSubject {
  kind: EventKind
  task: (TaskKey & { title: string }) | null
  chat: { id: string; kind: ChatKind; subject: string | null } | null
  transfer: { id: string; destinationId: string } | null
}

type Viewing = Parameters<typeof seesTask>[0] & Parameters<typeof seesChat>[0] & { caller: Caller | null }

/** True if the viewer may see the task, chat or transfer now. The parties of a transfer, who alone are told of it, see it for ever. */
export async function seesSubject(
  viewing: Viewing,
  { kind, task, chat, transfer }: NotificationSubject,
): Promise<boolean> {
  if (kind === 'CHAT') return chat !== null && seesChat(viewing, chat)
  if (kind === 'TASK') return task !== null && seesTask(viewing, task)
  const viewerId = viewing.caller?.id
  return viewerId !== undefined && (transfer?.destinationId === viewerId || task?.posterId === viewerId)
}

/** The type and key of the subject, as a node. */
export function subjectKeyOf({ kind, task, chat, transfer }: NotificationSubject): { typename: string; id: string } {
  if (kind === 'CHAT' && chat) return { typename: chat.kind === 'TASK' ? 'TaskChat' : 'SupportChat', id: chat.id }
  if (kind === 'TRANSFER' && transfer) return { typename: 'Transfer', id: transfer.id }
  if (!task) throw new Error('The event of a notification has no subject.')
  return { typename: 'Task', id: task.id }
}

/** Returns the text. */
export async function textOfNotification(
  viewing: Viewing,
  { words, user, event }: { words: string; user: { locale: string }; event: NotificationSubject },
): Promise<NotificationText> {
  const language = notificationLanguageOf(user.locale)
  if (!(await seesSubject(viewing, event))) return language.hidden
  const title = event.chat?.kind === 'SUPPORT' ? event.chat.subject : (event.task?.title ?? null)
  return language.words[words as Words]({ title })
}
