import type { NotificationKind } from '../db/generated/enums.ts'
import type { Tx } from '../db/transaction.ts'
import { ForbiddenError } from '../domain/errors.ts'
import { cancelMails, setChoices } from './notifications.sql.ts'
import { canChange, type Setting } from './settings.ts'

/**
 * Sets how often a person is notified of a kind in a channel. Refuses mails about their own security with ForbiddenError, unless the
 * frequency is the one that they have anyway.
 */
export async function setNotificationSetting(
  tx: Tx,
  { userId, kind, channel, frequency }: Setting & { userId: string },
): Promise<void> {
  if (!canChange({ kind, channel }) && frequency !== 'IMMEDIATE') {
    throw new ForbiddenError('Mails about the security of your account cannot be turned off or delayed.')
  }
  await setChoices(tx, { userId, kinds: [kind], channel, frequency })
  if (channel === 'EMAIL' && frequency === 'NEVER') await cancelMails(tx, { userId, kinds: [kind] })
}

/** Turns mails of these kinds off, by the link of a mail. Mails about security stay on. */
export async function turnOffMails(
  tx: Tx,
  { userId, kinds }: { userId: string; kinds: readonly NotificationKind[] },
): Promise<void> {
  const changeable = kinds.filter((kind) => canChange({ kind, channel: 'EMAIL' }))
  await setChoices(tx, { userId, kinds: changeable, channel: 'EMAIL', frequency: 'NEVER' })
  await cancelMails(tx, { userId, kinds: changeable })
}
