/** Chargebacks in the demo world: one that waits for evidence, and one that was lost after the tasker was paid. */
import { noticeChargeback } from '../src/chargebacks/noticeChargeback.ts'
import { textOf, toPublicId } from '../src/db/ids.ts'
import { lookUpNow } from '../src/transfers/lookUpNow.ts'
import { sendTransfer } from '../src/transfers/transfers/sendTransfer.ts'
import { demoActions, euros } from './demoActions.ts'
import type { DemoPeople, DemoServer } from './seed.ts'

/** Creates the tasks through the rules, and makes the sandbox's bank take their payments back. */
export async function makeChargebacks({ work, services }: DemoServer, { poster, tasker }: DemoPeople): Promise<void> {
  const { post, take, fund, submit, approve } = demoActions(work, poster)
  const bank = services.sandboxControls
  if (!bank) return
  const done = async (title: string, description: string) => {
    const taskId = await post({ title, description, acceptanceMode: 'FIRST_COME', budgetMinor: euros('45.00') })
    await take(taskId, tasker)
    await fund(taskId)
    await submit(taskId, tasker, 'Done.')
    return taskId
  }
  const open = async (taskId: string, reason: string) => {
    const [hold] = await work.database.rows<{ id: string }>`
      /* demoHold */
      select id
      from holds
      where task_id = ${taskId}`
    const chargeReference = textOf(toPublicId('hld', hold?.id ?? ''))
    const answer = await bank.openChargeback({ chargeReference, amount: undefined, reason })
    if (answer?.kind !== 'done') throw new Error('The sandbox opened no chargeback.')
    await noticeChargeback(work, answer)
    return answer
  }

  const paid = await done('Sharpen the knives', 'Twelve knives and a pair of scissors.')
  const transferId = await approve(paid)
  await sendTransfer(work, { transferId })
  await lookUpNow(work, { kind: 'transfer', reference: textOf(toPublicId('trf', transferId)) })
  const lost = await open(paid, 'product_not_received')
  await bank.decideChargeback({ ...lost, isWon: false })
  await noticeChargeback(work, lost)
  await open(await done('Clean the gutters', 'On both sides of the roof.'), 'fraudulent')
}
