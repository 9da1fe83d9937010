/** Schemas of environment variables, with their error messages. A message never repeats the value, which may be a secret. */
import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

const AUTH_SECRET_BYTES_MIN = 32 // HS256 needs a key of at least 256 bits, the size of its hash.
const SWITCH: Readonly<Record<string, boolean>> = { on: true, true: true, 1: true, off: false, false: false, 0: false }

/** Text that matches this pattern; `rule` states the pattern in words. */
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

/** One of these words, or the default. */
export function oneOf<const Word extends string>(name: string, words: readonly Word[], byDefault: NoInfer<Word>) {
  return z.enum(words, { error: `${name} must be one of ${words.join(', ')}.` }).default(byDefault)
}

/** A switch: on, true, 1, off, false or 0. */
export function onOrOff(name: string, byDefault: boolean) {
  return z
    .enum(Object.keys(SWITCH), { error: `${name} must be on or off.` })
    .transform((word) => SWITCH[word] === true)
    .default(byDefault)
}

/** The switch that lets the sandbox take payments; it must be on where there is no real provider but should be one. */
export function allowSandbox(name: string, required: boolean) {
  if (!required) return onOrOff(name, false)
  const error = `${name} must be on in production without STRIPE_SECRET_KEY: the sandbox takes payments without moving money.`
  return z
    .string({ error })
    .refine((word) => SWITCH[word] === true, { error })
    .transform(() => true)
}

/** Text that must be set together with another variable. */
export function togetherWith(environment: Environment, name: string, other: string) {
  // Depends on the environment, because zod does not check an optional value that is absent.
  const required = z.string({ error: `${name} must be set together with ${other}.` })
  return environment[other] === undefined ? required.optional() : required
}

/** A signing key of sufficient length. */
export function authSecret(name: string, required: boolean) {
  const least = `${name} must have at least ${AUTH_SECRET_BYTES_MIN} bytes.`
  const missing = `${name} must be set in production and with DATABASE_URL, to at least ${AUTH_SECRET_BYTES_MIN} bytes.`
  const secret = z
    .string({ error: missing })
    .refine((value) => Buffer.byteLength(value) >= AUTH_SECRET_BYTES_MIN, { error: least })
  return required ? secret : secret.optional()
}

/** The URL of a PostgreSQL database. */
export function databaseUrl(name: string) {
  return text(name, /^postgres(ql)?:\/\/\S+$/, 'must begin with postgres:// or postgresql://')
    .refine((url) => !url.startsWith('postgres') || isDatabaseUrl(url), {
      error: `${name} must be an address such as postgres://user:password@host:5432/database; in user names and passwords, write @ as %40, / as %2F, # as %23, ? as %3F and % as %25.`,
    })
    .refine((url) => !namesSchema(url), {
      error: `${name} must not name a schema: the server uses public and two schemas of its own, so it needs a separate database.`,
    })
    .optional()
}

// The URL of a Unix socket has no host, which URL does not parse: postgres://user@/database?host=/run/postgresql.
const parsedDatabaseUrl = (url: string): URL | undefined => {
  const withHost = url.replace('@/', '@localhost/')
  return URL.canParse(withHost) ? new URL(withHost) : undefined
}

// A "#" begins the fragment: the rest would be lost, and part of a password be parsed as the host.
const isDatabaseUrl = (url: string): boolean => parsedDatabaseUrl(url)?.hash === '' && !url.includes('#')

function namesSchema(url: string): boolean {
  const parameters = parsedDatabaseUrl(url)?.searchParams
  const schema = parameters?.get('schema') ?? 'public'
  return schema !== 'public' || /\bsearch_path\b/.test(parameters?.get('options') ?? '')
}

/** The URL of a Redis server. */
export function redisUrl(name: string) {
  return z
    .string()
    .refine((url) => /^rediss?:\/\/\S+$/.test(url) && URL.canParse(url), {
      error: `${name} must be an address that begins with redis:// or rediss://.`,
    })
    .optional()
}

/** The URL of a web service, without a trailing slash. */
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

/** A comma-separated list of origins. */
export function origins(name: string) {
  return list()
    .refine((origins) => origins.every(isOrigin), {
      error: `${name} must be a list of origins such as https://app.example.com, separated by commas.`,
    })
    .default([])
}

/** A comma-separated list of paths, relative to the working directory. */
export const paths = () =>
  list()
    .transform((all) => all.map((path) => resolve(path)))
    .default([])

/** A comma-separated list of ranges of addresses. */
export function addressRanges(name: string) {
  return list()
    .refine((ranges) => ranges.every((range) => ipaddr.isValidCIDR(range)), {
      error: `${name} must be a list of ranges of addresses such as 127.0.0.0/8, separated by commas.`,
    })
    .default([])
}

const list = () =>
  z.string().transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  )

// Compared with the Origin header of browsers as text: a path or a trailing slash would never match.
function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

export type StripeConfig = Readonly<{
  secretKey: string
  /** The signing secrets of the event destinations. */
  webhookSecrets: readonly string[]
}>

/** The variables of Stripe. Neither is of use without the other: a server that hears nothing of disputes must not take money. */
export function stripeVariables(environment: Environment) {
  const { NODE_ENV, ALLOW_LIVE_KEY, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET } = environment
  const isLiveAllowed = NODE_ENV === 'production' || SWITCH[ALLOW_LIVE_KEY ?? ''] === true
  const key = z
    .string({ error: 'STRIPE_SECRET_KEY must be set together with STRIPE_WEBHOOK_SECRET.' })
    .regex(/^[sr]k_(test|live)_\w+$/, {
      error: 'STRIPE_SECRET_KEY must be a secret or restricted key of Stripe, which begins with sk_ or rk_.',
    })
    .refine((value) => isLiveAllowed || !/^[sr]k_live_/.test(value), {
      error:
        'STRIPE_SECRET_KEY must be a test key unless NODE_ENV=production or ALLOW_LIVE_KEY=1: a live key moves real money.',
    })
  const secrets = z
    .string({ error: 'STRIPE_WEBHOOK_SECRET must be set together with STRIPE_SECRET_KEY.' })
    .transform((list) => list.split(',').map((secret) => secret.trim()))
    .refine((list) => list.every((secret) => /^whsec_\S+$/.test(secret)), {
      error:
        'STRIPE_WEBHOOK_SECRET must be a list of signing secrets, each beginning with whsec_, separated by commas.',
    })
  return {
    STRIPE_SECRET_KEY: (STRIPE_WEBHOOK_SECRET === undefined ? key.optional() : key).describe(
      'Secret key of Stripe, which then takes the payments instead of the sandbox. See [money](MONEY.md).',
    ),
    STRIPE_WEBHOOK_SECRET: (STRIPE_SECRET_KEY === undefined ? secrets.optional() : secrets).describe(
      'Signing secrets of the event destinations at Stripe, separated by commas.',
    ),
    ALLOW_LIVE_KEY: onOrOff('ALLOW_LIVE_KEY', false).describe("Accepts Stripe's live key outside of production."),
  }
}

/** Returns the configuration of Stripe; undefined without both variables. */
export const stripeOf = (
  secretKey: string | undefined,
  webhookSecrets: readonly string[] | undefined,
): StripeConfig | undefined =>
  secretKey && webhookSecrets ? Object.freeze({ secretKey, webhookSecrets: Object.freeze(webhookSecrets) }) : undefined
/** The URL of a mail server, set together with another variable. */
export function smtpUrl(name: string, required: boolean, other: string) {
  const schema = z
    .string({ error: `${name} must be set together with ${other}.` })
    .refine((url) => /^smtps?:\/\/\S+$/.test(url) && URL.canParse(url), {
      error: `${name} must be an address such as smtp://user:password@host:587; in user names and passwords, write @ as %40, / as %2F and # as %23.`,
    })
  return required ? schema : schema.optional()
}

/** The sender of mails, set together with another variable. */
export function mailFrom(name: string, required: boolean, other: string) {
  const schema = z
    .string({ error: `${name} must be set together with ${other}.` })
    .regex(/^(?:[^<>\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
      error: `${name} must be an address such as Errand <hello@example.com>.`,
    })
  return required ? schema : schema.optional()
}

/** A provider of OpenID Connect. */
export type OpenIdProviderConfig = Readonly<{
  /** The name by which clients choose it, and that people read in mails. */
  name: string
  issuer: string
  clientId: string
  clientSecret: string
  scopes: readonly string[]
}>

const openIdProvider = z.strictObject({
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,49}$/u),
  issuer: z.string().refine(isIssuer),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
    .refine((scopes) => scopes.includes('openid'))
    .default(['openid', 'email', 'profile']),
})

/** The providers of OpenID Connect, as JSON. */
export function openIdProviders(name: string) {
  const error = `${name} must be a JSON list of objects with name, issuer (https), clientId, clientSecret and optional scopes (with openid), each name and issuer once.`
  return z
    .string()
    .transform((text, context): OpenIdProviderConfig[] => {
      const { data } = z.array(openIdProvider).max(20).safeParse(parsedJson(text))
      if (data && hasEachOnce(data)) return data.map((provider) => Object.freeze(provider))
      context.addIssue({ code: 'custom', message: error })
      return z.NEVER
    })
    .default([])
}

/** True for an address of this machine without TLS: of tests. */
export const isLocalHttp = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

// The keys of a provider come from its issuer's address, so that must be TLS but for this machine.
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const { protocol, search, hash, username } = url
  return (protocol === 'https:' || isLocalHttp(url)) && search === '' && hash === '' && username === ''
}

const hasEachOnce = (providers: readonly OpenIdProviderConfig[]): boolean =>
  new Set(providers.map(({ name }) => name)).size === providers.length &&
  new Set(providers.map(({ issuer }) => issuer)).size === providers.length

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
