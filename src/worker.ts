/** The process of the background work alone, for servers that run with WORKER=off. As many as one likes may run at once. */
import type { Logger } from 'pino'
import './api/observers.ts'
import { allJobs } from './background/jobs.ts'
import { timersOf } from './background/timers.ts'
import { startWorker } from './background/worker.ts'
import { type Config, readConfig } from './config.ts'
import { Database } from './db/client.ts'
import { openStore } from './files/store/openFiles.ts'
import { startFileSweep } from './files/sweepFiles.ts'
import { makeLog } from './http/log.ts'
import { WEBHOOK_PATH } from './http/webhooks.ts'
import type { Work } from './jobs/timer.ts'
import { boundedProvider } from './payments/boundedProvider.ts'
import { createSandboxProvider } from './payments/sandboxProvider.ts'
import { refuseUnusableStore } from './refuseUnusableStore.ts'
import { startDatabase } from './startDatabase.ts'
import { StartFailure, sentenceOf } from './startFailure.ts'
import { stopOnSignal } from './stopOnSignal.ts'

// After the grace of the jobs in flight.
const LAST_STEPS_MS = 2_000

try {
  const config = readConfig()
  await work(config, await makeLog(config, { readable: false }))
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exit(1)
}

async function work(config: Config, log: Logger): Promise<void> {
  if (!config.databaseUrl) {
    throw new StartFailure(
      'A worker of its own needs DATABASE_URL: the embedded database belongs to its server, which works for itself.',
    )
  }
  const store = openStore(config)
  await refuseUnusableStore(store, config)
  const { connectionString } = await startDatabase(config, log)
  const database = new Database({
    connectionString,
    connectionsMax: config.databasePoolMax,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
    onLost: (cause) => log.error({ err: cause }, 'the database does not answer'),
    onBack: () => log.warn('the database answers again'),
  })
  const { publicUrl } = config
  const webhookUrl = () => (publicUrl ? publicUrl + WEBHOOK_PATH : null)
  const sandbox = createSandboxProvider({ connectionString, webhookUrl, log })
  const parts: Work = { database, payments: boundedProvider(sandbox, { log }), log }
  const worker = startWorker({ connectionString, work: parts, jobs: allJobs, timers: timersOf(config) })
  const sweep = startFileSweep({ database, store, log })
  stopOnSignal({
    name: 'worker',
    log,
    delayMs: config.shutdownGraceMs + LAST_STEPS_MS,
    async stop() {
      await Promise.all([worker.stop(), sweep.stop()])
      await sandbox.stop()
      await database.close()
      log.info('stopped')
    },
  })
  // Last: who reads this may stop it.
  log.info('working')
}
