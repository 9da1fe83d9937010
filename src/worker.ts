/** The worker process: background work without a server, for servers with WORKER=off. Any number may run at once. */
import type { Logger } from 'pino'
import './api/observers.ts'
import { authSecretOf } from './authSecret.ts'
import { allJobs } from './background/jobs.ts'
import { timersOf } from './background/timers.ts'
import { startWorker } from './background/worker.ts'
import { type Config, readConfig } from './config.ts'
import { openStore } from './files/store/openFiles.ts'
import { startFileSweep } from './files/sweepFiles.ts'
import { makeLog } from './http/log.ts'
import { WEBHOOK_PATH } from './http/webhooks.ts'
import type { Work } from './jobs/timer.ts'
import { mailSettings } from './mail/mailSettings.ts'
import { openDatabase } from './openDatabase.ts'
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
  const store = openStore(config)
  await refuseUnusableStore(store, config)
  const { connectionString } = await startDatabase(config, log)
  const database = openDatabase(connectionString, { config, log })
  await refuseOtherProvider(config, database)
  const { publicUrl } = config
  const webhookUrl = () => (publicUrl ? publicUrl + WEBHOOK_PATH : null)
  const makeProvider = await chooseProvider(config)
  const payments = makeProvider({ connectionString, webhookUrl, log })
  const baseUrl = () => publicUrl ?? `http://${config.host}:${config.port}`
  const mails = mailSettings(config, { authSecret: await authSecretOf(config), baseUrl })
  const { netDebts } = config
  const context: Work = { database, payments: payments.provider, mails, log, netDebts }
  const worker = startWorker({ connectionString, work: context, jobs: allJobs, timers: timersOf(config, { store }) })
  const sweep = startFileSweep({ database, store, log })
  stopOnSignal({
    name: 'worker',
    log,
    delayMs: config.shutdownGraceMs + LAST_STEPS_MS,
    async stop() {
      await Promise.all([worker.stop(), sweep.stop()])
      await payments.stop()
      await database.close()
      log.info('stopped')
    },
  })
  // The last line, because a supervisor that reads it may stop the process.
  log.info('working')
}
