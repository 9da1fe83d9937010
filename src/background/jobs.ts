/** The jobs by their names. */
import { mailPasswordReset } from '../accounts/email/requestPasswordReset.ts'
import { deliverMail } from '../mail/deliverMail.ts'
import { runReconciliation } from '../reconciliation/runReconciliation.ts'
import { sendRefund } from '../transfers/refunds/sendRefund.ts'
import { sendReversal } from '../transfers/reversals/sendReversal.ts'
import { sendTransfer } from '../transfers/transfers/sendTransfer.ts'
import type { Jobs } from './worker.ts'

export const allJobs: Jobs = {
  mailPasswordReset: (work, id) => mailPasswordReset(work, { sealedAddress: id }),
  deliverMail: (work, id) => deliverMail(work, { mailId: id }),
  sendTransfer: (work, id) => sendTransfer(work, { transferId: id }),
  sendReversal: (work, id) => sendReversal(work, { reversalId: id }),
  sendRefund: (work, id) => sendRefund(work, { refundId: id }),
  runReconciliation: (work, id) => runReconciliation(work, { reconciliationId: id }),
}
