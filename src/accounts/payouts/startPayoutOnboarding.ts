import { textOf, toPublicId } from '../../db/ids.ts'
import { withTransaction } from '../../db/transaction.ts'
import { ForbiddenError, NotFoundError, ProviderUnavailableError } from '../../domain/errors.ts'
import type { Work } from '../../jobs/timer.ts'
import { lockAccounts, setReadiness } from '../users.sql.ts'
import { LOOK_UP_SOON_MS } from './lookUpReadiness.ts'
import { insertPayoutAccount, type PayeeRow, readPayee } from './payoutAccounts.sql.ts'
import { becomeReadyAtOnce, refuseRejected } from './payoutReadiness.ts'

interface Onboarding {
  callerId: string
  /** The page to which the provider sends the person afterwards, or when the link has expired. */
  returnUrl: string
}

/** A page of the provider for onboarding. */
export interface OnboardingLink {
  url: string
  expiresAt: Date
}

/**
 * Begins or continues onboarding at the provider. A provider without onboarding makes the person READY at once; else their account is
 * opened, once, and the link leads to its pages. The provider is called outside of any transaction.
 * Refuses, in this order: ForbiddenError (rejected before, or by the provider now); ProviderUnavailableError.
 */
export async function startPayoutOnboarding(
  work: Work,
  { callerId, returnUrl }: Onboarding,
): Promise<OnboardingLink | undefined> {
  const { database, payments } = work
  if (!payments.traits.hasOnboarding) {
    await withTransaction(database, (tx) => becomeReadyAtOnce(tx, { callerId }))
    return undefined
  }
  const payee = await readPayee(database, { userId: callerId, provider: payments.traits.name })
  if (!payee) throw NotFoundError.of('usr', callerId)
  refuseRejected(payee.payoutReadiness)
  const accountReference = payee.accountReference ?? (await openAccount(work, { callerId, payee }))
  const link = await payments.accounts.onboardingLink({ accountReference, returnUrl, refreshUrl: returnUrl })
  if (link.kind === 'refused') throw refusedByProvider(link)
  if (link.kind === 'unreachable') throw new ProviderUnavailableError()
  return link
}

/** Opens the account of a payee. Of two concurrent requests, both get the same account, because the provider opens it once. */
async function openAccount(
  { database, payments, log }: Work,
  { callerId, payee }: { callerId: string; payee: PayeeRow },
): Promise<string> {
  const opened = await payments.accounts.open({ reference: textOf(toPublicId('usr', callerId)), email: payee.email })
  if (opened.kind === 'refused') throw refusedByProvider(opened)
  if (opened.kind === 'unreachable') throw new ProviderUnavailableError()
  const { accountReference } = opened
  const provider = payments.traits.name
  await withTransaction(database, async (tx) => {
    await lockAccounts(tx, { userIds: [callerId] })
    const account = { userId: callerId, provider, accountReference, lookUpAfterMs: LOOK_UP_SOON_MS }
    const isNew = await insertPayoutAccount(tx, account)
    if (isNew) await setReadiness(tx, { userId: callerId, readiness: 'NOT_STARTED' })
  })
  log.info({ provider, user: textOf(toPublicId('usr', callerId)) }, 'account of a payee opened')
  return accountReference
}

const refusedByProvider = ({ message }: { message: string }) =>
  new ForbiddenError(`The payment provider does not open this account: ${message}`)
