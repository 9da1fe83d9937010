/** Events: what happened, to what, and who did it. One log that history, feeds and subscriptions read. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { UserType } from '../accounts/accounts.graphql.ts'
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

// Whatever a scalar field shows, so that an event which a stream has read already is not read again for it.
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

/** What is selected of a chat to know whether the viewer may see it now: one who takes part in it, if they may. */
const ifVisible = (caller: Caller | null) => ({
  participants: { where: participantsVisibleTo(caller), take: 1, select: { userId: true as const } },
})

interface VisibleOrNot {
  participants: { userId: string }[]
}

const isVisible = (chat: VisibleOrNot | null): boolean => chat !== null && chat.participants.length > 0

/** The reason is for the poster and the tasker whom it concerns; staff read it where they see the task by their role. */
async function mayReadReason({ caller, loaders }: Context, { reason, reasonReaderIds, taskId }: EventShape) {
  if (reason === null || !caller) return false
  if (reasonReaderIds.includes(caller.id)) return true
  const task = taskId !== null && hasRole(caller, 'AGENT', 'FINANCE') && (await loaders.tasks.role.load(taskId))
  return task && (seesByRole(caller, task) || servesReader(task, reasonReaderIds))
}

const ofTask = (caller: Caller | null) => ({ task: { select: partySelect(caller) } })
const ofChat = (caller: Caller | null) => ({ chat: { select: ifVisible(caller) } })

// A union is no model of its own: what is selected beneath it is planned as that of a person.
const PERSON: [{ select: { id: true } }, never[], 'User'] = [{ select: { id: true } }, [], 'User']

const WHO_DID_IT =
  'Who did it. The tasker who is accepted is known to the parties and staff only; somebody who acts in a chat, to those who may see it now.'

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
    // What each kind of event needs for it; each then says it again, with what it alone needs.
    actor: t.field({
      type: ActorUnion,
      description: WHO_DID_IT,
      select: (_args, { caller }, nested) => ({ ...ofTask(caller), ...ofChat(caller), actor: nested(...PERSON) }),
      resolve: ({ actor }) => actor ?? SYSTEM,
    }),
  }),
})

export const TaskEvent = builder.prismaObject('Event', {
  variant: 'TaskEvent',
  description: 'Something happened to a task.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    actor: t.field({
      type: ActorUnion,
      description: WHO_DID_IT,
      select: (_args, { caller }, nested) => ({ ...ofTask(caller), actor: nested(...PERSON) }),
      resolve: ({ task, actor }, _args, { caller }) => {
        if (!actor || !task) return SYSTEM
        const isKnown = actor.id === caller?.id || actor.id === task.posterId || isPartyOrStaff(caller, task)
        return isKnown ? actor : HIDDEN
      },
    }),
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
      description:
        'What the actor gave as their reason. For the poster, the tasker whom it concerns, and staff; null to everybody else.',
      resolve: async (event, _args, context) => ((await mayReadReason(context, event)) ? event.reason : null),
    }),
  }),
})

export const ChatEvent = builder.prismaObject('Event', {
  variant: 'ChatEvent',
  description: 'Something happened in a chat.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    actor: t.field({
      type: ActorUnion,
      description: WHO_DID_IT,
      select: (_args, { caller }, nested) => ({ ...ofChat(caller), actor: nested(...PERSON) }),
      resolve: ({ chat, actor }, _args, { caller }) => {
        if (!actor) return SYSTEM
        return actor.id === caller?.id || isVisible(chat) ? actor : HIDDEN
      },
    }),
    chat: t.field({
      type: ChatRef,
      description: 'The chat, as it is now: no more than its state to somebody who may not see it any more.',
      select: (_args, { caller }, nested) => ({ chat: nested({ select: ifVisible(caller) }) }),
      resolve: ({ chat }, _args, context) => {
        const shown = chat as VisibleOrNot & { id: string; kind: ChatKind }
        return isVisible(shown) ? foundChat(context, shown) : shown
      },
    }),
    message: t.field({
      type: MessageRef,
      nullable: true,
      description:
        'The message that was written. Null for the rest, and to somebody who may not see the chat any more.',
      select: (_args, { caller }, nested) => ({ chat: { select: ifVisible(caller) }, message: nested() }),
      resolve: ({ chat, message }) => (isVisible(chat) ? message : null),
    }),
  }),
})

export const TransferEvent = builder.prismaObject('Event', {
  variant: 'TransferEvent',
  description: 'Something happened to a transfer.',
  interfaces: [EventRef],
  select: EVENT_SELECT,
  fields: (t) => ({
    actor: t.field({
      type: ActorUnion,
      description: WHO_DID_IT,
      select: (_args, _context, nested) => ({ actor: nested(...PERSON) }),
      resolve: ({ actor }) => actor ?? SYSTEM,
    }),
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
