import { z } from 'zod'
import { AccessTokenScope, PayoutReadiness, Role } from '../db/generated/enums.ts'
import { idempotencyKey, line, optional, publicId } from '../domain/inputSchemas.ts'
import { isCommonPassword } from './passwords/commonPasswords.ts'
import { isOwnName, OWN_NAME } from './passwords/refuseOwnName.ts'

const PASSWORD_LENGTH_MIN = 10
// Long enough for any passphrase; limits the work of a hash.
const PASSWORD_LENGTH_MAX = 200
const EMAIL_LENGTH_MAX = 254 // The limit of RFC 5321.
const URL_LENGTH_MAX = 2_000
const PAYMENT_METHOD_LENGTH_MAX = 255
const OWN_TEXT_LENGTH_MAX = 100
const CREDENTIAL_LENGTH_MAX = 16_000 // An attestation with a chain of certificates has some kilobytes.
const LOCALE_LENGTH_MAX = 35 // RFC 5646, section 4.4.1.

const email = z
  .string()
  .max(EMAIL_LENGTH_MAX, `This has more than ${EMAIL_LENGTH_MAX} characters.`)
  .transform((address) => address.toLowerCase())

// Counts code points, not UTF-16 units; any character is allowed.
const newPassword = z
  .string()
  .refine((text) => [...text].length >= PASSWORD_LENGTH_MIN, `This has fewer than ${PASSWORD_LENGTH_MIN} characters.`)
  .refine((text) => [...text].length <= PASSWORD_LENGTH_MAX, `This has more than ${PASSWORD_LENGTH_MAX} characters.`)
  .refine(
    (text) => !isCommonPassword(text),
    'This is one of the most common passwords, which are tried first. Choose another one.',
  )

// No minimum, because a password that is too short is simply wrong.
const knownPassword = z
  .string()
  .refine((text) => [...text].length <= PASSWORD_LENGTH_MAX, `This has more than ${PASSWORD_LENGTH_MAX} characters.`)

const displayName = line(80)
const reason = line(1_000)
const factorName = line(80)

export const signUpSchema = z
  .object({ email, password: newPassword, displayName })
  .refine((person) => !isOwnName(person.password, person), { path: ['password'], message: OWN_NAME })

const CODE_LENGTH_MAX = 4_096

/** The form of RFC 7636, section 4.1. */
const codeVerifier = z
  .string()
  .regex(
    /^[A-Za-z0-9._~-]{43,128}$/,
    'This must be 43 to 128 letters, digits, hyphens, periods, underscores or tildes.',
  )

const openId = z.object({
  provider: line(80),
  code: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'This is not an authorization code.')
    .max(CODE_LENGTH_MAX, `This has more than ${CODE_LENGTH_MAX} characters.`),
  codeVerifier,
  redirectUri: z
    .instanceof(URL)
    .refine(({ search, hash }) => search === '' && hash === '', 'This must have no query and no fragment.'),
  nonce: optional(
    z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'This must be letters, digits and other printable characters of ASCII.')
      .max(255, 'This has more than 255 characters.'),
  ),
})

/** A challenge, or another text that this server has made. */
const ownText = z.string().max(OWN_TEXT_LENGTH_MAX, `This has more than ${OWN_TEXT_LENGTH_MAX} characters.`)

/** An answer of `navigator.credentials`, as JSON. */
const credentialJson = z.string().max(CREDENTIAL_LENGTH_MAX, `This has more than ${CREDENTIAL_LENGTH_MAX} characters.`)

const answerSchema = z
  .object({
    challenge: ownText,
    code: optional(ownText),
    recoveryCode: optional(ownText),
    passkey: optional(credentialJson),
    password: optional(knownPassword),
  })
  .refine(({ challenge: _challenge, ...answers }) => Object.values(answers).filter(isGiven).length === 1, {
    message: 'Send exactly one of code, recoveryCode, passkey and password.',
  })

const isGiven = (value: unknown): boolean => value !== undefined

export const signInSchema = z.object({
  password: optional(z.object({ email, password: knownPassword })),
  refreshToken: optional(z.string()),
  openId: optional(openId),
  secondFactor: optional(answerSchema),
  passkey: optional(z.object({ challenge: ownText, response: credentialJson })),
})

/** An address of a provider, in the form of our own. */
export const openIdEmail = email.refine((address) => /^[^\s@]+@[^\s@]+$/.test(address))

/** The name of a new account: that at the provider or, where that is no name of ours, the beginning of the address. */
export function nameForAccount(name: string | undefined, address: string): string {
  const candidates = [name, address.split('@', 1)[0]?.slice(0, 80)]
  for (const candidate of candidates) {
    const { data } = displayName.safeParse(candidate)
    if (data !== undefined) return data
  }
  return 'New member'
}

export const startTotpSchema = z.object({ currentPassword: knownPassword })

export const confirmTotpSchema = z.object({
  code: ownText,
  name: optional(factorName).transform((name) => name ?? 'Authenticator app'),
})

export const startPasskeySchema = z.object({ currentPassword: optional(knownPassword) })

export const finishPasskeySchema = z.object({ challenge: ownText, response: credentialJson, name: factorName })

export const removeSecondFactorSchema = z.object({ secondFactorId: publicId, currentPassword: knownPassword })

export const changePasswordSchema = z.object({ currentPassword: knownPassword, newPassword })

export const requestEmailVerificationSchema = z.object({ idempotencyKey })

export const emailTokenSchema = z.object({ token: z.string() })

export const changeEmailSchema = z.object({ newEmail: email, currentPassword: knownPassword })

export const requestPasswordResetSchema = z.object({ email })

export const resetPasswordSchema = z.object({ token: z.string(), newPassword })

export const revokeOtherSessionsSchema = z.object({ idempotencyKey })

const locale = z.string().transform((tag, context): string => {
  const canonical = tag.length <= LOCALE_LENGTH_MAX ? canonicalLocale(tag) : undefined
  if (canonical !== undefined) return canonical
  context.addIssue({ code: 'custom', message: 'This must be a BCP 47 language tag, such as de-AT.' })
  return z.NEVER
})

function canonicalLocale(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

const timeZone = z.string().refine(isTimeZone, 'This must be an IANA time zone, such as Europe/Berlin.')

// Offsets such as +01:00 are no time zones, because they know no daylight saving.
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const updateProfileSchema = z.object({
  displayName: optional(displayName),
  avatarId: publicId.nullish(),
  locale: optional(locale),
  timeZone: optional(timeZone),
})

export const createAccessTokenSchema = z.object({
  name: line(80),
  scopes: z
    .array(z.enum(AccessTokenScope))
    .min(1, 'This must have at least one scope.')
    .max(Object.keys(AccessTokenScope).length, 'This has more entries than there are scopes.')
    .transform((scopes) => [...new Set(scopes)]),
  expiresAt: z
    .date()
    .nullish()
    .transform((moment) => moment ?? null),
})

export const revokeAccessTokenSchema = z.object({ accessTokenId: publicId })

export const setRolesSchema = z.object({
  idempotencyKey,
  userId: publicId,
  roles: z.array(z.enum(Role)).max(Object.keys(Role).length, 'This has more entries than there are roles.'),
  reason,
})

export const suspendUserSchema = z.object({ idempotencyKey, userId: publicId, reason })

export const startPayoutOnboardingSchema = z.object({
  returnUrl: z
    .instanceof(URL)
    .refine(({ protocol }) => /^https?:$/.test(protocol), 'This must be an http or https address.')
    .refine(({ href }) => href.length <= URL_LENGTH_MAX, `This has more than ${URL_LENGTH_MAX} characters.`),
})

export const removePaymentMethodSchema = z.object({ paymentMethodId: line(PAYMENT_METHOD_LENGTH_MAX) })

export const setSandboxPayoutReadinessSchema = z.object({ userId: publicId, readiness: z.enum(PayoutReadiness) })
