import { columnsOf } from '../db/columns.ts'
import type { Event } from '../db/generated/client.ts'
import type { Statements, Writer } from '../db/statements.ts'

type NewEvent = Omit<Event, 'sequence'>

export const insertEvent = (tx: Writer, event: NewEvent) => tx.run`
  /* insertEvent */
  insert into events (
    id, kind, type, occurred_at, actor_id, task_id, task_version, chat_id, message_id, transfer_id,
    status_before, status_after, reason, reason_reader_ids, recipient_ids
  )
  values (
    ${event.id}, ${event.kind}, ${event.type}, ${event.occurredAt}, ${event.actorId}, ${event.taskId},
    ${event.taskVersion}, ${event.chatId}, ${event.messageId}, ${event.transferId},
    ${event.statusBefore}, ${event.statusAfter}, ${event.reason}, ${event.reasonReaderIds}, ${event.recipientIds}
  )`

// As JSON, because each event has its own arrays, and PostgreSQL would flatten an array of arrays.
export const insertEvents = (tx: Writer, { events }: { events: readonly NewEvent[] }) => tx.run`
  /* insertEvents */
  insert into events (
    id, kind, type, occurred_at, actor_id, task_id, task_version, chat_id, message_id, transfer_id,
    status_before, status_after, reason, reason_reader_ids, recipient_ids
  )
  select
    "id", "kind", "type", "occurredAt", "actorId", "taskId", "taskVersion", "chatId", "messageId", "transferId",
    "statusBefore", "statusAfter", "reason", "reasonReaderIds", "recipientIds"
  from json_to_recordset(${JSON.stringify(events)}) as event (
    "id" uuid, "kind" event_kind, "type" text, "occurredAt" timestamptz, "actorId" uuid, "taskId" uuid,
    "taskVersion" integer, "chatId" uuid, "messageId" uuid, "transferId" uuid,
    "statusBefore" text, "statusAfter" text, "reason" text, "reasonReaderIds" uuid[], "recipientIds" uuid[]
  )`

const EVENT = columnsOf('Event', { of: 'event' })

/** A sequenced event: it has a position in the order that readers see. */
export type SequencedEvent = Event & { position: bigint }

/** Assigns positions to a batch and returns its size: 0 while another sequencer holds the lock, unless `waitForLock`. */
export async function sequenceWaitingEvents(
  database: Statements,
  { waitForLock }: { waitForLock: boolean },
): Promise<number> {
  const row = await database.row<{ numbered: number }>`
    /* sequenceWaitingEvents */
    select number_events(${waitForLock}) as numbered`
  return row?.numbered ?? 0
}

/** The latest assigned position; 0 before the first. */
export async function readLatestPosition(database: Statements): Promise<bigint> {
  const row = await database.row<{ latest: bigint }>`
    /* readLatestPosition */
    select coalesce(max(position), 0) as latest
    from event_positions`
  return row?.latest ?? 0n
}

/** The positions of these events; an event without a position is left out. */
export const readPositions = (database: Statements, { eventIds }: { eventIds: readonly string[] }) => database.rows<{
  eventId: string
  position: bigint
}>`
  /* readPositions */
  select event_id, position
  from event_positions
  where event_id = any(${eventIds}::uuid[])`

/** Positions after `after`, up to and including `until`, at most `limit` of them. */
export interface EventRange {
  after: bigint
  until: bigint
  limit: number
}

export const readEvents = (
  database: Statements,
  { after, limit }: Omit<EventRange, 'until'>,
) => database.rows<SequencedEvent>`
  /* readEvents */
  select place.position, ${EVENT}
  from event_positions place
  join events event on event.id = place.event_id
  where place.position > ${after}
  order by place.position
  limit ${limit}`

export const readFeed = (database: Statements, { userId, after, until, limit }: EventRange & { userId: string }) =>
  database.rows<SequencedEvent>`
  /* readFeed */
  select entry.position, ${EVENT}
  from feed_entries entry
  join events event on event.id = entry.event_id
  where entry.user_id = ${userId}
    and entry.position > ${after}
    and entry.position <= ${until}
  order by entry.position
  limit ${limit}`

export const readTaskEvents = (
  database: Statements,
  { taskId, after, until, limit }: EventRange & { taskId: string },
) =>
  database.rows<SequencedEvent>`
  /* readTaskEvents */
  select place.position, ${EVENT}
  from events event
  join event_positions place on place.event_id = event.id
  where event.task_id = ${taskId}
    and event.kind = 'TASK'
    and place.position > ${after}
    and place.position <= ${until}
  order by place.position
  limit ${limit}`

/**
 * Scans only the missed events, because a chat may have very many. All of them are recorded under the chat's lock, so positions
 * rise with sequences: the scan starts after `afterSequence`, or, when that is null, finds its start by a scan from the end.
 */
export const readChatEvents = (
  database: Statements,
  { chatId, afterSequence, after, until, limit }: EventRange & { chatId: string; afterSequence: bigint | null },
) => database.rows<SequencedEvent>`
  /* readChatEvents */
  select place.position, ${EVENT}
  from events event
  join event_positions place on place.event_id = event.id
  where event.chat_id = ${chatId}
    and event.sequence > coalesce(
      ${afterSequence}::bigint,
      (
        select seen.sequence
        from events seen
        join event_positions seen_place on seen_place.event_id = seen.id
        where seen.chat_id = ${chatId}
          and seen_place.position <= ${after}
        order by seen.sequence desc
        limit 1
      ),
      0
    )
    and place.position > ${after}
    and place.position <= ${until}
  order by event.sequence
  limit ${limit}`

// Scans the whole log, which `resumeMax` bounds: a queue is followed from now, or resumed after minutes.
export const readQueueEvents = (
  database: Statements,
  { types, after, until, limit }: EventRange & { types: readonly string[] },
) => database.rows<SequencedEvent>`
  /* readQueueEvents */
  select place.position, ${EVENT}
  from event_positions place
  join events event on event.id = place.event_id
  where place.position > ${after}
    and place.position <= ${until}
    and event.kind = 'CHAT'
    and event.task_id is null
    and event.type = any(${types}::text[])
  order by place.position
  limit ${limit}`

export const readTransferEvents = (
  database: Statements,
  { transferId, after, until, limit }: EventRange & { transferId: string },
) => database.rows<SequencedEvent>`
  /* readTransferEvents */
  select place.position, ${EVENT}
  from events event
  join event_positions place on place.event_id = event.id
  where event.transfer_id = ${transferId}
    and place.position > ${after}
    and place.position <= ${until}
  order by place.position
  limit ${limit}`
