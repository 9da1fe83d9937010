/** Transfers that did not simply succeed: the provider refused for good, or its answer was lost. */
import { withTransaction } from '../src/db/transaction.ts'
import type { Work } from '../src/jobs/timer.ts'
import { type ProviderMode, updateProviderMode } from '../src/payments/sandbox.sql.ts'
import { sendTransfer } from '../src/transfers/transfers/sendTransfer.ts'
import { demoActions, euros } from './demoActions.ts'
import type { DemoPeople } from './seed.ts'

/** Creates the transfers through the rules, with a provider that misbehaves. No other payment may run at the same time. */
export async function makeTransfers(work: Work, { poster, tasker }: DemoPeople): Promise<void> {
  const { post, take, fund, submit, approve } = demoActions(work, poster)
  const owe = async (title: string, description: string) => {
    const taskId = await post({ title, description, acceptanceMode: 'FIRST_COME', budgetMinor: euros('25.00') })
    await take(taskId, tasker)
    await fund(taskId)
    await submit(taskId, tasker, 'Done.')
    return approve(taskId)
  }
  const send = (transferId: string) => sendTransfer(work, { transferId })

  const forRetry = await owe('Repair a bicycle', 'The back wheel and both brakes.')
  const forCancel = await owe('Wash the car', 'Inside and outside.')
  await whileProviderIs(work, 'REFUSE_FOR_GOOD', async () => {
    await send(forRetry)
    await send(forCancel)
  })
  // Not in doubt for long: after 30 s a worker looks the transfer up at the provider, which has it. The attempts keep the record.
  const doubtful = await owe('Deliver a parcel', 'To the other side of the river.')
  await whileProviderIs(work, 'DROP_RESPONSE', () => send(doubtful))
}

async function whileProviderIs(work: Work, mode: ProviderMode, action: () => Promise<unknown>): Promise<void> {
  const setMode = (next: ProviderMode) => withTransaction(work.database, (tx) => updateProviderMode(tx, { mode: next }))
  await setMode(mode)
  try {
    await action()
  } finally {
    await setMode('ACCEPT')
  }
}
