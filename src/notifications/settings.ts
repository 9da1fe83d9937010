/** The settings of notifications: the default of each kind and channel, and the choices of a person. */
import { NotificationChannel, type NotificationFrequency, NotificationKind } from '../db/generated/enums.ts'

export interface Setting {
  kind: NotificationKind
  channel: NotificationChannel
  frequency: NotificationFrequency
}

// Mails at once for everything that waits for the person, or moves their money. The rest is mailed once a day.
const MAILED_DAILY: ReadonlySet<NotificationKind> = new Set<NotificationKind>([
  'APPLICATION_RECEIVED',
  'APPLICATION_DECIDED',
  'TERMS_CHANGED',
  'TASK_EXPIRED',
  'REVIEW',
])

/** The frequency of a kind in a channel, unless the person has chosen another one. */
export function defaultFrequency(kind: NotificationKind, channel: NotificationChannel): NotificationFrequency {
  return channel === 'EMAIL' && MAILED_DAILY.has(kind) ? 'DAILY' : 'IMMEDIATE'
}

/** False for mails about one's own security. */
export const canChange = ({ kind, channel }: Pick<Setting, 'kind' | 'channel'>): boolean =>
  kind !== 'ACCOUNT_SECURITY' || channel !== 'EMAIL'

/** All settings, with the choices of a person. */
export function settingsWith(choices: readonly Setting[]): Setting[] {
  return Object.values(NotificationKind).flatMap((kind) =>
    Object.values(NotificationChannel).map((channel) => {
      const chosen = choices.find((choice) => choice.kind === kind && choice.channel === channel)
      return { kind, channel, frequency: chosen?.frequency ?? defaultFrequency(kind, channel) }
    }),
  )
}
