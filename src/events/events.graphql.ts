/** Events: what happened, to what, and who did it. One log that history, feeds and subscriptions read. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { UserType } from '../accounts/accounts.graphql.ts'
import { ChatRef } from '../chats/chats.graphql.ts'
import type { Event } from '../db/generated/client.ts'
import type { EventKind, TaskStatus, TransferStatus } from '../db/generated/enums.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { TaskStatusEnum } from '../tasks/tasks.graphql.ts'
import { isPartyOrStaff } from '../tasks/taskVisibility.ts'
import { TransferStatusEnum } from '../transfers/transfers.graphql.ts'
import { eventsVisibleTo } from './eventVisibility.ts'

// Whatever a scalar field shows, so that an event which a stream has read already is not read again for it.
export const EVENT_SELECT = {
  id: true,
  kind: true,
  type: true,
  occurredAt: true,
  statusBefore: true,
  statusAfter: true,
  reason: true,
} as const

export type EventShape = Pick<Event, keyof typeof EVENT_SELECT>

const TYPE_NAMES = { TASK: 'TaskEvent', CHAT: 'ChatEvent', TRANSFER: 'TransferEvent' } as const

export const typeNameOf = ({ kind }: { kind: EventKind }) => TYPE_NAMES[kind]

interface System {
  name: string
}

const SYSTEM: System = { name: 'system' }
const HIDDEN: System = { name: 'hidden' }

const SystemType = builder.objectRef<System>('System').implement({
  description: 'The server itself: a timer, a worker, or the answer of the payment provider.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`system`; `hidden` for a person whom the viewer may not know of.' }),
  }),
})

const ActorUnion = builder.unionType('Actor', {
  description: 'Who did something.',
  types: [UserType, SystemType],
  resolveType: (actor) => ('name' in actor ? 'System' : 'User'),
})

export const EventRef = builder.prismaInterface('Event', {
  description: 'Something that happened. It is never changed, and kept for good.',
  interfaces: [builder.nodeInterfaceRef()],
  select: EVENT_SELECT,
  resolveType: typeNameOf,
  fields: (t) => ({
    cursor: t.field({
      type: 'EventCursor',
      description: 'Its position in the log; resume after it.',
      resolve: ({ id }, _args, { loaders }) => loaders.positions.load(id),
    }),
    type: t.string({
      description: 'What happened, e.g. `task.published`; `apiInfo.eventTypes` lists them.',
      resolve: ({ type }) => type,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it happened.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    actor: t.field({
      type: ActorUnion,
      description: 'Who did it. Whoever is accepted for a task is known to its parties and staff only.',
      select: (_args, _context, nested) => ({
        kind: true,
        task: { select: { id: true, posterId: true, assigneeId: true, status: true } },
        // A union is no model of its own: what is selected beneath it is planned as that of a person.
        actor: nested({ select: { id: true as const } }, [], 'User'),
      }),
      resolve: async ({ kind, task, actor }, _args, context) => {
        if (!actor) return SYSTEM
        const isKnown = kind !== 'TASK' || !task || actor.id === task.posterId || actor.id === context.caller?.id
        return isKnown || (await isPartyOrStaff(context, task)) ? actor : HIDDEN
      },
    }),
  }),
})

export const TaskEvent = builder.prismaObject('Event', {
  variant: 'TaskEvent',
  description: 'Something happened to a task.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    task: t.relation('task', { nullable: false, onNull: 'error', description: 'The task, as it is now.' }),
    taskStatusBefore: t.field({
      type: TaskStatusEnum,
      nullable: true,
      description: 'Its status before. Null when this did not change it.',
      resolve: ({ statusBefore }) => statusBefore as TaskStatus | null,
    }),
    taskStatusAfter: t.field({
      type: TaskStatusEnum,
      nullable: true,
      description: 'Its status afterwards. Null when this did not change it.',
      resolve: ({ statusAfter }) => statusAfter as TaskStatus | null,
    }),
    reason: t.string({
      nullable: true,
      description: 'What the actor gave as their reason.',
      resolve: ({ reason }) => reason,
    }),
  }),
})

export const ChatEvent = builder.prismaObject('Event', {
  variant: 'ChatEvent',
  description: 'Something happened in a chat.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    chat: t.field({
      type: ChatRef,
      description: 'The chat, as it is now.',
      select: (_args, _context, nested) => ({ chat: nested() }),
      resolve: ({ chat }) => chat as NonNullable<typeof chat>,
    }),
    message: t.relation('message', { nullable: true, description: 'The message that was written. Null for the rest.' }),
  }),
})

export const TransferEvent = builder.prismaObject('Event', {
  variant: 'TransferEvent',
  description: 'Something happened to a transfer.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    transfer: t.relation('transfer', { nullable: false, onNull: 'error', description: 'The transfer, as it is now.' }),
    transferStatusBefore: t.field({
      type: TransferStatusEnum,
      nullable: true,
      description: 'Its status before. Null when it was just made.',
      resolve: ({ statusBefore }) => statusBefore as TransferStatus | null,
    }),
    transferStatusAfter: t.field({
      type: TransferStatusEnum,
      description: 'Its status afterwards.',
      resolve: ({ statusAfter }) => statusAfter as TransferStatus,
    }),
  }),
})

// Not prismaNodes: those also read again, through their visibility, what a stream has just decided to show.
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
  { type: EventRef, name: 'EventConnection', description: 'A page of events, the oldest first.' },
  { description: 'An event and its place in the list.' },
)
