import type { Task } from '../../db/generated/client.ts'
import { isPast } from '../errors.ts'

export interface ScheduledTransition {
  to: 'EXPIRED' | 'OPEN' | 'COMPLETED'
  at: Date
  reason: string
}

/** The next automatic change of a task; null if there is none. */
export function scheduledTransition(
  task: Pick<Task, 'status' | 'deadline' | 'fundingDueAt' | 'autoApproveAt'>,
): ScheduledTransition | null {
  const { status, deadline, fundingDueAt, autoApproveAt } = task
  if (status === 'OPEN' && deadline) return { to: 'EXPIRED', at: deadline, reason: 'The deadline passes.' }
  if (fundingDueAt) {
    const to = isPast(deadline, fundingDueAt) ? 'EXPIRED' : 'OPEN'
    return { to, at: fundingDueAt, reason: 'The poster has not funded the task in time.' }
  }
  if (autoApproveAt) {
    return {
      to: 'COMPLETED',
      at: autoApproveAt,
      reason: 'The poster has neither approved the work nor requested changes in time.',
    }
  }
  return null
}
