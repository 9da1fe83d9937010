/** A reconciliation of the demo world that found a difference: a payment at the provider that is none of ours. */
import { readClock } from '../src/db/clock.ts'
import { withTransaction } from '../src/db/transaction.ts'
import type { Work } from '../src/jobs/timer.ts'
import { runReconciliation } from '../src/reconciliation/runReconciliation.ts'
import { startReconciliation } from '../src/reconciliation/startReconciliation.ts'
import { euros } from './demoActions.ts'
import type { DemoPeople } from './seed.ts'

const HOUR_MS = 3_600_000

/** Reconciles the movements of the demo world. */
export async function makeReconciliation(work: Work, { finance }: DemoPeople): Promise<void> {
  const { database, payments } = work
  await payments.charge({
    reference: 'order-1001',
    taskReference: 'shop',
    idempotencyKey: 'order-1001',
    amount: { minorUnits: euros('14.90'), currencyCode: 'EUR' },
    orderedAt: await readClock(database),
    paymentMethodId: 'pm_ok',
    customerReference: null,
    savesPaymentMethod: false,
  })
  const { reconciliationId } = await withTransaction(database, async (tx) => {
    const to = await readClock(tx)
    const span = { from: new Date(to.getTime() - HOUR_MS), to }
    return startReconciliation(tx, { ...span, caller: finance, requestId: 'demo' })
  })
  await runReconciliation(work, { reconciliationId })
}
