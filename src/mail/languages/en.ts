import type { Language } from './language.ts'

/** English, also for languages without a translation. */
export const en: Language = {
  tag: 'en',
  greeting: (name) => `Hello ${name},`,
  footer: 'You receive this mail because this address belongs to an account of ours, or was entered for one.',
  unsubscribe: 'Turn mails of this kind off',
  letters: {
    VERIFY_EMAIL: () => ({
      subject: 'Confirm your email address',
      paragraphs: [
        'Please confirm that this is your email address. Until then you can look around and write drafts.',
        'The link works once, for 48 hours. If you did not create an account, ignore this mail.',
      ],
      linkLabel: 'Confirm the address',
    }),
    CONFIRM_EMAIL_CHANGE: () => ({
      subject: 'Confirm your new email address',
      paragraphs: [
        'Please confirm that you want to sign in with this email address from now on.',
        'The link works once, for 48 hours. If you did not ask for this change, ignore this mail: nothing changes.',
      ],
      linkLabel: 'Confirm the new address',
    }),
    EMAIL_CHANGED: ({ newEmail }) => ({
      subject: 'Your email address was changed',
      paragraphs: [
        `The email address of your account is now ${newEmail}.`,
        'If you did not do this, contact us at once: somebody else may have access to your account.',
      ],
    }),
    RESET_PASSWORD: () => ({
      subject: 'Reset your password',
      paragraphs: [
        'With this link you can choose a new password. All devices are then signed out.',
        'The link works once, for one hour. If you did not ask for it, ignore this mail: your password stays as it is.',
      ],
      linkLabel: 'Choose a new password',
    }),
    PASSWORD_CHANGED: () => ({
      subject: 'Your password was changed',
      paragraphs: [
        'The password of your account was changed, and all other devices were signed out.',
        'If you did not do this, reset your password now and contact us.',
      ],
    }),
    ACCESS_TOKEN_CREATED: ({ tokenName, hint }) => ({
      subject: 'An access token was created for your account',
      paragraphs: [
        `The access token "${tokenName}", which ends in ${hint}, can now be used by programs in your name.`,
        'If you did not create it, change your password now, which ends all access tokens, and contact us.',
      ],
    }),
    OPENID_LINKED: ({ provider }) => ({
      subject: `You can now sign in with ${provider}`,
      paragraphs: [
        `Your account at ${provider} was used to sign in for the first time. From now on it opens your account here.`,
        'If you did not do this, contact us at once: somebody else may have access to your account.',
      ],
    }),
    SECOND_FACTOR_ADDED: ({ factorName }) => ({
      subject: 'A second factor was added to your account',
      paragraphs: [
        `The second factor "${factorName}" was added to your account. From now on a sign-in asks for it, or for one of your recovery codes.`,
        'If you did not do this, reset your password now and contact us.',
      ],
    }),
    SECOND_FACTOR_REMOVED: ({ factorName, isLast }) => ({
      subject: 'A second factor was removed from your account',
      paragraphs: [
        `The second factor "${factorName}" was removed from your account, and all other devices were signed out.`,
        ...(isLast ? ['It was the last one: from now on your password alone is enough to sign in.'] : []),
        'If you did not do this, reset your password now and contact us.',
      ],
    }),
    RECOVERY_CODE_USED: ({ codesLeft }) => ({
      subject: 'A recovery code of your account was used',
      paragraphs: [
        `A recovery code was used in place of your second factor. Recovery codes that are left: ${codesLeft}. If you add a second factor, you receive new ones.`,
        'If you did not do this, reset your password now and contact us.',
      ],
    }),
    WEBHOOK_DISABLED: ({ host }) => ({
      subject: 'Your webhook endpoint was turned off',
      paragraphs: [
        `Events could not be delivered to your endpoint at ${host}, so it was turned off.`,
        'Its deliveries show the errors. When the endpoint works again, turn it on, and repeat the deliveries that you need.',
      ],
    }),
    NOTIFICATION: ({ title, body }) => ({ subject: title, paragraphs: [body] }),
    NOTIFICATION_DIGEST: ({ entries }) => ({
      subject: entries.length === 1 ? 'One notification' : `${entries.length} notifications`,
      paragraphs: ['This has happened since yesterday:', ...entries.map(({ title, body }) => `${title}: ${body}`)],
    }),
  },
}
