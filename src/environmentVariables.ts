/** The variables of the environment: their names, forms, defaults and descriptions. */
import { relative, resolve } from 'node:path'
import { z } from 'zod'
import {
  addressRanges,
  allowSandbox,
  authSecret,
  databaseUrl,
  type Environment,
  mailFrom,
  oneOf,
  onOrOff,
  openIdProviders,
  origins,
  paths,
  publicUrl,
  redisUrl,
  smtpUrl,
  stripeVariables,
  text,
  togetherWith,
  wholeNumber,
} from './configSchemas.ts'

/** The levels of the log, from the fewest lines to the most. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const MEBIBYTE = 1_048_576
const UPLOAD_BYTES_MAX = 2_147_483_648 // Larger files need resumable uploads.
const SILENCE_MS_MAX = 7 * 86_400_000 // A week: the pace of e-mail.
const QUEUE_WAIT_MS_MAX = 90 * 86_400_000 // A quarter of a year: later the question is obsolete.
const WAIT_MS_MAX = 3_600_000 // An hour: longer is a mistake in the unit.

/** The schema of all variables. Some defaults and requirements depend on other variables. */
export function schemaFor(environment: Environment) {
  const production = environment.NODE_ENV === 'production'
  return z.object({
    NODE_ENV: oneOf('NODE_ENV', ['production', 'development', 'test'], 'development').describe(
      '`production` turns GraphiQL and introspection off by default, requires `AUTH_SECRET` and seeds no demo world.',
    ),
    HOST: text('HOST', /^[\w.:-]+$/, 'must be a host name or an address')
      .default('127.0.0.1')
      .describe('Address to listen on.'),
    PORT: wholeNumber('PORT', 0, 65_535, 4000).describe('Port to listen on.'),
    PUBLIC_URL: publicUrl('PUBLIC_URL').describe(
      'Address by which clients reach the server. The address it listens on by default.',
    ),
    TRUST_PROXY: wholeNumber('TRUST_PROXY', 0, 10, 0).describe(
      'Number of proxies in front whose `X-Forwarded-For` is trusted; each adds the address it sees. All IPv6 addresses of one /64 share a budget.',
    ),
    DATABASE_URL: databaseUrl('DATABASE_URL').describe(
      'PostgreSQL 14 or newer, with a database of its own in UTF-8. Without it the embedded PostgreSQL runs in `DATA_DIR`.',
    ),
    DATABASE_POOL_MAX: wholeNumber('DATABASE_POOL_MAX', 2, 1000, 20).describe(
      'Connections of the pool at most; the server has up to 20 more for jobs, listeners and the sandbox.',
    ),
    REDIS_URL: redisUrl('REDIS_URL').describe(
      'Redis for more than one server: budgets, typing signals and ended sessions. Without it each process keeps them to itself.',
    ),
    REDIS_MAX_CONNECTIONS: wholeNumber('REDIS_MAX_CONNECTIONS', 2, 1000, 50).describe(
      'Connections to Redis at most, for each server. Two are used; the rest bounds those that a hanging Redis leaves open.',
    ),
    REDIS_CONNECT_TIMEOUT: wholeNumber('REDIS_CONNECT_TIMEOUT', 1, WAIT_MS_MAX / 1_000, 5).describe(
      'Seconds until an attempt to connect fails.',
    ),
    REDIS_SOCKET_TIMEOUT: wholeNumber('REDIS_SOCKET_TIMEOUT', 1, WAIT_MS_MAX / 1_000, 5).describe(
      'Seconds without an answer until a connection is closed.',
    ),
    REDIS_HEALTH_CHECK_INTERVAL: wholeNumber('REDIS_HEALTH_CHECK_INTERVAL', 1, WAIT_MS_MAX / 1_000, 30).describe(
      'Seconds between the probes of a Redis that answers.',
    ),
    DATA_DIR: z
      .string()
      .default('.data')
      .transform((path) => resolve(path))
      .describe('Folder of the embedded database, the secret and the files.'),
    FILES_DIR: z
      .string()
      .optional()
      .describe('Folder of the uploaded files, unless `S3_BUCKET` is set. `files` in `DATA_DIR` by default.'),
    S3_BUCKET: text('S3_BUCKET', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
      .optional()
      .describe('Keeps files in S3, or in a service with its protocol.'),
    S3_REGION: text('S3_REGION', /^[a-z0-9-]+$/, 'must be the name of a region')
      .default('us-east-1')
      .describe('Region of the bucket.'),
    S3_ENDPOINT: publicUrl('S3_ENDPOINT').describe("Address of the service. Amazon's by default."),
    S3_ACCESS_KEY_ID: togetherWith(environment, 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY').describe(
      "Without both keys the SDK's default credential chain is used.",
    ),
    S3_SECRET_ACCESS_KEY: togetherWith(environment, 'S3_SECRET_ACCESS_KEY', 'S3_ACCESS_KEY_ID').describe(
      'The other half of the key.',
    ),
    UPLOAD_IMAGE_MAX_BYTES: wholeNumber('UPLOAD_IMAGE_MAX_BYTES', 1, UPLOAD_BYTES_MAX, 5 * MEBIBYTE).describe(
      'Largest picture. A picture also has at most 50 million pixels.',
    ),
    UPLOAD_DOCUMENT_MAX_BYTES: wholeNumber('UPLOAD_DOCUMENT_MAX_BYTES', 1, UPLOAD_BYTES_MAX, 10 * MEBIBYTE).describe(
      'Largest document.',
    ),
    UPLOAD_SILENCE_MS: wholeNumber('UPLOAD_SILENCE_MS', 100, WAIT_MS_MAX, 10_000).describe(
      'Milliseconds for which the sender of a file may be silent.',
    ),
    FILE_URL_TTL: wholeNumber('FILE_URL_TTL', 1, 86_400, 300).describe(
      'Seconds for which a link to a file or a statement is valid.',
    ),
    AUTH_SECRET: authSecret('AUTH_SECRET', production || environment.DATABASE_URL !== undefined).describe(
      'Signs tokens and encrypts the secrets of authenticator apps; changing it signs everybody out, and leaves people with an authenticator app to their recovery codes. Required in production and with `DATABASE_URL`; otherwise one is made and kept in `DATA_DIR`.',
    ),
    ALLOW_DEMO: onOrOff('ALLOW_DEMO', false).describe('Lets a server with demo people listen beyond loopback.'),
    ALLOW_SANDBOX: allowSandbox('ALLOW_SANDBOX', production && !environment.STRIPE_SECRET_KEY).describe(
      'Lets the sandbox take payments in production, where it pays nobody: for staging and measurements.',
    ),
    SLOW_OPERATION_MS: wholeNumber('SLOW_OPERATION_MS', 0, WAIT_MS_MAX, 1000).describe(
      'Slower operations are logged as warnings.',
    ),
    MEDIUM_OPERATION_MS: wholeNumber('MEDIUM_OPERATION_MS', 0, WAIT_MS_MAX, 500).describe(
      'Slower operations are logged as info, the rest at debug only.',
    ),
    EVENTS_RESUME_MAX: wholeNumber('EVENTS_RESUME_MAX', 1, 10_000_000, 100_000).describe(
      'Positions that a stream may be behind when it resumes.',
    ),
    LOG_LEVEL: oneOf('LOG_LEVEL', LOG_LEVELS, 'info').describe('Minimum log level.'),
    LOG_OPERATIONS: oneOf('LOG_OPERATIONS', ['slow', 'all'], 'slow').describe('`all` logs every operation.'),
    GRAPHIQL: onOrOff('GRAPHIQL', !production).describe('Serves GraphiQL at `/graphql`.'),
    INTROSPECTION: onOrOff('INTROSPECTION', !production).describe(
      'Allows introspection, and serves `/schema.graphql`.',
    ),
    CORS_ORIGINS: origins('CORS_ORIGINS').describe('Origins whose pages may read answers in a browser.'),
    PERSISTED_DOCUMENTS: paths().describe(
      "Manifests of documents that requests may name by their id, beside the SDK's: files of Relay, Code Generator or Apollo.",
    ),
    PERSISTED_ONLY: onOrOff('PERSISTED_ONLY', false).describe(
      'Executes only the documents of `PERSISTED_DOCUMENTS` and of the SDK, sent by id or as text.',
    ),
    RATE_LIMITS: onOrOff('RATE_LIMITS', true).describe('Counts the budgets of requests.'),
    READER: oneOf('READER', ['sql', 'prisma'], 'sql').describe("`prisma` answers reads with Prisma's client."),
    DIRECT_LANE: onOrOff('DIRECT_LANE', true).describe(
      'Fast path for plain JSON requests. `off` sends every request through Yoga.',
    ),
    WORKER: oneOf('WORKER', ['inline', 'off'], 'inline').describe('`off` where `npm run worker` does the jobs.'),
    NET_DEBTS: onOrOff('NET_DEBTS', false).describe(
      'Takes what taskers owe after reversals and chargebacks out of their next transfers.',
    ),
    PLATFORM_COUNTRY: text('PLATFORM_COUNTRY', /^[A-Z]{2}$/, 'must be an ISO 3166 country code of two capital letters')
      .optional()
      .describe(
        'Country of the platform at the payment provider. Money may be held for two years with `US`, and for 90 days otherwise.',
      ),
    SUPPORT_WARNING_MS: wholeNumber('SUPPORT_WARNING_MS', 1, SILENCE_MS_MAX, 600_000).describe(
      "Milliseconds until a customer who does not answer an agent's message is warned.",
    ),
    SUPPORT_CUSTOMER_SILENCE_MS: wholeNumber('SUPPORT_CUSTOMER_SILENCE_MS', 1, SILENCE_MS_MAX, 900_000).describe(
      'Milliseconds until the support chat of such a customer ends.',
    ),
    SUPPORT_AGENT_SILENCE_MS: wholeNumber('SUPPORT_AGENT_SILENCE_MS', 1, SILENCE_MS_MAX, 600_000).describe(
      'Milliseconds, from the first unanswered message of a customer, until the agent loses the chat to the front of the queue.',
    ),
    SUPPORT_QUEUE_NOTICE_MS: wholeNumber('SUPPORT_QUEUE_NOTICE_MS', 1, QUEUE_WAIT_MS_MAX, 86_400_000).describe(
      'Milliseconds until the customer of a support chat in the queue is notified of the delay.',
    ),
    SUPPORT_QUEUE_END_MS: wholeNumber('SUPPORT_QUEUE_END_MS', 1, QUEUE_WAIT_MS_MAX, 259_200_000).describe(
      'Milliseconds until a support chat that no agent claims ends.',
    ),
    SMTP_URL: smtpUrl('SMTP_URL', environment.MAIL_FROM !== undefined, 'MAIL_FROM').describe(
      'Mail server. Without it mails are not sent anywhere; `Sandbox.mails` shows them.',
    ),
    MAIL_FROM: mailFrom('MAIL_FROM', environment.SMTP_URL !== undefined, 'SMTP_URL').describe('Sender of all mails.'),
    PUBLIC_APP_URL: publicUrl('PUBLIC_APP_URL').describe(
      'Address of the app that people use: links in mails lead to its `/verify-email` and `/reset-password`. Passkeys belong to its domain. `PUBLIC_URL` by default.',
    ),
    OPENID_PROVIDERS: openIdProviders('OPENID_PROVIDERS').describe(
      'Providers by which people sign in with OpenID Connect, as a JSON list of objects with `name`, `issuer`, `clientId`, `clientSecret` and optional `scopes` (`["openid","email","profile"]` by default). Their redirect URIs are pages of `PUBLIC_APP_URL`; their ID tokens must have `email` and `email_verified`.',
    ),
    REQUIRE_VERIFIED_EMAIL: onOrOff('REQUIRE_VERIFIED_EMAIL', true).describe(
      'People who have not proved their email address can read and edit drafts, and nothing else.',
    ),
    METRICS_TOKEN: text(
      'METRICS_TOKEN',
      /^[\w.~+/=-]{16,}$/,
      'must be at least 16 letters, digits or other characters of a bearer token',
    )
      .optional()
      .describe(
        'Bearer token that a scraper of `/metrics` must send. Without it a server that listens beyond loopback does not serve `/metrics`.',
      ),
    STAFF_SECOND_FACTOR: onOrOff('STAFF_SECOND_FACTOR', production).describe(
      'Staff have the rights of their roles only in sessions with a second factor; until they have set one up, they are ordinary people.',
    ),
    WEBHOOK_ALLOWED_ADDRESSES: addressRanges('WEBHOOK_ALLOWED_ADDRESSES').describe(
      'Ranges of addresses that are not public and to which webhooks may be sent, also without TLS: for development, e.g. `127.0.0.0/8`.',
    ),
    SHUTDOWN_GRACE_MS: wholeNumber('SHUTDOWN_GRACE_MS', 0, WAIT_MS_MAX, 10_000).describe(
      'Milliseconds for which a stop waits for requests and jobs in flight.',
    ),
    ...stripeVariables(environment),
  })
}

/** A variable of the environment, for the operators' page. */
export interface EnvironmentVariable {
  name: string
  /** The default as text, and the one in production where it differs. Undefined where the variable is unset by default. */
  byDefault: string | undefined
  inProduction: string | undefined
  /** The text after "must" in the refusal of a bad value. Undefined if any text is accepted. */
  rule: string | undefined
  description: string
}

/** Every variable that `readConfig` reads, in its order. */
export function describeVariables(): EnvironmentVariable[] {
  const production = schemaFor({ NODE_ENV: 'production' }).shape
  return Object.entries(schemaFor({}).shape).map(([name, schema]) => {
    const byDefault = defaultOf(schema)
    const inProduction = defaultOf(production[name as keyof typeof production])
    const refusal = schema.safeParse('\0').error?.issues[0]?.message
    return {
      name,
      byDefault,
      inProduction: inProduction === byDefault ? undefined : inProduction,
      rule: refusal?.slice(`${name} must `.length, -1),
      description: schema.description ?? '',
    }
  })
}

function defaultOf(schema: z.ZodType): string | undefined {
  const { data } = schema.safeParse(undefined)
  if (data === undefined || (Array.isArray(data) && data.length === 0)) return undefined
  if (typeof data === 'boolean') return data ? 'on' : 'off'
  return String(data).startsWith(process.cwd()) ? relative('', String(data)) : String(data)
}
