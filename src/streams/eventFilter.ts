/** Which events a reader wants, of those that they may have. */
import type { Event } from '../db/generated/client.ts'
import type { EventKind } from '../db/generated/enums.ts'

export interface Subject {
  kind: EventKind
  column: 'taskId' | 'chatId' | 'transferId'
  id: string
}

export interface EventFilter {
  types: readonly string[] | undefined
  /** Null for an id of which there are no events. */
  subject: Subject | null | undefined
}

/** Whether the event is one of those. */
export function matches({ types, subject }: EventFilter, event: Event): boolean {
  if (types && !types.includes(event.type)) return false
  if (subject === undefined) return true
  return subject !== null && subject.kind === event.kind && subject.id === event[subject.column]
}
