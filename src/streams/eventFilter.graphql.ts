/** Which events a client asks for. */
import { type NodeType, type PublicId, parsePublicId } from '../db/ids.ts'
import { isEventType } from '../events/eventTypes.ts'
import { builder } from '../graphql/builder.ts'
import { badInput } from '../graphql/pagination.ts'
import type { EventFilter, Subject } from './eventFilter.ts'

export const EventFilterInput = builder.inputType('EventFilter', {
  description: 'Which events are wanted. What is left out does not matter.',
  fields: (t) => ({
    types: t.stringList({ description: 'Only of these types, e.g. `task.accepted`.' }),
    subjectId: t.id({ description: 'Only what happened to this task, chat or transfer.' }),
  }),
})

const SUBJECTS: Partial<Record<NodeType, Pick<Subject, 'kind' | 'column'>>> = {
  Task: { kind: 'TASK', column: 'taskId' },
  TaskChat: { kind: 'CHAT', column: 'chatId' },
  SupportChat: { kind: 'CHAT', column: 'chatId' },
  Transfer: { kind: 'TRANSFER', column: 'transferId' },
}

type Given = { types?: string[] | null | undefined; subjectId?: PublicId | null | undefined }

/** Refuses with BAD_USER_INPUT a type that there is not: the reader would wait for it in vain. */
export function readFilter(given: Given | null | undefined): EventFilter {
  const unknown = given?.types?.find((type) => !isEventType(type))
  if (unknown !== undefined) throw badInput(`There is no event type ${unknown}.`)
  return {
    types: given?.types ?? undefined,
    subject: given?.subjectId == null ? undefined : subjectOf(given.subjectId),
  }
}

function subjectOf(subjectId: PublicId): Subject | null {
  const parsed = parsePublicId(subjectId)
  const subject = parsed && SUBJECTS[parsed.type]
  return subject ? { ...subject, id: parsed.uuid } : null
}
