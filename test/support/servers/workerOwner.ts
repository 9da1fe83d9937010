// A process that runs a worker, for tests that kill it. With `hang`, its jobs start and never end.
import pino from 'pino'
import { startWorker } from '../../../src/background/worker.ts'
import { readConfig } from '../../../src/config.ts'
import { Database } from '../../../src/db/client.ts'
import { mailSettings } from '../../../src/mail/mailSettings.ts'
import { boundedProvider } from '../../../src/payments/port/boundedProvider.ts'
import { createSandboxProvider } from '../../../src/payments/sandbox/sandboxProvider.ts'

const [connectionString = '', jobs = 'real'] = process.argv.slice(2)
const log = pino(pino.destination(2))
const database = new Database({ connectionString, connectionsMax: 5, onError: () => {} })
const provider = createSandboxProvider({ connectionString, webhookUrl: () => null, log })
const config = readConfig({})
const mails = mailSettings(config, { authSecret: new Uint8Array(32), baseUrl: () => 'http://127.0.0.1:4000' })
const work = { database, payments: boundedProvider(provider, { log }), mails, log }

async function hang(_work: unknown, id: string): Promise<void> {
  process.stdout.write(`began ${id}\n`)
  await new Promise(() => {})
}

const hangingJobs = {
  sendTransfer: hang,
  sendReversal: hang,
  sendRefund: hang,
  runReconciliation: hang,
  deliverMail: hang,
  mailPasswordReset: hang,
}

startWorker({
  connectionString,
  work,
  ...(jobs === 'hang'
    ? { jobs: hangingJobs, timers: [] }
    : {
        jobs: (await import('../../../src/background/jobs.ts')).allJobs,
        timers: (await import('../../../src/background/timers.ts')).timersOf(config, {
          store: (await import('../../../src/files/store/openFiles.ts')).openStore(config),
        }),
      }),
})
