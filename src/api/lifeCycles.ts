/** All life cycles: the source of the statuses and moves that clients, diagrams and tests have. */
import { chargebackLifeCycle } from '../chargebacks/chargebackStatus.ts'
import { disputeLifeCycle } from '../disputes/disputeStatus.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'
import { reconciliationLifeCycle } from '../reconciliation/reconciliationStatus.ts'
import { reviewLifeCycle } from '../reviews/reviewStatus.ts'
import { supportChatLifeCycle } from '../support/supportChatStatus.ts'
import { applicationLifeCycle } from '../tasks/applications/applicationStatus.ts'
import { taskLifeCycle } from '../tasks/taskStatus.ts'
import { holdLifeCycle } from '../transfers/holds/holdStatus.ts'
import { refundLifeCycle } from '../transfers/refunds/refundStatus.ts'
import { reversalLifeCycle } from '../transfers/reversals/reversalStatus.ts'
import { transferLifeCycle } from '../transfers/transfers/transferStatus.ts'

/** The life cycles, each by the file that declares it. */
export const LIFE_CYCLES: Readonly<Record<`src/${string}Status.ts`, LifeCycle<string>>> = {
  'src/tasks/taskStatus.ts': taskLifeCycle,
  'src/tasks/applications/applicationStatus.ts': applicationLifeCycle,
  'src/transfers/holds/holdStatus.ts': holdLifeCycle,
  'src/transfers/transfers/transferStatus.ts': transferLifeCycle,
  'src/transfers/reversals/reversalStatus.ts': reversalLifeCycle,
  'src/transfers/refunds/refundStatus.ts': refundLifeCycle,
  'src/reviews/reviewStatus.ts': reviewLifeCycle,
  'src/disputes/disputeStatus.ts': disputeLifeCycle,
  'src/chargebacks/chargebackStatus.ts': chargebackLifeCycle,
  'src/support/supportChatStatus.ts': supportChatLifeCycle,
  'src/reconciliation/reconciliationStatus.ts': reconciliationLifeCycle,
}
