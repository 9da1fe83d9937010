// A process that runs a worker, for tests that kill it. With `hang`, its jobs start and never end.
import pino from 'pino'
import { startWorker } from '../../../src/background/worker.ts'
import { readConfig } from '../../../src/config.ts'
import { Database } from '../../../src/db/client.ts'
import { boundedProvider } from '../../../src/payments/port/boundedProvider.ts'
import { createSandboxProvider } from '../../../src/payments/sandbox/sandboxProvider.ts'

const [connectionString = '', jobs = 'real'] = process.argv.slice(2)
const log = pino(pino.destination(2))
const database = new Database({ connectionString, connectionsMax: 5, onError: () => {} })
const provider = createSandboxProvider({ connectionString, webhookUrl: () => null, log })
const work = { database, payments: boundedProvider(provider, { log }), log }

async function hang(_work: unknown, id: string): Promise<void> {
  process.stdout.write(`began ${id}\n`)
  await new Promise(() => {})
}

startWorker({
  connectionString,
  work,
  ...(jobs === 'hang'
    ? { jobs: { sendTransfer: hang, sendReversal: hang, sendRefund: hang, runReconciliation: hang }, timers: [] }
    : {
        jobs: (await import('../../../src/background/jobs.ts')).allJobs,
        timers: (await import('../../../src/background/timers.ts')).timersOf(readConfig({}), {
          store: (await import('../../../src/files/store/openFiles.ts')).openStore(readConfig({})),
        }),
      }),
})
