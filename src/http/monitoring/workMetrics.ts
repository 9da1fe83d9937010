/**
 * Metrics of the work of all servers: differences, chargebacks, mails, transfers and jobs. They are read from the database at each scrape,
 * the same on all servers, and have no value while it cannot be reached.
 */
import { Gauge, type Registry } from 'prom-client'
import { jobBacklog } from '../../background/jobBacklog.ts'
import type { Database } from '../../db/client.ts'
import { mailBacklog } from '../../mail/mailBacklog.ts'
import { checkDifferences, checkEvidence } from '../../transfers/ledger/checkLedger.ts'
import { transferBacklog } from '../../transfers/transferBacklog.ts'

/** Adds the metrics to the registry. */
export function watchWork(database: Database, registry: Registry): void {
  watchDifferences(database, registry)
  watchEvidence(database, registry)
  watchMails(database, registry)
  watchTransfers(database, registry)
  watchJobs(database, registry)
}

/** Shares one read among the metrics that a scrape collects at once. The result is undefined if the read fails. */
function sharing<Figures>(read: () => Promise<Figures>): () => Promise<Figures | undefined> {
  let reading: Promise<Figures | undefined> | undefined
  return () => {
    reading ??= read()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined
      })
    return reading
  }
}

const DIFFERENCES = [
  ['errand_open_differences', 'Open differences between the book of the payment provider and ours.', 'open'],
  ['errand_oldest_open_difference_seconds', 'Age of the oldest open difference; 0 if there is none.', 'oldestSeconds'],
] as const

function watchDifferences(database: Database, registry: Registry): void {
  const read = sharing(() => checkDifferences(database))
  for (const [name, help, value] of DIFFERENCES) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.remove()
        const differences = await read()
        if (differences) this.set(differences[value])
      },
    })
  }
}

const EVIDENCE = [
  [
    'errand_chargebacks_needing_evidence',
    'Chargebacks that need evidence, and whose time for it is not over.',
    'chargebacks',
  ],
  [
    'errand_chargeback_evidence_due_seconds',
    'Time until the first of them is due; no value if there is none.',
    'firstDueInSeconds',
  ],
] as const

function watchEvidence(database: Database, registry: Registry): void {
  const read = sharing(() => checkEvidence(database))
  for (const [name, help, value] of EVIDENCE) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.remove()
        const figure = (await read())?.[value]
        if (figure != null) this.set(figure)
      },
    })
  }
}

function watchMails(database: Database, registry: Registry): void {
  new Gauge({
    name: 'errand_mails',
    help: 'Mails by state: "pending" waits to be sent, "failed" was given up within the last thirty days.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset()
      const backlog = await mailBacklog(database).catch(() => undefined)
      for (const [state, count] of Object.entries(backlog ?? {})) this.set({ state }, count)
    },
  })
}

const UNFINISHED = ['PENDING', 'IN_DOUBT', 'FAILED'] as const

function watchTransfers(database: Database, registry: Registry): void {
  const read = sharing(() => transferBacklog(database))
  new Gauge({
    name: 'errand_transfers',
    help: 'Transfers that have not ended, by status; FAILED ones wait for a retry by finance staff.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      this.reset()
      const backlog = await read()
      if (backlog) for (const status of UNFINISHED) this.set({ status }, backlog.counts.get(status) ?? 0)
    },
  })
  new Gauge({
    name: 'errand_oldest_transfer_in_doubt_seconds',
    help: 'Age of the oldest transfer whose outcome the payment provider has not told; 0 if there is none.',
    registers: [registry],
    async collect() {
      this.remove()
      const backlog = await read()
      if (!backlog) return
      const { oldestInDoubt } = backlog
      this.set(oldestInDoubt ? Math.max(0, (Date.now() - oldestInDoubt.getTime()) / 1_000) : 0)
    },
  })
}

function watchJobs(database: Database, registry: Registry): void {
  new Gauge({
    name: 'errand_jobs',
    help: 'Jobs by state: "due" waits for a worker, "failed" was given up after the last attempt.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset()
      const counts = await jobBacklog(database).catch(() => undefined)
      for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count)
    },
  })
}
