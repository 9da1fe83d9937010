/** Disputes in the demo world: two open and one resolved, and submitted work about which another one can be opened. */
import { type Tx, withTransaction } from '../src/db/transaction.ts'
import { addEvidence } from '../src/disputes/addEvidence.ts'
import { openDispute } from '../src/disputes/openDispute.ts'
import { resolveDispute } from '../src/disputes/resolveDispute.ts'
import type { Work } from '../src/jobs/timer.ts'
import { demoActions, euros } from './demoActions.ts'
import type { DemoPeople } from './seed.ts'

/** Creates the submitted tasks through the rules. Returns a function that opens the disputes about them, and resolves one. */
export async function makeDisputedTasks(
  work: Work,
  { poster, tasker, finance }: DemoPeople,
): Promise<() => Promise<void>> {
  const inTransaction = <Result>(rule: (tx: Tx) => Promise<Result>) => withTransaction(work.database, rule)
  const { post, take, fund, submit } = demoActions(work, poster)
  const done = async (title: string, description: string) => {
    const taskId = await post({ title, description, acceptanceMode: 'FIRST_COME', budgetMinor: euros('50.00') })
    await take(taskId, tasker)
    await fund(taskId)
    await submit(taskId, tasker, 'Done.')
    return taskId
  }
  const dispute = (taskId: string, reason: string) =>
    inTransaction((tx) => openDispute(tx, { taskId, caller: tasker, reason, evidenceIds: [] }))

  const parquet = await done('Polish the parquet', 'The whole corridor, twice.')
  const shed = await done('Build a shed', 'Two by three metres, on a stone floor.')
  const wallpaper = await done('Hang wallpaper', 'In the bedroom, with the pattern aligned.')
  await done('Tune a piano', 'An upright that was not tuned for years.')

  return async () => {
    const { disputeId } = await dispute(parquet, 'The poster does not answer, and the corridor shines.')
    const decision = {
      toTasker: { minorUnits: euros('30.00'), currencyCode: 'EUR' },
      note: 'It was polished once, not twice.',
      messageToBoth: 'Thank you for your patience.',
      traits: work.payments.traits,
    }
    await inTransaction((tx) => resolveDispute(tx, { disputeId, ...decision, caller: finance, requestId: 'demo' }))
    await dispute(shed, 'The poster wants a second door, which was not agreed.')
    const open = await dispute(wallpaper, 'The pattern is aligned, but the poster does not approve.')
    const statement = 'At the window two strips are off by a hand.'
    await inTransaction((tx) => addEvidence(tx, { ...open, caller: poster, statement, evidenceIds: [] }))
  }
}
