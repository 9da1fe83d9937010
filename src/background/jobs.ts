/** The jobs by their names. */
import { sendRefund } from '../transfers/refunds/sendRefund.ts'
import { sendTransfer } from '../transfers/transfers/sendTransfer.ts'
import type { Jobs } from './worker.ts'

export const allJobs: Jobs = {
  sendTransfer: (work, id) => sendTransfer(work, { transferId: id }),
  sendRefund: (work, id) => sendRefund(work, { refundId: id }),
}
