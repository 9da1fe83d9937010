/** All timers. */
import { accessTokenTimers } from '../accounts/accessTokens/accessTokenTimers.ts'
import { foldPeople } from '../accounts/administration/foldPeople.ts'
import { emailTokenTimers } from '../accounts/email/emailTokenTimers.ts'
import { payoutAccountsTimer } from '../accounts/payouts/lookUpReadiness.ts'
import { secondFactorTimers } from '../accounts/secondFactors/secondFactorTimers.ts'
import { sessionTimers } from '../accounts/sessions/sessionTimers.ts'
import { chargebackTimers } from '../chargebacks/chargebackTimers.ts'
import { chatTimers } from '../chats/chatTimers.ts'
import type { Config } from '../config.ts'
import { disputeTimers } from '../disputes/disputeTimers.ts'
import type { FileStore } from '../files/store/store.ts'
import type { Timer } from '../jobs/timer.ts'
import { mailTimers } from '../mail/mailTimers.ts'
import { notificationTimers } from '../notifications/notificationTimers.ts'
import { oldWebhooks } from '../payments/webhooks/processOnce.ts'
import { reconciliationTimers } from '../reconciliation/reconciliationTimers.ts'
import { reviewTimers } from '../reviews/reviewTimers.ts'
import { supportTimers } from '../support/queue/supportTimers.ts'
import { taskTimers } from '../tasks/actions/taskTimers.ts'
import { expiringHolds } from '../transfers/holds/holdTimers.ts'
import { closeLedgerTimer } from '../transfers/ledger/closeLedger.ts'
import { moneyTimers } from '../transfers/moneyTimers.ts'
import { webhookTimers } from '../webhooks/webhookTimers.ts'

/** The timers of a server with this configuration and file store. */
export const timersOf = (
  config: Pick<Config, 'support' | 'supportQueue'>,
  { store }: { store: FileStore },
): readonly Timer[] => [
  ...taskTimers,
  ...moneyTimers,
  expiringHolds,
  ...reviewTimers,
  ...disputeTimers,
  ...chargebackTimers({ store }),
  closeLedgerTimer,
  oldWebhooks,
  payoutAccountsTimer,
  ...reconciliationTimers,
  ...chatTimers,
  ...supportTimers(config),
  ...sessionTimers,
  ...emailTokenTimers,
  ...accessTokenTimers,
  ...secondFactorTimers,
  ...mailTimers,
  ...notificationTimers,
  ...webhookTimers(),
  foldPeople,
]
