import { z } from 'zod'
import { NotificationChannel, NotificationFrequency, NotificationKind } from '../db/generated/enums.ts'
import { optional, publicId } from '../domain/inputSchemas.ts'

export const IDS_MAX = 100

export const setNotificationSettingSchema = z
  .object({
    kind: z.enum(NotificationKind),
    channel: z.enum(NotificationChannel),
    frequency: z.enum(NotificationFrequency),
  })
  .refine(({ channel, frequency }) => channel !== 'FEED' || frequency !== 'DAILY', {
    path: ['frequency'],
    message: 'The feed has notifications at once or never.',
  })

export const markNotificationsReadSchema = z
  .object({
    ids: optional(z.array(publicId).max(IDS_MAX, `This has more than ${IDS_MAX} entries.`)),
    upTo: optional(publicId),
  })
  .refine(({ ids, upTo }) => (ids === undefined) !== (upTo === undefined), {
    path: ['ids'],
    message: 'Send either ids or upTo.',
  })
