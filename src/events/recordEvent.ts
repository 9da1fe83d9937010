/** Appends to the event log, in the transaction of the change. The sequencer assigns positions after the commit. */
import type { TaskStatus, TransferStatus } from '../db/generated/enums.ts'
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { insertEvent, insertEvents } from './events.sql.ts'
import type { ChatEventType, TaskEventType, TransferEventType } from './eventTypes.ts'
import { notifySequencer } from './notifySequencer.ts'

interface Occurrence {
  /** The clock of the rule, read after its lock. */
  at: Date
  /** Null when a timer or a worker acted. */
  actorId: string | null
  reason?: string | null
  /** The readers of the reason: the poster and the tasker concerned. Nulls are dropped. */
  reasonFor?: readonly (string | null)[]
  /** The people whose feeds contain the event. Nulls and duplicates are dropped. */
  recipientIds: readonly (string | null)[]
}

/** An event of a task, at the version that the change produced. */
export interface TaskOccurrence extends Occurrence {
  type: TaskEventType
  taskId: string
  taskVersion: number
  before?: TaskStatus
  after?: TaskStatus
}

/** Records an event of a task. */
export async function recordTaskEvent(tx: Tx, event: TaskOccurrence): Promise<void> {
  await append(tx, taskColumns(event))
}

/** Records events of many tasks in one statement. */
export async function recordTaskEvents(tx: Tx, events: readonly TaskOccurrence[]): Promise<void> {
  await insertEvents(tx.deferred, { events: events.map(taskColumns) })
  tx.afterCommit(notifySequencer)
}

/** Records an event of a chat. */
export async function recordChatEvent(
  tx: Tx,
  event: Occurrence & { type: ChatEventType; chatId: string; taskId: string | null; messageId?: string },
): Promise<void> {
  await append(tx, {
    ...commonColumns(event),
    kind: 'CHAT',
    taskId: event.taskId,
    chatId: event.chatId,
    messageId: event.messageId ?? null,
  })
}

/** Records an event of a transfer. */
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
  await append(tx, { ...commonColumns(event), kind: 'TRANSFER', taskId: event.taskId, transferId: event.transferId })
}

async function append(tx: Tx, event: Parameters<typeof insertEvent>[1]): Promise<void> {
  await insertEvent(tx.deferred, event)
  tx.afterCommit(notifySequencer)
}

function taskColumns(event: TaskOccurrence) {
  return { ...commonColumns(event), kind: 'TASK' as const, taskId: event.taskId, taskVersion: event.taskVersion }
}

function commonColumns(event: Occurrence & { type: string; before?: string; after?: string }) {
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
    reasonReaderIds: distinctIds(event.reasonFor ?? []),
    recipientIds: distinctIds(event.recipientIds),
  }
}

const distinctIds = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]
