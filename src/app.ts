/** The composition root: the only file that knows every part. */
import { PrismaPg } from '@prisma/adapter-pg'
import type { Logger } from 'pino'
import { shareSessionInvalidation } from './accounts/sessionInvalidation.ts'
import { Loaders } from './api/loaders.ts'
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
import type { Config } from './config.ts'
import { Database } from './db/client.ts'
import { PrismaClient } from './db/generated/client.ts'
import { DocumentCache } from './engine/documents/documentCache.ts'
import { makeCountedClient } from './engine/reader/countedClient.ts'
import { makeReadingClient } from './engine/reader/readingClient.ts'
import { readSavedOperations } from './examples/savedOperations.ts'
import { makeFiles } from './files/store/openFiles.ts'
import type { Services } from './graphql/services.ts'
import { Authenticator } from './http/authentication.ts'
import { makeDownloads } from './http/downloads.ts'
import { type GraphqlOptions, makeGraphqlHandler } from './http/graphqlHandler.ts'
import { graphqlRoute } from './http/graphqlRoute.ts'
import { InFlight, refusalByCost } from './http/limits.ts'
import { makeMetrics } from './http/metrics.ts'
import { makeRoutes } from './http/routes.ts'
import { makeHttpServer } from './http/server.ts'
import { slowOperationLog } from './http/slowOperationLog.ts'
import { WEBHOOK_PATH } from './http/webhooks.ts'
import type { Work } from './jobs/timer.ts'
import { boundedProvider } from './payments/boundedProvider.ts'
import { createSandboxProvider } from './payments/sandboxProvider.ts'
import { startEventStreams } from './streams/eventStreams.ts'

export interface AppOptions {
  config: Config
  connectionString: string
  /** Signs access tokens. */
  authSecret: Uint8Array
  log: Logger
}

/** Everything that serves requests, over one pool. `listen` opens it, `drain` lets what is in flight finish, `stop` ends it. */
export function createApp({ config, connectionString, authSecret, log }: AppOptions) {
  let url: string | null = null
  let draining = false
  const database = new Database({
    connectionString,
    connectionsMax: config.databasePoolMax,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
    onLost: (cause) => log.error({ err: cause }, 'the database does not answer'),
    onBack: () => log.warn('the database answers again'),
  })
  const redis = config.redis && new RedisLink({ settings: config.redis, log })
  const signals = redis ? redisSignals(redis) : processSignals()
  const prisma = new PrismaClient({ adapter: new PrismaPg(database.pool) })
  const readsBy = config.reader === 'sql' ? makeReadingClient(prisma) : makeCountedClient(prisma)
  const sandbox = createSandboxProvider({ connectionString, webhookUrl: () => url && url + WEBHOOK_PATH, log })
  const work: Work = { database, payments: boundedProvider(sandbox, { log }), log }
  const timers = timersOf(config)
  const sandboxClock = createSandboxClock({ work, timers })
  const events = startEventStreams({ database, connectionString, log, limits: { resumeMax: config.eventsResumeMax } })
  const files = makeFiles({
    config,
    authSecret,
    baseUrl: () => config.publicUrl ?? url ?? `http://${config.host}:${config.port}`,
  })
  const services: Services = {
    rateLimits: !config.rateLimits ? unlimited : redis ? redisRateLimits(redis) : memoryRateLimits(),
    signals,
    authSecret,
    payments: work.payments,
    sandboxClock,
    events,
    files,
  }
  const metrics = makeMetrics({ database, redis })
  const authenticator = new Authenticator({ database, secret: authSecret })
  shareSessionInvalidation({ database, signals }, (userId) => {
    authenticator.forget(userId)
    events.checkSessions()
  })
  const logSlow = slowOperationLog({
    slowMs: config.slowOperationMs,
    mediumMs: config.mediumOperationMs,
    everyOperation: config.logOperations === 'all',
    log,
  })
  const graphqlOptions: GraphqlOptions = {
    schema,
    config,
    log,
    authGate: { authenticator, rateLimits: services.rateLimits },
    inFlight: new InFlight(),
    metrics,
    onOperation: (operation) => {
      metrics.countOperation(operation)
      logSlow(operation)
    },
    documentCache: new DocumentCache(schema, refusalByCost),
    makeContext: ({ requestId, address, count, caller, userAgent, lastEventId, rawVariables }) => {
      const counted = database.counting(count)
      const prisma = readsBy(counted)
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
        prisma,
        loaders: new Loaders(counted, prisma, caller),
        services,
        tx: undefined,
      }
    },
  }
  const yoga = makeGraphqlHandler(graphqlOptions)
  const notReadyBecause = () => {
    if (draining) return 'The server is stopping.'
    return database.reachable ? undefined : 'The database does not answer.'
  }
  const downloads = makeDownloads({ database, prisma, files, corsOrigins: config.corsOrigins, log })
  const server = makeHttpServer({
    routes: makeRoutes({
      config,
      schema,
      graphql: graphqlRoute({ ...graphqlOptions, savedOperations: () => readSavedOperations(database) }, yoga),
      metrics,
      downloads,
      work,
      notReadyBecause,
    }),
    trustProxyHops: config.trustProxyHops,
    log,
    onAnswer: metrics.countResponse,
  })

  async function drain(graceMs: number): Promise<void> {
    draining = true
    events.endAll() // Their readers resume at another server.
    await server.stop(graceMs)
  }

  return {
    database,
    prisma,
    services,
    files,
    work,
    timers,
    yoga,
    async listen(place: { host: string; port: number }): Promise<string> {
      url = await server.listen(place)
      return url
    },
    drain,
    async stop(): Promise<void> {
      await drain(0)
      await events.stop()
      await sandboxClock.stop()
      await sandbox.stop()
      await redis?.stop()
      await prisma.$disconnect()
      await database.close()
    },
  }
}

export type App = ReturnType<typeof createApp>
