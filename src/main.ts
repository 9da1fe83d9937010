/** The server process: configuration, start, signals, exit code. */
import type { Logger } from 'pino'
import { DEMO_ADDRESSES, DEMO_PASSWORD, seedDemoWorld } from '../prisma/seed.ts'
import { hasDemoPeople } from './accounts/demoPeople.ts'
import { type App, createApp } from './app.ts'
import { authSecretOf } from './authSecret.ts'
import { allJobs } from './background/jobs.ts'
import { startWorker } from './background/worker.ts'
import { type Config, isLoopback, readConfig } from './config.ts'
import type { Repetition } from './domain/repeat.ts'
import { readPersistedDocuments } from './engine/documents/persistedDocuments.ts'
import { startFileSweep } from './files/sweepFiles.ts'
import { makeLog } from './http/log.ts'
import { version } from './packageRoot.ts'
import { chooseProvider } from './payments/chooseProvider.ts'
import { refuseBusyPort } from './refuseBusyPort.ts'
import { refuseOtherProvider } from './refuseOtherProvider.ts'
import { refuseUnusableStore } from './refuseUnusableStore.ts'
import { type StartedDatabase, startDatabase } from './startDatabase.ts'
import { StartFailure, sentenceOf } from './startFailure.ts'
import { stopOnSignal } from './stopOnSignal.ts'

// Time after the grace period, for closing connections and stopping the embedded PostgreSQL.
const LAST_STEPS_MS = 5_000
// Node.js 20 reached its end of life in April 2026 (https://github.com/nodejs/release#release-schedule).
const NODE_MAJOR_SUPPORTED = 22
const NODE_MAJOR = Number(process.versions.node.split('.', 1)[0])

try {
  const config = readConfig()
  const log = await makeLog(config, { readable: process.argv.includes('--readable') })
  await serve(config, log)
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exit(1) // Anything that was started already must not keep the process alive.
}

interface RunningServer {
  database: StartedDatabase
  app: App
  background: readonly Repetition[]
  url: string
}

async function serve(config: Config, log: Logger): Promise<void> {
  await refuseBusyPort(config)
  const starting = start(config, log)
  const { shutdownGraceMs } = config
  // Registered first, so that a signal during the start also stops the embedded database.
  stopOnSignal({
    name: 'server',
    log,
    delayMs: shutdownGraceMs + LAST_STEPS_MS,
    async stop() {
      const running = await starting.catch(() => undefined)
      if (!running) return
      const { app, background, database } = running
      await Promise.all([app.drain(shutdownGraceMs), ...background.map((loop) => loop.stop())])
      await app.stop()
      await database.stop()
      log.info('stopped')
    },
  })
  const { app, url } = await starting
  announce({ config, log, url, hasDemo: await hasDemoPeople(app.database) })
}

async function start(config: Config, log: Logger): Promise<RunningServer> {
  const database = await startDatabase(config, log)
  let app: App | undefined
  try {
    const { connectionString } = database
    const [authSecret, makeProvider, persistedDocuments] = await Promise.all([
      authSecretOf(config),
      chooseProvider(config),
      readPersistedDocuments(config),
    ])
    app = createApp({ config, connectionString, authSecret, log, makeProvider, persistedDocuments })
    await refuseUnusableStore(app.files.store, config)
    await refuseOtherProvider(config, app.database)
    // Only into the embedded database: an external one is never seeded. The payments of the demo world are the sandbox's.
    if (database.isEmbedded && !config.production && !config.stripe) await seedDemoWorld(app)
    await refuseOpenDemo(config, app)
    const url = await app.listen(config)
    const background = config.worker === 'inline' ? startBackground(app, { connectionString, log }) : []
    return { database, app, background, url }
  } catch (error) {
    await app?.stop()
    await database.stop()
    throw error
  }
}

function startBackground(app: App, { connectionString, log }: { connectionString: string; log: Logger }): Repetition[] {
  const { database, work, timers, services } = app
  return [
    startWorker({ connectionString, work, jobs: allJobs, timers }),
    startFileSweep({ database, store: services.files.store, log }),
  ]
}

/** Refuses to serve demo people beyond this machine unless ALLOW_DEMO is set, because their passwords are public. */
async function refuseOpenDemo({ host, allowDemo }: Config, { database }: App): Promise<void> {
  if (isLoopback(host) || allowDemo || !(await hasDemoPeople(database))) return
  throw new StartFailure(
    `The database has demo people, whose passwords are public: set HOST to 127.0.0.1, or ALLOW_DEMO=1 to serve them anyway.`,
  )
}

function announce({ config, log, url, hasDemo }: { config: Config; log: Logger; url: string; hasDemo: boolean }): void {
  log.info({ url, version }, 'listening')
  if (config.production && NODE_MAJOR < NODE_MAJOR_SUPPORTED)
    log.warn({ node: process.version }, 'this version of Node.js gets no security fixes any more: run Node.js 24')
  if (config.production) return
  const graphql = `${config.publicUrl ?? url}/graphql`
  const lines = [
    `Errand ${version} is ready.`,
    `  GraphQL  ${graphql}`,
    ...(config.graphiql ? [`  GraphiQL ${graphql} in a browser`] : []),
    `  Health   ${url}/health/ready   Metrics ${url}/metrics`,
    ...(hasDemo ? [`  Demo     ${DEMO_ADDRESSES.join(', ')}; password of each: ${DEMO_PASSWORD}`] : []),
    'To sign in, send the mutation signUp or signIn. Send the accessToken of its payload with each request, in the header',
    '  authorization: Bearer <accessToken>    (GraphiQL does this automatically after a sign-in)',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
