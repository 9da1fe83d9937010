/** The input type of event filters. */
import { type NodeType, type PublicId, parsePublicId } from '../db/ids.ts'
import { isEventType } from '../events/eventTypes.ts'
import { builder } from '../graphql/builder.ts'
import { badInput } from '../graphql/pagination.ts'
import type { EventFilter, Subject } from './eventFilter.ts'

export const EventFilterInput = builder.inputType('EventFilter', {
  description: 'A filter of events. An absent field filters nothing.',
  fields: (t) => ({
    types: t.stringList({ description: 'Only events of these types, e.g. `task.accepted`.' }),
    subjectId: t.id({ description: 'Only events of this task, chat or transfer.' }),
  }),
})

const SUBJECTS: Partial<Record<NodeType, Pick<Subject, 'kind' | 'column'>>> = {
  Task: { kind: 'TASK', column: 'taskId' },
  TaskChat: { kind: 'CHAT', column: 'chatId' },
  SupportChat: { kind: 'CHAT', column: 'chatId' },
  Transfer: { kind: 'TRANSFER', column: 'transferId' },
}

type FilterInput = { types?: string[] | null | undefined; subjectId?: PublicId | null | undefined }

/** Refuses an unknown event type with BAD_USER_INPUT, because the client would wait for it in vain. */
export function readFilter(input: FilterInput | null | undefined): EventFilter {
  const unknown = input?.types?.find((type) => !isEventType(type))
  if (unknown !== undefined) throw badInput(`There is no event type ${unknown}. See apiInfo.eventTypes.`)
  return {
    types: input?.types ?? undefined,
    subject: input?.subjectId == null ? undefined : subjectOf(input.subjectId),
  }
}

function subjectOf(subjectId: PublicId): Subject | null {
  const parsed = parsePublicId(subjectId)
  const subject = parsed && SUBJECTS[parsed.type]
  return subject ? { ...subject, id: parsed.uuid } : null
}
