/** The worker process: background work without a server, for servers with WORKER=off. Any number may run at once. */
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { authSecretOf } from './authSecret.ts'
import { allJobs } from './background/jobs.ts'
import { startWorker } from './background/worker.ts'
import { type Config, readConfig } from './config.ts'
import { openStore } from './files/store/openFiles.ts'
import { startFileSweep } from './files/sweepFiles.ts'
import { makeLog } from './http/log.ts'
import { chooseProvider } from './payments/chooseProvider.ts'
import { refuseOtherProvider } from './refuseOtherProvider.ts'
import { refuseUnusableStore } from './refuseUnusableStore.ts'
import { startDatabase } from './startDatabase.ts'
import { StartFailure, sentenceOf } from './startFailure.ts'
import { stopOnSignal } from './stopOnSignal.ts'

// Time after the grace period of jobs, for closing connections.
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
      'A separate worker needs DATABASE_URL. With the embedded database, the server runs the background work itself.',
    )
  }
  await refuseUnusableStore(openStore(config), config)
  const { connectionString } = await startDatabase(config, log)
  const [authSecret, makeProvider] = await Promise.all([authSecretOf(config), chooseProvider(config)])
  // The parts of a server that does not listen: webhooks and mails show events with the fields of the API.
  const app = createApp({ config, connectionString, authSecret, log, makeProvider })
  const { database, files, timers } = app
  await refuseOtherProvider(config, database)
  const worker = startWorker({ connectionString, work: app.work, jobs: allJobs, timers })
  const sweep = startFileSweep({ database, store: files.store, log })
  stopOnSignal({
    name: 'worker',
    log,
    delayMs: config.shutdownGraceMs + LAST_STEPS_MS,
    async stop() {
      await Promise.all([worker.stop(), sweep.stop()])
      await app.stop()
      log.info('stopped')
    },
  })
  // The last line, because a supervisor that reads it may stop the process.
  log.info('working')
}
