/** Appends to the one log, in the transaction of the change. Positions are given after the commit, by the sequencer. */
import type { TaskStatus, TransferStatus } from '../db/generated/enums.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { insertEvent, insertEvents } from './events.sql.ts'
import type { ChatEventType, TaskEventType, TransferEventType } from './eventTypes.ts'
import { notifySequencer } from './notifySequencer.ts'

interface Occurrence {
  /** The clock of the rule, read after its lock. */
  at: Date
  /** Who did it; null when a timer or a worker did. */
  actorId: string | null
  reason?: string | null
  /** Whom the reason is for: the poster and the tasker whom it concerns. Null is left out. */
  reasonFor?: readonly (string | null)[]
  /** Whom it concerns. Null and repeated ids are left out. */
  recipientIds: readonly (string | null)[]
}

/** What happened to a task, at the version that the change gave it. */
export interface TaskOccurrence extends Occurrence {
  type: TaskEventType
  taskId: string
  taskVersion: number
  before?: TaskStatus
  after?: TaskStatus
}

/** Records what happened to a task. */
export async function recordTaskEvent(tx: Tx, event: TaskOccurrence): Promise<void> {
  await append(tx, ofTask(event))
}

/** The same for many tasks, by one statement. */
export async function recordTaskEvents(tx: Tx, events: readonly TaskOccurrence[]): Promise<void> {
  await insertEvents(tx.deferred, { events: events.map(ofTask) })
  tx.afterCommit(notifySequencer)
}

/** What happened to a chat. */
export async function recordChatEvent(
  tx: Tx,
  event: Occurrence & { type: ChatEventType; chatId: string; taskId: string | null; messageId?: string },
): Promise<void> {
  await append(tx, {
    ...common(event),
    kind: 'CHAT',
    taskId: event.taskId,
    chatId: event.chatId,
    messageId: event.messageId ?? null,
  })
}

/** What happened to a transfer. */
export async function recordTransferEvent(
  tx: Tx,
  event: Occurrence & {
    type: TransferEventType
    transferId: string
    taskId: string
    before?: TransferStatus
    after: TransferStatus
  },
): Promise<void> {
  await append(tx, { ...common(event), kind: 'TRANSFER', taskId: event.taskId, transferId: event.transferId })
}

async function append(tx: Tx, event: Parameters<typeof insertEvent>[1]): Promise<void> {
  await insertEvent(tx.deferred, event)
  tx.afterCommit(notifySequencer)
}

function ofTask(event: TaskOccurrence) {
  return { ...common(event), kind: 'TASK' as const, taskId: event.taskId, taskVersion: event.taskVersion }
}

function common(event: Occurrence & { type: string; before?: string; after?: string }) {
  return {
    id: newId(),
    type: event.type,
    occurredAt: event.at,
    actorId: event.actorId,
    taskId: null,
    taskVersion: null,
    chatId: null,
    messageId: null,
    transferId: null,
    statusBefore: event.before ?? null,
    statusAfter: event.after ?? null,
    reason: event.reason ?? null,
    reasonReaderIds: known(event.reasonFor ?? []),
    recipientIds: known(event.recipientIds),
  }
}

const known = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]
