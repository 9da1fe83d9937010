/** Work that is due now. A job is a wake-up and nothing more: the due columns say what is to be done, and the sweep reads them too. */
import type { Tx } from '../db/transaction.ts'

export type JobName = 'sendTransfer' | 'sendRefund'

/**
 * Puts the job into the transaction of the change, so it runs if the change commits, and never when it does not.
 * The same job twice is one, unless the first runs already: it may not have seen this change.
 */
export async function enqueue(tx: Tx, { task, id }: { task: JobName; id: string }): Promise<void> {
  await tx.run`
    /* addJob */
    select graphile_worker.add_job(
      ${task}::text,
      json_build_object('id', ${id}::text),
      job_key => ${`${task}:${id}`}::text
    )`
}
