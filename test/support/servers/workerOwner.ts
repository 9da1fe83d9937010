// A process that runs a worker, for tests that kill it. With `hang`, its jobs start and never end.
import pino from 'pino'
import { createApp } from '../../../src/app.ts'
import { allJobs } from '../../../src/background/jobs.ts'
import { startWorker } from '../../../src/background/worker.ts'
import { readConfig } from '../../../src/config.ts'

const [connectionString = '', jobs = 'real'] = process.argv.slice(2)
const log = pino(pino.destination(2))
const config = readConfig({ DATABASE_POOL_MAX: '5' })
const { work, timers } = createApp({ config, connectionString, authSecret: new Uint8Array(32), log })

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
  ...(jobs === 'hang' ? { jobs: hangingJobs, timers: [] } : { jobs: allJobs, timers }),
})
