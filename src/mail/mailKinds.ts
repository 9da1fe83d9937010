/** The kinds of mails and the parameters of their templates. */

import type { NotificationKind } from '../db/generated/enums.ts'

/** The parameters by kind. They are stored until the mail is deleted, so they have no secret: a token is passed separately. */
export interface MailParameters {
  /** To the address of an account that is not verified yet. */
  VERIFY_EMAIL: Named
  /** To a new address, before the account changes to it. */
  CONFIRM_EMAIL_CHANGE: Named
  /** To the previous address. */
  EMAIL_CHANGED: Named & { newEmail: string }
  RESET_PASSWORD: Named
  PASSWORD_CHANGED: Named
  ACCESS_TOKEN_CREATED: Named & { tokenName: string; hint: string }
  OPENID_LINKED: Named & { provider: string }
  SECOND_FACTOR_ADDED: Named & WithFactor
  SECOND_FACTOR_REMOVED: Named & WithFactor & { isLast: boolean }
  RECOVERY_CODE_USED: Named & { codesLeft: number }
  /** Deliveries to an endpoint of webhooks failed for days, and it was turned off. */
  WEBHOOK_DISABLED: Named & { host: string }
  /** One notification. */
  NOTIFICATION: Named & Unsubscribable & { title: string; body: string }
  /** The notifications of a day. */
  NOTIFICATION_DIGEST: Named & Unsubscribable & { entries: readonly { title: string; body: string }[] }
}

interface Named {
  /** The display name of the person. */
  name: string
}

interface WithFactor {
  /** The name that the person has chosen for the factor. */
  factorName: string
}

/** A mail that its person can turn off by a link, without signing in. */
interface Unsubscribable {
  /** The kinds of notifications that the link turns off. */
  kinds: readonly NotificationKind[]
}

export type MailKind = keyof MailParameters

/** The paths in the app of the links with a token, by kind. The token follows as `?token=`. */
export const LINK_PATHS: Readonly<Partial<Record<MailKind, string>>> = {
  VERIFY_EMAIL: '/verify-email',
  CONFIRM_EMAIL_CHANGE: '/verify-email',
  RESET_PASSWORD: '/reset-password',
}
