import type { Event } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'

export const insertEvent = (tx: Tx, event: Omit<Event, 'sequence'>) => tx.run`
  /* insertEvent */
  insert into events (
    id, kind, type, occurred_at, actor_id, task_id, task_version, chat_id, message_id, transfer_id,
    status_before, status_after, reason, recipient_ids
  )
  values (
    ${event.id}, ${event.kind}, ${event.type}, ${event.occurredAt}, ${event.actorId}, ${event.taskId},
    ${event.taskVersion}, ${event.chatId}, ${event.messageId}, ${event.transferId},
    ${event.statusBefore}, ${event.statusAfter}, ${event.reason}, ${event.recipientIds}
  )`
