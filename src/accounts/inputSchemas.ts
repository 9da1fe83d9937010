import { z } from 'zod'
import { PayoutReadiness, Role } from '../db/generated/enums.ts'
import { idempotencyKey, line, optional, publicId } from '../domain/inputSchemas.ts'

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

// No minimum, because a password that is too short is simply wrong.
const knownPassword = z
  .string()
  .refine((text) => [...text].length <= PASSWORD_LENGTH_MAX, `This has more than ${PASSWORD_LENGTH_MAX} characters.`)

const displayName = line(80)
const reason = line(1_000)
const factorName = line(80)

export const signUpSchema = z.object({ email, password: newPassword, displayName })

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
  secondFactor: optional(answerSchema),
  passkey: optional(z.object({ challenge: ownText, response: credentialJson })),
})

export const startTotpSchema = z.object({ currentPassword: knownPassword })

export const confirmTotpSchema = z.object({ code: ownText, name: factorName })

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
