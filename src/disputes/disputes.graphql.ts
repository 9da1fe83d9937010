/** Disputes in the API, for the parties and staff. */
import { UserType } from '../accounts/accounts.graphql.ts'
import type { Dispute, User } from '../db/generated/client.ts'
import type { DisputeStatus } from '../db/generated/enums.ts'
import { fromPublicId } from '../db/ids.ts'
import { AttachmentType } from '../files/attachments.graphql.ts'
import { builder } from '../graphql/builder.ts'
import { MoneyType } from '../graphql/commonTypes.ts'
import { SupportChatRef } from '../support/supportChats.graphql.ts'
import { HoldFrozenError } from '../transfers/errors.ts'
import { chatsVisibleTo, foundChat } from '../visibility/chatVisibility.ts'
import { visibleDisputes } from '../visibility/disputeVisibility.ts'
import { EVIDENCE_SHOWN_MAX } from './addEvidence.ts'
import { checkDisputes, type DisputeHealth } from './checkDisputes.ts'

const DisputeStatusEnum = builder.enumType('DisputeStatus', {
  description: 'The status of a dispute.',
  values: {
    OPEN: { description: 'It waits for a decision of staff; the held money is frozen.' },
    RESOLVED: { description: 'Staff divided the money. Final.' },
    WITHDRAWN: {
      description:
        'Its opener withdrew it and the task is as before, or it ended with the task because a chargeback took all the money. Final.',
    },
  } satisfies Record<DisputeStatus, object>,
})

type Resolved = Pick<Dispute, 'currency' | 'toTaskerMinor' | 'toPosterMinor' | 'note' | 'endedAt'> & {
  decidedBy: Pick<User, 'id'> | null
}

/** A resolution. The database has all of it exactly if the dispute is RESOLVED. */
interface Resolution {
  currency: string
  toTaskerMinor: bigint
  toPosterMinor: bigint
  note: string
  at: Date
  decidedBy: Pick<User, 'id'>
}

const ResolutionType = builder.objectRef<Resolution>('DisputeResolution').implement({
  description: 'The decision of staff about the held money.',
  fields: (t) => ({
    toTasker: t.field({
      type: MoneyType,
      description: 'The share of the tasker, before the fee.',
      resolve: ({ toTaskerMinor, currency }) => ({ minorUnits: toTaskerMinor, currencyCode: currency }),
    }),
    toPoster: t.field({
      type: MoneyType,
      description: 'The amount that is refunded to the poster.',
      resolve: ({ toPosterMinor, currency }) => ({ minorUnits: toPosterMinor, currencyCode: currency }),
    }),
    decidedBy: t.field({
      type: UserType,
      description: 'The member of staff who decided.',
      resolve: ({ decidedBy }) => decidedBy as never,
    }),
    note: t.exposeString('note', { description: 'The reasons for the decision.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was decided.' }),
  }),
})

function resolutionOf({
  currency,
  toTaskerMinor,
  toPosterMinor,
  note,
  endedAt,
  decidedBy,
}: Resolved): Resolution | null {
  if (toTaskerMinor === null || toPosterMinor === null || note === null || !endedAt || !decidedBy) return null
  return { currency, toTaskerMinor, toPosterMinor, note, at: endedAt, decidedBy }
}

// One array for all requests: the reader caches the plan of a nested selection by this object.
const DECIDER_PATH = ['decidedBy'] as never[]

export const DisputeType = builder.prismaNode('Dispute', {
  description:
    'A disagreement of poster and tasker about work. The held money is frozen until it is withdrawn or staff resolve it.',
  id: { field: 'id', description: 'The id, `dsp_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleDisputes(caller)] }),
  select: { id: true },
  fields: (t) => ({
    task: t.relation('task', { description: 'The disputed task.' }),
    openedBy: t.relation('openedBy', { description: 'The poster or the tasker, who opened it.' }),
    reason: t.exposeString('reason', { description: 'The reason that the opener gave.' }),
    status: t.expose('status', { type: DisputeStatusEnum, description: 'The status.' }),
    evidence: t.relation('evidence', {
      type: AttachmentType,
      description: `The files of both sides, in the order of their upload, at most ${EVIDENCE_SHOWN_MAX}. Statements are the \`reason\` of events in the history of the task.`,
      query: { orderBy: { id: 'asc' }, take: EVIDENCE_SHOWN_MAX },
    }),
    resolution: t.field({
      type: ResolutionType,
      nullable: true,
      description: 'The decision of staff. Null unless the dispute is RESOLVED.',
      select: (_args, _context, nested) => ({
        currency: true,
        toTaskerMinor: true,
        toPosterMinor: true,
        note: true,
        endedAt: true,
        decidedBy: nested({ select: { id: true } }, DECIDER_PATH, 'User'),
      }),
      resolve: (dispute) => resolutionOf(dispute),
    }),
    supportChat: t.field({
      type: SupportChatRef,
      nullable: true,
      description:
        'The newest support chat about it that the viewer may see: each party has their own. Null if there is none.',
      select: (_args, { caller }, nested) => ({
        topics: {
          where: { chat: chatsVisibleTo(caller) },
          orderBy: { id: 'desc' as const },
          take: 1,
          select: { chat: nested() },
        },
      }),
      resolve: ({ topics }, _args, context) => foundChat(context, topics[0]?.chat ?? null),
    }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When it was opened.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was withdrawn or resolved. Null while it is OPEN.',
    }),
  }),
})

builder.queryField('dispute', (t) =>
  t.prismaField({
    type: DisputeType,
    nullable: true,
    description: 'A dispute by id. Null if it does not exist or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'The id, `dsp_...`.' }) },
    resolve: (query, _root, args, { prisma, caller }) => {
      const id = fromPublicId('dsp', args.id)
      return id ? prisma.dispute.findUnique({ ...query, where: { id, AND: [visibleDisputes(caller)] } }) : null
    },
  }),
)

builder.prismaObjectField('Task', 'dispute', (t) =>
  t.field({
    type: DisputeType,
    nullable: true,
    description: 'The open dispute, else the newest one. Null if there is none, and to all but the parties and staff.',
    // A dispute is opened only while none is open, so an open dispute is always the newest.
    select: (_args, { caller }, nested) => ({
      disputes: nested({ where: visibleDisputes(caller), orderBy: { id: 'desc' }, take: 1 }),
    }),
    resolve: ({ disputes }) => disputes[0] ?? null,
  }),
)

builder.objectField(HoldFrozenError, 'frozenBy', (t) =>
  t.prismaField({
    type: DisputeType,
    nullable: true,
    description: 'The open dispute that freezes the money. Null if something else does.',
    resolve: (query, { taskId }, _args, { prisma, caller }) =>
      prisma.dispute.findFirst({ ...query, where: { taskId, status: 'OPEN', AND: [visibleDisputes(caller)] } }),
  }),
)

const DisputeHealthType = builder.objectRef<DisputeHealth>('DisputeHealth').implement({
  description: 'The disputes that wait for a decision of staff.',
  fields: (t) => ({
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When they were counted.' }),
    open: t.exposeInt('open', { description: 'The number of open disputes.' }),
    overdue: t.exposeInt('overdue', { description: 'The number of those that have been open for 3 days.' }),
    longOverdue: t.exposeInt('longOverdue', { description: 'The number of those that have been open for 7 days.' }),
    oldestOpenedAt: t.expose('oldestOpenedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest of them was opened. Null if there are none.',
    }),
    ok: t.boolean({ description: 'True if none is overdue.', resolve: ({ overdue }) => overdue === 0 }),
  }),
})

builder.queryField('disputeHealth', (t) =>
  t.field({
    type: DisputeHealthType,
    nullable: true,
    roles: ['FINANCE'],
    description:
      'Counts the open disputes, also those of tasks in which the viewer has a conflict of interest. For finance staff and administrators; null to everybody else.',
    resolve: (_root, _args, { database }) => checkDisputes(database),
  }),
)
