/** Transfers that did not simply succeed: the provider refused for good, its answer was lost, or finance staff took money back. */
import { withTransaction } from '../src/db/transaction.ts'
import type { Work } from '../src/jobs/timer.ts'
import { type ProviderMode, updateProviderMode } from '../src/payments/sandbox/sandbox.sql.ts'
import { reverseTransfer } from '../src/transfers/reversals/reverseTransfer.ts'
import { sendReversal } from '../src/transfers/reversals/sendReversal.ts'
import { sendTransfer } from '../src/transfers/transfers/sendTransfer.ts'
import { demoActions, euros } from './demoActions.ts'
import type { DemoPeople } from './seed.ts'

/** Creates the transfers through the rules, with a provider that misbehaves. No other payment may run at the same time. */
export async function makeTransfers(work: Work, { poster, tasker, finance }: DemoPeople): Promise<void> {
  const { post, take, fund, submit, approve } = demoActions(work, poster)
  const owe = async (title: string, description: string) => {
    const taskId = await post({ title, description, acceptanceMode: 'FIRST_COME', budgetMinor: euros('25.00') })
    await take(taskId, tasker)
    await fund(taskId)
    await submit(taskId, tasker, 'Done.')
    return approve(taskId)
  }
  const send = (transferId: string) => sendTransfer(work, { transferId })

  const reverse = async (transferId: string, amountMinor: bigint, reason: string) => {
    const amount = { minorUnits: amountMinor, currencyCode: 'EUR' }
    const act = { caller: finance, reason, requestId: 'demo' }
    const reversal = { ...act, transferId, amount, returnFee: true, traits: work.payments.traits }
    const { reversalId } = await withTransaction(work.database, (tx) => reverseTransfer(tx, reversal))
    await sendReversal(work, { reversalId })
  }

  const whole = await owe('Move a piano', 'From the ground floor to the first floor.')
  await send(whole)
  await reverse(whole, euros('22.50'), 'The piano was never moved.')
  const partly = await owe('Clean the windows', 'Eight windows, inside and outside.')
  await send(partly)
  await reverse(partly, euros('5.00'), 'Two windows were left out.')
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
