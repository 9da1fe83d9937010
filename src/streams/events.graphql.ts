/** Event types: one event log serves histories, feeds and subscriptions. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { ActorUnion, HIDDEN, PERSON, SYSTEM } from '../accounts/actor.graphql.ts'
import { ChatRef } from '../chats/chats.graphql.ts'
import { MessageRef } from '../chats/messages.graphql.ts'
import type { Event } from '../db/generated/client.ts'
import type { ChatKind, EventKind, TaskStatus, TransferStatus } from '../db/generated/enums.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { TaskStatusEnum } from '../tasks/tasks.graphql.ts'
import { TransferStatusEnum } from '../transfers/transfers/transfers.graphql.ts'
import { foundChat, participantsVisibleTo } from '../visibility/chatVisibility.ts'
import { eventsVisibleTo } from '../visibility/eventVisibility.ts'
import { seesByRole, servesReader } from '../visibility/staffRights.ts'
import { isPartyOrStaff, partySelect } from '../visibility/taskVisibility.ts'

// All columns of scalar fields, so that an event that a stream has read is not read again.
export const EVENT_SELECT = {
  id: true,
  kind: true,
  type: true,
  occurredAt: true,
  statusBefore: true,
  statusAfter: true,
  reason: true,
  reasonReaderIds: true,
  taskId: true,
} as const

export type EventShape = Pick<Event, keyof typeof EVENT_SELECT>

const TYPE_NAMES = { TASK: 'TaskEvent', CHAT: 'ChatEvent', TRANSFER: 'TransferEvent' } as const

export const typeNameOf = ({ kind }: { kind: EventKind }) => TYPE_NAMES[kind]

/** Selects from a chat whether the viewer may see it now: one participant if they may, none otherwise. */
const ifVisible = (caller: Caller | null) => ({
  participants: { where: participantsVisibleTo(caller), take: 1, select: { userId: true as const } },
})

interface VisibleOrNot {
  participants: { userId: string }[]
}

const isVisible = (chat: VisibleOrNot | null): boolean => chat !== null && chat.participants.length > 0

/** True if the caller may read the reason: the poster and the tasker concerned, and staff who see the task by their role. */
async function mayReadReason({ caller, loaders }: Context, { reason, reasonReaderIds, taskId }: EventShape) {
  if (reason === null || !caller) return false
  if (reasonReaderIds.includes(caller.id)) return true
  const task = taskId !== null && hasRole(caller, 'AGENT', 'FINANCE') && (await loaders.tasks.role.load(taskId))
  return task && (seesByRole(caller, task) || servesReader(task, reasonReaderIds))
}

const ofTask = (caller: Caller | null) => ({ task: { select: partySelect(caller) } })
const ofChat = (caller: Caller | null) => ({ chat: { select: ifVisible(caller) } })

const ACTOR =
  'The actor. An accepted tasker is visible to the parties and staff only; the actor in a chat is visible to those who may see the chat now.'

export const EventRef = builder.prismaInterface('Event', {
  description: 'A change of a task, chat or transfer. Events are never changed or deleted.',
  interfaces: [builder.nodeInterfaceRef()],
  select: EVENT_SELECT,
  resolveType: typeNameOf,
  fields: (t) => ({
    cursor: t.field({
      type: 'EventCursor',
      description: 'Its position in the event log, to resume after.',
      resolve: ({ id }, _args, { loaders }) => loaders.positions.load(id),
    }),
    type: t.string({
      description: 'The event type, e.g. `task.published`; `apiInfo.eventTypes` lists all.',
      resolve: ({ type }) => type,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'The time of the change.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    // Selects the columns that all kinds of events need; each kind overrides the field with its own.
    actor: t.field({
      type: ActorUnion,
      description: ACTOR,
      select: (_args, { caller }, nested) => ({ ...ofTask(caller), ...ofChat(caller), actor: nested(...PERSON) }),
      resolve: ({ actor }) => actor ?? SYSTEM,
    }),
  }),
})

export const TaskEvent = builder.prismaObject('Event', {
  variant: 'TaskEvent',
  description: 'An event of a task.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    actor: t.field({
      type: ActorUnion,
      description: ACTOR,
      select: (_args, { caller }, nested) => ({ ...ofTask(caller), actor: nested(...PERSON) }),
      resolve: ({ task, actor }, _args, { caller }) => {
        if (!actor || !task) return SYSTEM
        const isKnown = actor.id === caller?.id || actor.id === task.posterId || isPartyOrStaff(caller, task)
        return isKnown ? actor : HIDDEN
      },
    }),
    task: t.relation('task', { nullable: false, onNull: 'error', description: 'The task in its current state.' }),
    taskStatusBefore: t.field({
      type: TaskStatusEnum,
      nullable: true,
      description: 'The status before the event. Null if the event did not change it.',
      resolve: ({ statusBefore }) => statusBefore as TaskStatus | null,
    }),
    taskStatusAfter: t.field({
      type: TaskStatusEnum,
      nullable: true,
      description: 'The status after the event. Null if the event did not change it.',
      resolve: ({ statusAfter }) => statusAfter as TaskStatus | null,
    }),
    reason: t.string({
      nullable: true,
      description:
        'The reason that the actor gave. For the poster, the tasker concerned and staff; null for everyone else.',
      resolve: async (event, _args, context) => ((await mayReadReason(context, event)) ? event.reason : null),
    }),
  }),
})

export const ChatEvent = builder.prismaObject('Event', {
  variant: 'ChatEvent',
  description: 'An event of a chat.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    actor: t.field({
      type: ActorUnion,
      description: ACTOR,
      select: (_args, { caller }, nested) => ({ ...ofChat(caller), actor: nested(...PERSON) }),
      resolve: ({ chat, actor }, _args, { caller }) => {
        if (!actor) return SYSTEM
        return actor.id === caller?.id || isVisible(chat) ? actor : HIDDEN
      },
    }),
    chat: t.field({
      type: ChatRef,
      description: 'The chat in its current state; only its state for a viewer who may no longer see it.',
      select: (_args, { caller }, nested) => ({ chat: nested({ select: ifVisible(caller) }) }),
      resolve: ({ chat }, _args, context) => {
        const shown = chat as VisibleOrNot & { id: string; kind: ChatKind }
        return isVisible(shown) ? foundChat(context, shown) : shown
      },
    }),
    message: t.field({
      type: MessageRef,
      nullable: true,
      description: 'The message that was sent. Null for other events, and for a viewer who may no longer see the chat.',
      select: (_args, { caller }, nested) => ({ chat: { select: ifVisible(caller) }, message: nested() }),
      resolve: ({ chat, message }) => (isVisible(chat) ? message : null),
    }),
  }),
})

export const TransferEvent = builder.prismaObject('Event', {
  variant: 'TransferEvent',
  description: 'An event of a transfer.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    actor: t.field({
      type: ActorUnion,
      description: ACTOR,
      select: (_args, _context, nested) => ({ actor: nested(...PERSON) }),
      resolve: ({ actor }) => actor ?? SYSTEM,
    }),
    transfer: t.relation('transfer', {
      nullable: false,
      onNull: 'error',
      description: 'The transfer in its current state.',
    }),
    transferStatusBefore: t.field({
      type: TransferStatusEnum,
      nullable: true,
      description: 'The status before the event. Null if the event created the transfer.',
      resolve: ({ statusBefore }) => statusBefore as TransferStatus | null,
    }),
    transferStatusAfter: t.field({
      type: TransferStatusEnum,
      description: 'The status after the event.',
      resolve: ({ statusAfter }) => statusAfter as TransferStatus,
    }),
  }),
})

// Not prismaNodes, which would read events again, with the conditions of `node(id)`, that a stream has decided to deliver.
for (const [kind, ref] of [
  ['TASK', TaskEvent],
  ['CHAT', ChatEvent],
  ['TRANSFER', TransferEvent],
] as const) {
  builder.nodeRef(ref, {
    id: { description: 'The id, `tev_...`, `cev_...` or `xev_...`.', resolve: ({ id }: EventShape) => id },
    loadWithoutCache: (id: string, context: Context, info) => {
      const { select } = queryFromInfo({ context, info, typeName: ref.name, select: EVENT_SELECT })
      return context.prisma.event.findFirst({ select, where: { id, kind, AND: [eventsVisibleTo(context.caller)] } })
    },
  })
}

export const EventConnection = builder.connectionObject(
  { type: EventRef, name: 'EventConnection', description: 'A page of events, oldest first.' },
  { description: 'An event and its cursor.' },
)
