/**
 * Jobs: work that is due now. Most jobs are only a wake-up: the due columns hold the work, and the sweep reads them, too. The worker
 * retries the others.
 */
import type { Tx } from '../db/transaction.ts'

export type JobName =
  | 'sendTransfer'
  | 'sendReversal'
  | 'sendRefund'
  | 'runReconciliation'
  | 'deliverMail'
  | 'mailPasswordReset'

/**
 * Adds a job in the transaction of the change, so it runs if, and only if, the change commits. A job that already waits is not added
 * again; a running job is, because it may not have seen this change.
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
