/** The composition root: the only file that connects all parts of the server. */
import { PrismaPg } from '@prisma/adapter-pg'
import type { Logger } from 'pino'
import { AccessTokenUses } from './accounts/accessTokens/accessTokenUses.ts'
import { OpenIdProviders } from './accounts/openId/openIdProviders.ts'
import { relyingPartyOf } from './accounts/secondFactors/relyingParty.ts'
import { requireFreshProof } from './accounts/secondFactors/requireFreshProof.ts'
import { shareSessionInvalidation } from './accounts/sessionInvalidation.ts'
import { Loaders } from './api/loaders.ts'
import { makeReadAs } from './api/readAs.ts'
import './api/observers.ts'
import { schema } from './api/schema.ts'
import type {} from './api/services.ts'
import { createSandboxClock } from './background/advanceClock.ts'
import { timersOf } from './background/timers.ts'
import { memoryRateLimits, unlimited } from './cache/rateLimits.ts'
import { RedisLink } from './cache/redisLink.ts'
import { redisRateLimits } from './cache/redisRateLimits.ts'
import { redisSignals } from './cache/redisSignals.ts'
import { processSignals } from './cache/signals.ts'
import { ChatWatchers } from './chats/chatWatchers.ts'
import type { Config } from './config.ts'
import type { Database } from './db/client.ts'
import { PrismaClient } from './db/generated/client.ts'
import { noStatements } from './db/statementCount.ts'
import type { Caller } from './domain/caller.ts'
import { DocumentCache } from './engine/documents/documentCache.ts'
import { PersistedDocuments } from './engine/documents/persistedDocuments.ts'
import { makeCountedClient } from './engine/reader/countedClient.ts'
import { makeReadingClient } from './engine/reader/readingClient.ts'
import { readSavedOperations } from './examples/savedOperations.ts'
import { CurrentFeeRule } from './fees/currentFeeRule.ts'
import { makeFiles } from './files/store/openFiles.ts'
import type { Context } from './graphql/context.ts'
import type { Services } from './graphql/services.ts'
import { Authenticator } from './http/authentication.ts'
import { makeDownloads } from './http/downloads/fileDownloads.ts'
import { makeStatementDownloads } from './http/downloads/statementDownloads.ts'
import { type ContextInput, type GraphqlOptions, makeGraphqlHandler } from './http/graphqlHandler.ts'
import { graphqlRoute } from './http/graphqlRoute.ts'
import { InFlight, refusalByCost } from './http/limits.ts'
import { type Metrics, makeMetrics } from './http/metrics.ts'
import { makeRoutes } from './http/routes.ts'
import { makeHttpServer } from './http/server.ts'
import { slowOperationLog } from './http/slowOperationLog.ts'
import { WEBHOOK_PATH } from './http/webhooks.ts'
import type { ReadAs } from './jobs/readAs.ts'
import type { Work } from './jobs/timer.ts'
import { mailSettings } from './mail/mailSettings.ts'
import { NotificationStreams } from './notifications/notificationStreams.ts'
import { openDatabase } from './openDatabase.ts'
import { type MakeProvider, makeSandbox } from './payments/chooseProvider.ts'
import { SlowOperationRecorder } from './slowOperations/slowOperationRecorder.ts'
import { startEventStreams } from './streams/eventStreams.ts'
import { makeStatementLinks } from './transfers/ledger/statements/statementLinks.ts'
import { webhookSettings } from './webhooks/webhookSettings.ts'

export interface AppOptions {
  config: Config
  connectionString: string
  /** Signs access tokens. */
  authSecret: Uint8Array
  log: Logger
  /** None is listed by default. */
  persistedDocuments?: PersistedDocuments
  /** Opens the payment provider. The sandbox by default. */
  makeProvider?: MakeProvider
}

// Work that reads as a person has no request: none of its fields has a budget, a link or a log line of its own.
const NO_REQUEST = { requestId: 'work', address: '', tokenRefused: false, userAgent: null, lastEventId: null }

/** Creates the server over one pool. `listen` opens it, `drain` lets requests in flight finish, `stop` ends it. */
export function createApp(options: AppOptions) {
  const { config, connectionString, log } = options
  const staffNeedsSecondFactor = config.staffSecondFactor
  let url: string | null = null
  let draining = false
  const database = openDatabase(connectionString, options)
  const redis = config.redis && new RedisLink({ settings: config.redis, log })
  const prisma = new PrismaClient({ adapter: new PrismaPg(database.pool) })
  const readAs: ReadAs = makeReadAs({
    schema,
    database,
    staffNeedsSecondFactor,
    makeContext: (caller, variables) => contextOf(caller, variables),
  })
  const {
    services,
    work,
    timers,
    stop: stopServices,
  } = openServices(options, { database, redis, readAs, url: () => url })
  const { files, events } = services
  const metrics = makeMetrics({ database, redis, payments: services.payments })
  const slowOperations = new SlowOperationRecorder({ database, slowMs: config.slowOperationMs, log })
  const accessTokenUses = new AccessTokenUses({ database, log })
  const secret = options.authSecret
  const authenticator = new Authenticator({ database, secret, uses: accessTokenUses, staffNeedsSecondFactor })
  shareSessionInvalidation({ database, signals: services.signals }, (userId) => {
    authenticator.invalidate(userId)
    events.checkSessions()
  })
  const makeContext = contextFactory(options, { database, prisma, services })
  const contextOf = (caller: Caller, rawVariables: Readonly<Record<string, unknown>>) =>
    makeContext({ ...NO_REQUEST, count: noStatements(), budget: {}, caller, rawVariables: { ...rawVariables } })
  const graphqlOptions: GraphqlOptions = {
    schema,
    config,
    log,
    authGate: { authenticator, rateLimits: services.rateLimits },
    inFlight: new InFlight(),
    metrics,
    onOperation: operationListener(options, { metrics, slowOperations }),
    documentCache: new DocumentCache(schema, refusalByCost),
    persistedDocuments: options.persistedDocuments ?? new PersistedDocuments(new Map(), config.persistedOnly),
    makeContext,
  }
  const yoga = makeGraphqlHandler(graphqlOptions)
  const notReadyBecause = () => {
    if (draining) return 'The server is stopping.'
    return database.reachable ? undefined : 'The database does not answer.'
  }
  const server = makeHttpServer({
    routes: makeRoutes({
      config,
      schema,
      graphql: graphqlRoute({ ...graphqlOptions, savedOperations: () => readSavedOperations(database) }, yoga),
      metrics,
      downloads: makeDownloads({
        database,
        prisma,
        staffNeedsSecondFactor,
        files,
        corsOrigins: config.corsOrigins,
        log,
      }),
      statements: makeStatementDownloads({
        database,
        staffNeedsSecondFactor,
        links: services.statementLinks,
        corsOrigins: config.corsOrigins,
        log,
      }),
      work,
      notReadyBecause,
    }),
    trustProxyHops: config.trustProxyHops,
    log,
    onAnswer: metrics.countResponse,
  })

  async function drain(graceMs: number): Promise<void> {
    draining = true
    services.notifications.endAll()
    events.endAll() // The clients resume their streams at another server.
    await server.stop(graceMs)
  }

  return {
    database,
    prisma,
    services,
    slowOperations,
    accessTokenUses,
    files,
    work,
    timers,
    yoga,
    async listen(address: { host: string; port: number }): Promise<string> {
      url = await server.listen(address)
      return url
    },
    drain,
    async stop(): Promise<void> {
      await drain(0)
      await slowOperations.stop()
      await accessTokenUses.flush()
      await stopServices()
      await redis?.stop()
      await prisma.$disconnect()
      await database.close()
    },
  }
}

/** The ports of the resolvers, and the background work that uses the same payment provider. */
function openServices(
  { config, connectionString, authSecret, log, makeProvider = makeSandbox }: AppOptions,
  {
    database,
    redis,
    readAs,
    url,
  }: { database: Database; redis: RedisLink | undefined; readAs: ReadAs; url: () => string | null },
) {
  const webhookUrl = () => {
    const base = url() ?? config.publicUrl
    return base ? base + WEBHOOK_PATH : null
  }
  const payments = makeProvider({ connectionString, webhookUrl, log })
  const { netDebts } = config
  const baseUrl = () => config.publicUrl ?? url() ?? `http://${config.host}:${config.port}`
  const mails = mailSettings(config, { authSecret, baseUrl })
  const webhooks = webhookSettings(config)
  const work: Work = { database, payments: payments.provider, mails, webhooks, readAs, log, netDebts }
  const files = makeFiles({ config, authSecret, baseUrl })
  const timers = timersOf(config, files)
  // A real provider knows nothing of our clock, so it must not move.
  const sandboxClock = payments.sandbox && createSandboxClock({ work, timers })
  const events = startEventStreams({
    database,
    connectionString,
    staffNeedsSecondFactor: config.staffSecondFactor,
    log,
    limits: { resumeMax: config.eventsResumeMax },
  })
  const relyingParty = () => relyingPartyOf({ appUrl: mails.appUrl(), serverUrl: baseUrl() })
  const chatWatchers = new ChatWatchers({ database, log })
  const notifications = new NotificationStreams({ database, log, watchSession: events.watchSession })
  const services: Services = {
    rateLimits: !config.rateLimits ? unlimited : redis ? redisRateLimits(redis) : memoryRateLimits(),
    signals: redis ? redisSignals(redis) : processSignals(),
    authSecret,
    payments: work.payments,
    mails,
    webhooks,
    readAs,
    requiresVerifiedEmail: config.requireVerifiedEmail,
    staffNeedsSecondFactor: config.staffSecondFactor,
    requireFreshProof: (caller) => requireFreshProof({ database, relyingParty: relyingParty() }, caller),
    relyingParty,
    platformCountry: config.platformCountry ?? null,
    sandboxClock,
    sandboxPayers: payments.sandbox,
    sandboxControls: payments.sandbox?.controls ?? null,
    events,
    chatWatchers,
    notifications,
    files,
    openIdProviders: new OpenIdProviders({ providers: config.openIdProviders, log }),
    feeRules: new CurrentFeeRule(database),
    statementLinks: makeStatementLinks({ secret: authSecret, ttlMs: config.fileUrlTtlMs, baseUrl }),
  }
  const stop = async () => {
    await Promise.all([events.stop(), notifications.stop(), chatWatchers.stop()])
    await sandboxClock?.stop()
    await payments.stop()
  }
  return { services, work, timers, stop }
}

/** Counts each operation, and logs and records it if it is slow. */
function operationListener(
  { config, log }: AppOptions,
  { metrics, slowOperations }: { metrics: Pick<Metrics, 'countOperation'>; slowOperations: SlowOperationRecorder },
): GraphqlOptions['onOperation'] {
  const logSlow = slowOperationLog({
    slowMs: config.slowOperationMs,
    mediumMs: config.mediumOperationMs,
    everyOperation: config.logOperations === 'all',
    log,
  })
  return (operation) => {
    metrics.countOperation(operation)
    logSlow(operation)
    slowOperations.record(operation)
  }
}

/** Returns the function that builds the context of a request. */
function contextFactory(
  { config, log }: AppOptions,
  { database, prisma, services }: { database: Database; prisma: PrismaClient; services: Services },
): (input: ContextInput) => Context {
  const clientOver = config.reader === 'sql' ? makeReadingClient(prisma) : makeCountedClient(prisma)
  return ({ requestId, address, count, caller, userAgent, lastEventId, rawVariables }) => {
    const counted = database.counting(count)
    const client = clientOver(counted)
    return {
      requestId,
      caller,
      address,
      userAgent,
      rawVariables,
      lastEventId,
      itemCursor: undefined,
      log,
      database: counted,
      prisma: client,
      loaders: new Loaders(counted, client, caller),
      services,
      tx: undefined,
    }
  }
}

export type App = ReturnType<typeof createApp>
