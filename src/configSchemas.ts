/** What the variables of the environment may be, each with the sentence that says so. Never with the value, which may be a secret. */
import { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

const AUTH_SECRET_BYTES_MIN = 32 // HS256 is as strong as its key up to the 256 bits of its hash.
const SWITCH: Readonly<Record<string, boolean>> = { on: true, true: true, 1: true, off: false, false: false, 0: false }

/** Text of this pattern; `rule` says what that means. */
export function text(name: string, pattern: RegExp, rule: string) {
  return z.string().regex(pattern, { error: `${name} ${rule}.` })
}

/** A whole number in this range. */
export function wholeNumber(name: string, min: number, max: number, byDefault: number) {
  const error = `${name} must be a whole number from ${min} to ${max}.`
  return z
    .string()
    .regex(/^\d{1,10}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }))
    .default(byDefault)
}

/** One of these words. */
export function oneOf<const Word extends string>(name: string, words: readonly Word[], byDefault: NoInfer<Word>) {
  return z.enum(words, { error: `${name} must be one of ${words.join(', ')}.` }).default(byDefault)
}

/** A switch. */
export function onOrOff(name: string, byDefault: boolean) {
  return z
    .enum(Object.keys(SWITCH), { error: `${name} must be on or off.` })
    .transform((word) => SWITCH[word] === true)
    .default(byDefault)
}

/** Text that must be there where the other variable is. */
export function togetherWith(environment: Environment, name: string, other: string) {
  // Decided here: what is said of an optional value is not asked when it is absent.
  const given = z.string({ error: `${name} must be set where ${other} is.` })
  return environment[other] === undefined ? given.optional() : given
}

/** A secret that is long enough for what it signs. */
export function authSecret(name: string, required: boolean) {
  const least = `${name} must have at least ${AUTH_SECRET_BYTES_MIN} bytes.`
  const missing = `${name} must be set in production and with DATABASE_URL, to at least ${AUTH_SECRET_BYTES_MIN} bytes.`
  const secret = z
    .string({ error: missing })
    .refine((value) => Buffer.byteLength(value) >= AUTH_SECRET_BYTES_MIN, { error: least })
  return required ? secret : secret.optional()
}

/** Where a PostgreSQL is. */
export function databaseUrl(name: string) {
  return text(name, /^postgres(ql)?:\/\/\S+$/, 'must begin with postgres:// or postgresql://')
    .refine((url) => !url.startsWith('postgres') || isDatabaseUrl(url), {
      error: `${name} must be an address such as postgres://user:password@host:5432/database; in names and passwords @ is written as %40, / as %2F, # as %23, ? as %3F and % as %25.`,
    })
    .refine((url) => !namesSchema(url), {
      error: `${name} must not name a schema: the server keeps its tables in public, and what belongs to them in two schemas beside it, so give it a database of its own.`,
    })
    .optional()
}

// An address of a socket has no host, which URL does not know: postgres://user@/database?host=/run/postgresql.
const parsedDatabaseUrl = (url: string): URL | undefined => {
  const withHost = url.replace('@/', '@localhost/')
  return URL.canParse(withHost) ? new URL(withHost) : undefined
}

// A "#" ends the address: what follows it would be lost, and part of a password taken for a host.
const isDatabaseUrl = (url: string): boolean => parsedDatabaseUrl(url)?.hash === '' && !url.includes('#')

function namesSchema(url: string): boolean {
  const parameters = parsedDatabaseUrl(url)?.searchParams
  const schema = parameters?.get('schema') ?? 'public'
  return schema !== 'public' || /\bsearch_path\b/.test(parameters?.get('options') ?? '')
}

/** Where a Redis is. */
export function redisUrl(name: string) {
  return z
    .string()
    .refine((url) => /^rediss?:\/\/\S+$/.test(url) && URL.canParse(url), {
      error: `${name} must be an address that begins with redis:// or rediss://.`,
    })
    .optional()
}

/** Where a service is on the web, without a slash at the end. */
export function publicUrl(name: string) {
  return z
    .string()
    .refine(isPublicUrl, { error: `${name} must be an http or https URL without query and fragment.` })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
}

function isPublicUrl(value: string): boolean {
  return /^https?:\/\/[^?#]+$/.test(value) && URL.canParse(value)
}

/** Origins, with commas between. */
export function origins(name: string) {
  return z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .refine((list) => list.every(isOrigin), {
      error: `${name} must be a list of origins such as https://app.example.com, with commas between.`,
    })
    .default([])
}

// Compared with what a browser sends, byte by byte: a path or a slash at the end would never match.
function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}
