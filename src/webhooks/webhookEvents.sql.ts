import type { ChatKind, EventKind } from '../db/generated/enums.ts'
import type { Statements } from '../db/statements.ts'

export const readEventOfDelivery = (database: Statements, { eventId }: { eventId: string }) => database.row<{
  kind: EventKind
  type: string
  statusBefore: string | null
  taskId: string | null
  chatId: string | null
  chatKind: ChatKind | null
  transferId: string | null
}>`
  /* readEventOfDelivery */
  select event.kind, event.type, event.status_before, event.task_id, event.chat_id, chat.kind as chat_kind, event.transfer_id
  from events event
  left join chats chat on chat.id = event.chat_id
  where event.id = ${eventId}`
