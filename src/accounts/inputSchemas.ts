import { z } from 'zod'
import { PayoutReadiness, Role } from '../db/generated/enums.ts'
import { idempotencyKey, line, optional, publicId } from '../domain/inputSchemas.ts'

const PASSWORD_LENGTH_MIN = 10
// Long enough for any sentence; a bound on what is hashed.
const PASSWORD_LENGTH_MAX = 200
const EMAIL_LENGTH_MAX = 254 // RFC 5321 carries no longer one.
const URL_LENGTH_MAX = 2_000

const email = z
  .string()
  .max(EMAIL_LENGTH_MAX, `This has more than ${EMAIL_LENGTH_MAX} characters.`)
  .transform((address) => address.toLowerCase())

// Characters as people count them, not UTF-16 units; any kind is as good as another.
const newPassword = z
  .string()
  .refine((text) => [...text].length >= PASSWORD_LENGTH_MIN, `This has fewer than ${PASSWORD_LENGTH_MIN} characters.`)
  .refine((text) => [...text].length <= PASSWORD_LENGTH_MAX, `This has more than ${PASSWORD_LENGTH_MAX} characters.`)

// One that is too short is just not the right one.
const knownPassword = z
  .string()
  .refine((text) => [...text].length <= PASSWORD_LENGTH_MAX, `This has more than ${PASSWORD_LENGTH_MAX} characters.`)

const displayName = line(80)
const reason = line(1_000)

export const signUpSchema = z.object({ email, password: newPassword, displayName })

export const signInSchema = z.object({
  password: optional(z.object({ email, password: knownPassword })),
  refreshToken: optional(z.string()),
})

export const changePasswordSchema = z.object({ currentPassword: knownPassword, newPassword })

export const updateProfileSchema = z.object({ displayName: optional(displayName), avatarId: publicId.nullish() })

export const setRolesSchema = z.object({
  idempotencyKey,
  userId: publicId,
  roles: z.array(z.enum(Role)).max(Object.keys(Role).length, 'There are not that many roles.'),
  reason,
})

export const suspendUserSchema = z.object({ idempotencyKey, userId: publicId, reason })

export const startPayoutOnboardingSchema = z.object({
  returnUrl: z
    .instanceof(URL)
    .refine(({ protocol }) => /^https?:$/.test(protocol), 'This is not an http or https address.')
    .refine(({ href }) => href.length <= URL_LENGTH_MAX, `This has more than ${URL_LENGTH_MAX} characters.`),
})

export const setSandboxPayoutReadinessSchema = z.object({ userId: publicId, readiness: z.enum(PayoutReadiness) })
