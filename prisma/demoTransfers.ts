/** What may become of a tasker's money when it does not simply arrive: the provider refuses it for good, or its answer is lost. */
import { withTransaction } from '../src/db/transaction.ts'
import type { Work } from '../src/jobs/timer.ts'
import { type ProviderMode, updateProviderMode } from '../src/payments/sandbox.sql.ts'
import { sendTransfer } from '../src/transfers/transfers/sendTransfer.ts'
import { deedsAround, euros } from './demoDeeds.ts'
import type { DemoPeople } from './seed.ts'

/** Makes them by the rules, with a provider that misbehaves meanwhile. Nothing else may be paid at the same time. */
export async function makeTransfers(work: Work, { poster, tasker }: DemoPeople): Promise<void> {
  const { post, take, fund, submit, approve } = deedsAround(work, poster)
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
  // Nobody stays in doubt: a worker asks the provider after 30 s, which has it. The attempts tell of it afterwards.
  const doubtful = await owe('Deliver a parcel', 'To the other side of the river.')
  await whileProviderIs(work, 'DROP_RESPONSE', () => send(doubtful))
}

async function whileProviderIs(work: Work, mode: ProviderMode, deed: () => Promise<unknown>): Promise<void> {
  const become = (next: ProviderMode) => withTransaction(work.database, (tx) => updateProviderMode(tx, { mode: next }))
  await become(mode)
  try {
    await deed()
  } finally {
    await become('ACCEPT')
  }
}
