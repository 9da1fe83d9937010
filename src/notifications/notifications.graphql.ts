/** Notifications, their settings and their stream, for their person alone. */
import { queryFromInfo } from '@pothos/plugin-prisma'
import { GraphQLError } from 'graphql'
import { ViewerType } from '../accounts/accounts.graphql.ts'
import { NotificationChannel, NotificationFrequency, NotificationKind } from '../db/generated/enums.ts'
import { UnauthenticatedError } from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { readCursor } from '../graphql/cursor.ts'
import { nodeOf } from '../graphql/nodeOf.ts'
import { badInput, connectionOf, idCursor, NODE_PATHS, newestFirst, readPage } from '../graphql/pagination.ts'
import { EventRef } from '../streams/events.graphql.ts'
import { feedOf, visibleNotifications } from '../visibility/notificationVisibility.ts'
import { NotificationStreamsFull, type StreamedNotification } from './notificationStreams.ts'
import {
  type NotificationSubject,
  SUBJECT_SELECT,
  seesSubject,
  subjectKeyOf,
  textOfNotification,
} from './notificationText.ts'
import { canChange, type Setting, settingsWith } from './settings.ts'

export const NotificationKindEnum = builder.enumType('NotificationKind', {
  description: 'A kind of notifications, for which a person can choose how often they are told.',
  values: {
    APPLICATION_RECEIVED: {
      value: NotificationKind.APPLICATION_RECEIVED,
      description: 'An application for their task came in or changed, or they are invited to a task.',
    },
    APPLICATION_DECIDED: {
      value: NotificationKind.APPLICATION_DECIDED,
      description: 'Their application was rejected, closed or opened again, or one for their task was withdrawn.',
    },
    TERMS_CHANGED: { value: NotificationKind.TERMS_CHANGED, description: 'A task that they applied for has changed.' },
    TASK_ACCEPTED: {
      value: NotificationKind.TASK_ACCEPTED,
      description: 'A tasker was accepted: for their task, or they themselves.',
    },
    TASK_FUNDED: { value: NotificationKind.TASK_FUNDED, description: 'The money for their work is held.' },
    WORK_SUBMITTED: { value: NotificationKind.WORK_SUBMITTED, description: 'Work on their task was submitted.' },
    CHANGES_REQUESTED: {
      value: NotificationKind.CHANGES_REQUESTED,
      description: 'The poster requests changes of their work.',
    },
    WORK_APPROVED: { value: NotificationKind.WORK_APPROVED, description: 'Work was approved.' },
    TASK_CANCELED: {
      value: NotificationKind.TASK_CANCELED,
      description: 'A task was canceled, or its acceptance has ended.',
    },
    TASK_EXPIRED: { value: NotificationKind.TASK_EXPIRED, description: 'The deadline of a task has passed.' },
    DEADLINE_NEAR: {
      value: NotificationKind.DEADLINE_NEAR,
      description: 'A deadline is near. Nothing of this kind is sent yet.',
    },
    MESSAGE_RECEIVED: {
      value: NotificationKind.MESSAGE_RECEIVED,
      description: 'Messages in the chat of a task have been unread for two minutes; one for each chat.',
    },
    SUPPORT_REPLY: {
      value: NotificationKind.SUPPORT_REPLY,
      description: 'Customer service has answered and they have not read it, or an agent has come or gone.',
    },
    PAYMENT_NEEDS_ACTION: {
      value: NotificationKind.PAYMENT_NEEDS_ACTION,
      description: 'A payment, a refund or a payout needs something of them.',
    },
    TRANSFER_SUCCEEDED: { value: NotificationKind.TRANSFER_SUCCEEDED, description: 'They were paid.' },
    TRANSFER_FAILED: {
      value: NotificationKind.TRANSFER_FAILED,
      description: 'A payout failed, was canceled, or is taken back.',
    },
    REFUND_SUCCEEDED: { value: NotificationKind.REFUND_SUCCEEDED, description: 'Their money was refunded.' },
    DISPUTE: { value: NotificationKind.DISPUTE, description: 'A dispute or a chargeback has changed.' },
    REVIEW: { value: NotificationKind.REVIEW, description: 'Reviews were published.' },
    ACCOUNT_SECURITY: {
      value: NotificationKind.ACCOUNT_SECURITY,
      description: 'Their password or address was changed. Mailed always, and not in the feed.',
    },
    MODERATION: {
      value: NotificationKind.MODERATION,
      description: 'A decision of moderators. Nothing of this kind is sent yet.',
    },
  },
})

export const NotificationChannelEnum = builder.enumType('NotificationChannel', {
  description: 'A way in which a person is notified.',
  values: {
    FEED: { value: NotificationChannel.FEED, description: '`Viewer.notifications` and `Subscription.notifications`.' },
    EMAIL: { value: NotificationChannel.EMAIL, description: 'Mails.' },
  },
})

export const NotificationFrequencyEnum = builder.enumType('NotificationFrequency', {
  description: 'How often a person is notified of a kind in a channel.',
  values: {
    IMMEDIATE: { value: NotificationFrequency.IMMEDIATE, description: 'At once.' },
    DAILY: {
      value: NotificationFrequency.DAILY,
      description: 'Once a day, at eight in the morning in their time zone. Only of EMAIL.',
    },
    NEVER: { value: NotificationFrequency.NEVER, description: 'Never.' },
  },
})

export const NotificationType = builder.prismaNode('Notification', {
  description:
    'An event that concerns a person, once for each event. Its text is in their language, and shows only what they may see now.',
  id: { field: 'id', description: 'The id, `ntf_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleNotifications(caller)] }),
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: NotificationKindEnum, description: 'The kind.' }),
    title: t.string({
      description: 'One line of plain text.',
      select: SUBJECT_SELECT,
      resolve: async (row, _args, context) => (await textOfNotification(context, row)).title,
    }),
    body: t.string({
      description: 'A sentence or two of plain text.',
      select: SUBJECT_SELECT,
      resolve: async (row, _args, context) => (await textOfNotification(context, row)).body,
    }),
    event: t.field({
      type: EventRef,
      nullable: true,
      description: 'The event; for unread messages, the first of them. Null if the viewer may not see it now.',
      select: (_args, _context, nested) => ({ event: nested() }),
      resolve: async ({ event }, _args, { loaders }) => ((await loaders.visibleEvents.load(event.id)) ? event : null),
    }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The task, chat or transfer that a client opens. Null if the viewer may not see it now.',
      select: SUBJECT_SELECT,
      resolve: async (row, _args, context, info) => {
        const subject = row.event as NotificationSubject
        return (await seesSubject(context, subject)) ? nodeOf(context, info, subjectKeyOf(subject)) : null
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    readAt: t.expose('readAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the person marked it as read, or had read its messages. Null until then.',
    }),
  }),
})

const NotificationConnection = builder.connectionObject(
  { type: NotificationType, name: 'NotificationConnection', description: 'A page of notifications, newest first.' },
  { description: 'A notification and its cursor.' },
)

const NotificationSettingType = builder.objectRef<Setting>('NotificationSetting').implement({
  description: 'How often the viewer is notified of a kind in a channel.',
  fields: (t) => ({
    kind: t.expose('kind', { type: NotificationKindEnum, description: 'The kind.' }),
    channel: t.expose('channel', { type: NotificationChannelEnum, description: 'The channel.' }),
    frequency: t.expose('frequency', { type: NotificationFrequencyEnum, description: 'The choice, or the default.' }),
    canChange: t.boolean({
      description: 'False for mails about the security of the account, which cannot be turned off.',
      resolve: canChange,
    }),
  }),
})

const KEY_SELECT = { id: true } as const

builder.objectFields(ViewerType, (t) => ({
  notifications: t.connection(
    {
      type: NotificationType,
      description: 'Their notifications of the last 180 days, newest first.',
      args: { unreadOnly: t.arg.boolean({ defaultValue: false, description: 'Only unread ones.' }) },
      resolve: async (caller, { unreadOnly, ...pageArguments }, context, info) => {
        const page = readPage(pageArguments, idCursor)
        const { where, orderBy, take } = newestFirst(page)
        const typeName = 'Notification'
        const { select } = queryFromInfo({ context, info, typeName, paths: NODE_PATHS, select: KEY_SELECT })
        const rows = await context.prisma.notification.findMany({
          select: { ...select, ...KEY_SELECT },
          where: { AND: [where, feedOf(caller), ...(unreadOnly ? [{ readAt: null }] : [])] },
          orderBy,
          take,
        })
        return connectionOf(rows, page, idCursor, ({ id }) => id)
      },
    },
    NotificationConnection,
  ),
  unreadNotifications: t.int({
    description: 'The number of unread notifications.',
    resolve: (caller, _args, { prisma }) => prisma.notification.count({ where: { ...feedOf(caller), readAt: null } }),
  }),
  notificationSettings: t.field({
    type: [NotificationSettingType],
    description: 'The settings of all kinds and channels.',
    resolve: async ({ id }, _args, { prisma }) =>
      settingsWith(await prisma.notificationSetting.findMany({ where: { userId: id }, take: SETTINGS_MAX })),
  }),
}))

// More than there are kinds and channels.
const SETTINGS_MAX = 100

builder.subscriptionField('notifications', (t) =>
  t.prismaField({
    type: NotificationType,
    description:
      'New notifications of the viewer. A client that reconnects with the header `Last-Event-ID` misses none. Refused with UNAUTHENTICATED for others.',
    subscribe: (_root, _args, context) => openNotifications(context),
    resolve: (query, { id, sequence }: StreamedNotification, _args, context) => {
      // A stream is one operation that runs for hours, so the caches of its loaders must not outlive an item.
      context.loaders = context.loaders.forViewer(context.caller)
      context.itemCursor = sequence
      return context.prisma.notification.findUniqueOrThrow({
        ...query,
        where: { id, AND: [visibleNotifications(context.caller)] },
      })
    },
  }),
)

async function openNotifications({
  caller,
  services,
  lastEventId,
}: Context): Promise<AsyncIterable<StreamedNotification>> {
  if (!caller) throw new UnauthenticatedError()
  const after = lastEventId ? readCursor(lastEventId) : undefined
  if (lastEventId && after === undefined)
    throw badInput('The header Last-Event-ID is not a cursor. Send the id of the last notification received.')
  try {
    return await services.notifications.open(caller, after)
  } catch (error) {
    if (!(error instanceof NotificationStreamsFull)) throw error
    throw new GraphQLError(error.message, { extensions: { code: 'OVERLOADED' } })
  }
}
