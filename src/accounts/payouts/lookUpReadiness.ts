/** The readiness of payees as the provider has it: looked up after a webhook, after a refused transfer, and by time. */
import type { PayoutReadiness } from '../../db/generated/enums.ts'
import { withTransaction } from '../../db/transaction.ts'
import { callEach } from '../../jobs/callEach.ts'
import type { Timer, Work } from '../../jobs/timer.ts'
import { notifyAccountObservers } from '../accountObservers.ts'
import { lockAccounts, setReadiness } from '../users.sql.ts'
import { findAccountsToLookUp, findPayeeOfAccount, scheduleReadinessLookUp } from './payoutAccounts.sql.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The time until an account is looked up again, in case a webhook is lost: soon while the person can be waiting for it. */
const LOOK_UP_AFTER_MS: Readonly<Record<PayoutReadiness, number>> = {
  NOT_STARTED: HOUR_MS,
  PENDING_VERIFICATION: HOUR_MS,
  RESTRICTED: HOUR_MS,
  READY: 24 * HOUR_MS,
  REJECTED: 24 * HOUR_MS,
}
/** The time until the next look-up after one that did not reach the provider, and after the account was opened. */
export const LOOK_UP_SOON_MS = 5 * MINUTE_MS

interface PayoutAccount {
  userId: string
  accountReference: string
}

/**
 * Looks up the readiness of a payee and saves it; once it is READY, waiting transfers continue. Returns false if the provider cannot be
 * reached.
 */
export async function lookUpReadiness(work: Work, { userId, accountReference }: PayoutAccount): Promise<boolean> {
  const { database, payments, log } = work
  const provider = payments.traits.name
  const finding = await payments.accounts.readiness(accountReference)
  const { kind } = finding
  await withTransaction(database, async (tx) => {
    const [account] = await lockAccounts(tx, { userIds: [userId] })
    if (!account) throw new Error('The payee no longer exists.')
    const afterMs = finding.kind === 'known' ? LOOK_UP_AFTER_MS[finding.readiness] : LOOK_UP_SOON_MS
    await scheduleReadinessLookUp(tx, { userId, provider, afterMs })
    if (finding.kind === 'unreachable') return
    const { readiness } = finding
    if (readiness !== account.payoutReadiness) await setReadiness(tx, { userId, readiness })
    if (readiness === 'READY') await notifyAccountObservers('onPayable', tx, { userId })
    log.info({ provider, before: account.payoutReadiness, after: readiness }, 'readiness of a payee looked up')
  })
  return kind === 'known'
}

/** Follows a webhook about an account; does nothing if it is not ours. Returns false if the provider cannot be reached. */
export async function lookUpAccount(
  work: Work,
  { accountReference }: Pick<PayoutAccount, 'accountReference'>,
): Promise<boolean> {
  const provider = work.payments.traits.name
  const payee = await findPayeeOfAccount(work.database, { accountReference, provider })
  return payee ? lookUpReadiness(work, { ...payee, accountReference }) : true
}

/** Looks up accounts by time. A real provider lives on real time, so the sandbox clock waits for none of this. */
export const payoutAccountsTimer: Timer = {
  name: 'payoutAccounts',
  nextDue: async () => null,
  async runDue(work, limit) {
    const provider = work.payments.traits.name
    const rows = await findAccountsToLookUp(work.database, { provider, limit })
    return callEach(work, { timer: 'payoutAccounts', name: 'userId', rows }, ({ id: userId, accountReference }) =>
      lookUpReadiness(work, { userId, accountReference }),
    )
  },
}
