// The only reader of the environment. Reports every bad variable at once, at the start.
import { join, resolve } from 'node:path'
import type { RedisSettings } from './cache/redisConnection.ts'
import { type Environment, type OpenIdProviderConfig, type StripeConfig, stripeOf } from './configSchemas.ts'
import { type LOG_LEVELS, schemaFor } from './environmentVariables.ts'

export type Config = Readonly<{
  production: boolean
  host: string
  port: number
  /** The URL by which clients reach the server, without a trailing slash. Unset: the address it listens on. */
  publicUrl: string | undefined
  trustProxyHops: number
  /** Unset: the embedded PostgreSQL. */
  databaseUrl: string | undefined
  databasePoolMax: number
  /** Unset: each process keeps rate limits and signals in memory. */
  redis: RedisSettings | undefined
  dataDirectory: string
  /** The folder of uploaded files, unless `s3` is set. */
  filesDirectory: string
  s3: S3Config | undefined
  uploadImageBytesMax: number
  uploadDocumentBytesMax: number
  /** The longest pause of a client that uploads a file. */
  uploadSilenceMs: number
  fileUrlTtlMs: number
  /** Unset: a random key that is created in the data directory. */
  authSecret: string | undefined
  allowDemo: boolean
  slowOperationMs: number
  mediumOperationMs: number
  eventsResumeMax: number
  logLevel: LogLevel
  logOperations: 'slow' | 'all'
  graphiql: boolean
  introspection: boolean
  corsOrigins: readonly string[]
  /** Paths of manifests of persisted documents, beside that of the SDK. */
  persistedDocuments: readonly string[]
  /** Executes no other documents. */
  persistedOnly: boolean
  rateLimits: boolean
  /** The implementation of reads: one SQL statement for each root field, or Prisma's client. */
  reader: 'sql' | 'prisma'
  /** Enables the fast path. */
  fastPath: boolean
  worker: 'inline' | 'off'
  /** Takes debts of taskers out of their next transfers. */
  netDebts: boolean
  /** Limits on silence in support chats, on the server's clock. */
  support: Readonly<{
    /** Time until a customer who does not answer the agent is warned. */
    warningMs: number
    /** Time until the chat of a silent customer ends. */
    customerMs: number
    /** Time until a silent agent loses the chat. */
    agentMs: number
  }>
  /** Limits on waiting in the support queue, on the server's clock. */
  supportQueue: Readonly<{
    /** Time until the customer is notified of the delay. */
    noticeMs: number
    /** Time until the chat ends, because no agent has claimed it. */
    endMs: number
  }>
  /** Unset: mails are not sent anywhere. */
  smtp: Readonly<{ url: string; from: string }> | undefined
  /** The address of the app to which links in mails lead. Unset: the URL of this server. */
  publicAppUrl: string | undefined
  /** Where people sign in by OpenID Connect. */
  openIdProviders: readonly OpenIdProviderConfig[]
  /** Refuses most mutations to people who have not proved their email address. */
  requireVerifiedEmail: boolean
  /** The bearer token of `/metrics`. Unset: it needs none on loopback, and is not served elsewhere. */
  metricsToken: string | undefined
  /** Refuses the rights of staff to sessions that have not proved a second factor. */
  staffSecondFactor: boolean
  /** Ranges of addresses that are not public and to which webhooks may be sent. */
  webhookAllowedAddresses: readonly string[]
  shutdownGraceMs: number
  /** The country of the platform's account at the provider. Unset: the shorter time limits. */
  platformCountry: string | undefined
  /** Unset: the sandbox. */
  stripe: StripeConfig | undefined
}>

export type { OpenIdProviderConfig } from './configSchemas.ts'

export type S3Config = Readonly<{
  bucket: string
  region: string
  /** Unset: Amazon S3. */
  endpoint: string | undefined
  /** Unset: the default credential chain of the AWS SDK. */
  credentials: Readonly<{ accessKeyId: string; secretAccessKey: string }> | undefined
}>

type LogLevel = (typeof LOG_LEVELS)[number]

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

/** True if only this machine can reach a server on this host. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host)

/** Lists every bad variable, one sentence per line; never a secret value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Returns a valid, frozen configuration. Throws a ConfigError that lists every bad variable. */
export function readConfig(environment: Environment = process.env): Config {
  // An empty variable counts as unset, as `NAME=` in a compose file means.
  const set = Object.fromEntries(Object.entries(environment).filter(([, text]) => text?.trim()))
  const parsed = schemaFor(set).safeParse(set)
  if (!parsed.success) throw new ConfigError([...new Set(parsed.error.issues.map((issue) => issue.message))])
  const variables = parsed.data
  return Object.freeze({
    production: variables.NODE_ENV === 'production',
    host: variables.HOST,
    port: variables.PORT,
    publicUrl: variables.PUBLIC_URL,
    trustProxyHops: variables.TRUST_PROXY,
    databaseUrl: variables.DATABASE_URL,
    databasePoolMax: variables.DATABASE_POOL_MAX,
    redis: redisOf(variables),
    dataDirectory: variables.DATA_DIR,
    filesDirectory: resolve(variables.FILES_DIR ?? join(variables.DATA_DIR, 'files')),
    s3: s3Of(variables),
    uploadImageBytesMax: variables.UPLOAD_IMAGE_MAX_BYTES,
    uploadDocumentBytesMax: variables.UPLOAD_DOCUMENT_MAX_BYTES,
    uploadSilenceMs: variables.UPLOAD_SILENCE_MS,
    fileUrlTtlMs: variables.FILE_URL_TTL * 1_000,
    authSecret: variables.AUTH_SECRET,
    allowDemo: variables.ALLOW_DEMO,
    slowOperationMs: variables.SLOW_OPERATION_MS,
    mediumOperationMs: variables.MEDIUM_OPERATION_MS,
    eventsResumeMax: variables.EVENTS_RESUME_MAX,
    logLevel: variables.LOG_LEVEL,
    logOperations: variables.LOG_OPERATIONS,
    graphiql: variables.GRAPHIQL,
    introspection: variables.INTROSPECTION,
    corsOrigins: Object.freeze(variables.CORS_ORIGINS),
    persistedDocuments: Object.freeze(variables.PERSISTED_DOCUMENTS),
    persistedOnly: variables.PERSISTED_ONLY,
    rateLimits: variables.RATE_LIMITS,
    reader: variables.READER,
    fastPath: variables.DIRECT_LANE,
    worker: variables.WORKER,
    netDebts: variables.NET_DEBTS,
    platformCountry: variables.PLATFORM_COUNTRY,
    support: Object.freeze({
      warningMs: variables.SUPPORT_WARNING_MS,
      customerMs: variables.SUPPORT_CUSTOMER_SILENCE_MS,
      agentMs: variables.SUPPORT_AGENT_SILENCE_MS,
    }),
    supportQueue: Object.freeze({
      noticeMs: variables.SUPPORT_QUEUE_NOTICE_MS,
      endMs: variables.SUPPORT_QUEUE_END_MS,
    }),
    smtp: smtpOf(variables),
    publicAppUrl: variables.PUBLIC_APP_URL,
    openIdProviders: Object.freeze(variables.OPENID_PROVIDERS),
    requireVerifiedEmail: variables.REQUIRE_VERIFIED_EMAIL,
    metricsToken: variables.METRICS_TOKEN,
    staffSecondFactor: variables.STAFF_SECOND_FACTOR,
    webhookAllowedAddresses: Object.freeze(variables.WEBHOOK_ALLOWED_ADDRESSES),
    shutdownGraceMs: variables.SHUTDOWN_GRACE_MS,
    stripe: stripeOf(variables.STRIPE_SECRET_KEY, variables.STRIPE_WEBHOOK_SECRET),
  })
}

interface S3Variables {
  S3_BUCKET?: string | undefined
  S3_REGION: string
  S3_ENDPOINT?: string | undefined
  S3_ACCESS_KEY_ID?: string | undefined
  S3_SECRET_ACCESS_KEY?: string | undefined
}

function s3Of(variables: S3Variables): S3Config | undefined {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = variables
  if (!bucket) return undefined
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined
  return Object.freeze({ bucket, region: variables.S3_REGION, endpoint: variables.S3_ENDPOINT, credentials })
}

interface MailVariables {
  SMTP_URL?: string | undefined
  MAIL_FROM?: string | undefined
}

const smtpOf = ({ SMTP_URL: url, MAIL_FROM: from }: MailVariables) =>
  url && from ? Object.freeze({ url, from }) : undefined

interface RedisVariables {
  REDIS_URL?: string | undefined
  REDIS_MAX_CONNECTIONS: number
  REDIS_CONNECT_TIMEOUT: number
  REDIS_SOCKET_TIMEOUT: number
  REDIS_HEALTH_CHECK_INTERVAL: number
}

function redisOf(variables: RedisVariables): Readonly<RedisSettings> | undefined {
  if (!variables.REDIS_URL) return undefined
  return Object.freeze({
    url: variables.REDIS_URL,
    connectionsMax: variables.REDIS_MAX_CONNECTIONS,
    connectTimeoutMs: variables.REDIS_CONNECT_TIMEOUT * 1_000,
    socketTimeoutMs: variables.REDIS_SOCKET_TIMEOUT * 1_000,
    healthCheckEveryMs: variables.REDIS_HEALTH_CHECK_INTERVAL * 1_000,
  })
}
