/** The composition root: the only file that knows every part. */
import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { createYoga } from 'graphql-yoga'
import type { Logger } from 'pino'
import { authenticate } from './accounts/authenticate.ts'
import { memoryRateLimits, unlimited } from './cache/rateLimits.ts'
import type { Config } from './config.ts'
import { Database } from './db/client.ts'
import { PrismaClient } from './db/generated/client.ts'
import { startEventStreams } from './events/eventStreams.ts'
import type { Context } from './graphql/context.ts'
import { makeLoaders } from './graphql/loaders.ts'
import { schema } from './graphql/schema.ts'
import type { Services } from './graphql/services.ts'
import { createSandboxClock } from './jobs/advanceClock.ts'
import type { Work } from './jobs/timer.ts'
import { allTimers } from './jobs/timers.ts'
import { boundedProvider } from './payments/boundedProvider.ts'
import { createSandboxProvider } from './payments/sandboxProvider.ts'

export interface AppOptions {
  config: Config
  connectionString: string
  /** Signs access tokens. */
  authSecret: Uint8Array
  log: Logger
  /** Where this server takes webhooks, once it listens. */
  webhookUrl?: () => string | null
}

/** Everything that serves requests, over one pool; `stop` ends it. */
export function createApp({ config, connectionString, authSecret, log, webhookUrl = () => null }: AppOptions) {
  const database = new Database({
    connectionString,
    connectionsMax: config.databasePoolMax,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  const prisma = new PrismaClient({ adapter: new PrismaPg(database.pool) })
  const sandbox = createSandboxProvider({ connectionString, webhookUrl, log })
  const work: Work = { database, payments: boundedProvider(sandbox, { log }), log }
  const sandboxClock = createSandboxClock({ work, timers: allTimers })
  const events = startEventStreams({ database, connectionString, log, limits: { resumeMax: config.eventsResumeMax } })
  const services: Services = {
    rateLimits: config.rateLimits ? memoryRateLimits() : unlimited,
    authSecret,
    payments: work.payments,
    sandboxClock,
    events,
  }

  const yoga = createYoga<object, Context>({
    schema,
    logging: false,
    context: async ({ request, params }): Promise<Context> => {
      const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
      const caller = token ? await authenticate(database, { secret: authSecret, token }) : null
      return {
        requestId: randomUUID(),
        caller,
        address: '127.0.0.1',
        userAgent: request.headers.get('user-agent'),
        rawVariables: params.variables ?? {},
        log,
        database,
        prisma,
        loaders: makeLoaders(database, prisma, caller),
        services,
      }
    },
  })

  return {
    database,
    prisma,
    services,
    work,
    yoga,
    async stop(): Promise<void> {
      await events.stop()
      await sandboxClock.stop()
      await sandbox.stop()
      await prisma.$disconnect()
      await database.close()
    },
  }
}

export type App = ReturnType<typeof createApp>
