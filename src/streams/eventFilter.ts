/** Filters a feed by event type and subject. */
import type { Event } from '../db/generated/client.ts'
import type { EventKind } from '../db/generated/enums.ts'

export interface Subject {
  kind: EventKind
  column: 'taskId' | 'chatId' | 'transferId'
  id: string
}

export interface EventFilter {
  types: readonly string[] | undefined
  /** Null for an id that has no events; undefined for no filter. */
  subject: Subject | null | undefined
}

/** True if the event passes the filter. */
export function matchesFilter({ types, subject }: EventFilter, event: Event): boolean {
  if (types && !types.includes(event.type)) return false
  if (subject === undefined) return true
  return subject !== null && subject.kind === event.kind && subject.id === event[subject.column]
}
