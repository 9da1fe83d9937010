/** Mutations of a person on their notifications. */
import { ViewerType } from '../accounts/accounts.graphql.ts'
import type { Caller } from '../domain/caller.ts'
import { ForbiddenError, NotFoundError, UnauthenticatedError, ValidationError } from '../domain/errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, result, uuidOf } from '../graphql/mutation.ts'
import { IDS_MAX, markNotificationsReadSchema, setNotificationSettingSchema } from './inputSchemas.ts'
import { markNotificationsRead } from './markNotificationsRead.ts'
import { NotificationChannelEnum, NotificationFrequencyEnum, NotificationKindEnum } from './notifications.graphql.ts'
import { setNotificationSetting } from './setNotificationSetting.ts'

const NotificationsPayload = builder.objectRef<{ caller: Caller }>('NotificationsPayload').implement({
  description: 'The notifications or their settings were changed.',
  fields: (t) => ({
    viewer: t.field({
      type: ViewerType,
      description: 'The viewer with their notifications.',
      resolve: ({ caller }) => caller,
    }),
  }),
})

const NotificationsResult = result('NotificationsResult', NotificationsPayload, [
  UnauthenticatedError,
  ValidationError,
  NotFoundError,
  ForbiddenError,
])

mutation('setNotificationSetting', {
  description: 'Sets how often the viewer is notified of a kind in a channel.',
  input: builder.inputType('SetNotificationSettingInput', {
    description: 'The choice for a kind and a channel.',
    fields: (t) => ({
      kind: t.field({ type: NotificationKindEnum, required: true, description: 'The kind.' }),
      channel: t.field({ type: NotificationChannelEnum, required: true, description: 'The channel.' }),
      frequency: t.field({
        type: NotificationFrequencyEnum,
        required: true,
        description: 'How often. DAILY is of EMAIL only.',
      }),
    }),
  }),
  result: NotificationsResult,
  inputSchema: setNotificationSettingSchema,
  allowsUnverified: true,
  rule: async (tx, setting, { caller }) => {
    await setNotificationSetting(tx, { userId: caller.id, ...setting })
    return { caller }
  },
})

mutation('markNotificationsRead', {
  description: 'Marks notifications of the viewer as read. Those that are read already stay as they are.',
  input: builder.inputType('MarkNotificationsReadInput', {
    description: 'The notifications: either `ids` or `upTo`.',
    fields: (t) => ({
      ids: t.idList({ description: `These, at most ${IDS_MAX}.` }),
      upTo: t.id({ description: 'This one and all older ones.' }),
    }),
  }),
  result: NotificationsResult,
  inputSchema: markNotificationsReadSchema,
  allowsUnverified: true,
  rule: async (tx, { ids, upTo }, { caller }) => {
    await markNotificationsRead(tx, {
      userId: caller.id,
      ids: ids?.map((id) => uuidOf('ntf', id)),
      upTo: upTo === undefined ? undefined : uuidOf('ntf', upTo),
    })
    return { caller }
  },
})
