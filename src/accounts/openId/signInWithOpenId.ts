import { randomBytes } from 'node:crypto'
import { recordAudit } from '../../audit/audit.ts'
import type { RateLimits } from '../../cache/rateLimits.ts'
import type { Database } from '../../db/client.ts'
import { readClock } from '../../db/clock.ts'
import type { PayoutReadiness } from '../../db/generated/enums.ts'
import { newId } from '../../db/ids.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { ForbiddenError, ProviderUnavailableError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { prefixSearchTextOf } from '../../domain/searchText.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { nameForAccount, openIdEmail } from '../inputSchemas.ts'
import { secondFactorRequired } from '../secondFactors/challenges.ts'
import { type FirstStep, openSessionOrChallenge } from '../secondFactors/openSessionOrChallenge.ts'
import type { RelyingParty } from '../secondFactors/relyingParty.ts'
import { hashPassword } from '../sessions/passwords.ts'
import type { VerifiedSession } from '../sessions/tokens.ts'
import { insertUser, type LockedAccount, lockAccounts, readCredentials, setEmailVerified } from '../users.sql.ts'
import { insertOpenIdLink, readOpenIdLink } from './openIdLinks.sql.ts'
import type { OpenIdAnswer, OpenIdIdentity, OpenIdProviders } from './openIdProviders.ts'

/** The parts of the server that a sign-in by a provider works with. */
interface Parts {
  database: Database
  rateLimits: RateLimits
  providers: Pick<OpenIdProviders, 'has' | 'identify'>
  /** The address of the app, to whose pages alone a provider may have redirected. */
  appUrl: () => string
  staffNeedsSecondFactor: boolean
  relyingParty: RelyingParty
}

interface SignIn extends OpenIdAnswer {
  /** The readiness for payouts of a new account. */
  payoutReadiness: PayoutReadiness
  /** The IP address of the client. */
  address: string
  userAgent: string | null
  requestId: string
}

type Attempt = SignIn & Pick<Parts, 'staffNeedsSecondFactor'>

/** A refusal whose record must be committed. */
type Refused = 'failed' | 'suspended' | 'unverifiedHere' | 'otherSubject' | 'unverifiedThere'

// Each turn loses to another sign-in of the same person that commits first; a third time is no coincidence.
const TURNS_MAX = 3

/**
 * Signs a person in by their account at a provider. A link is found by issuer and subject, so it outlives a change of the address.
 * An account at a provider is linked by an address that both sides have verified; an unknown address gets a new account. Refuses, in this
 * order: a provider or a page that the server does not know, a provider that does not answer, and an answer that proves nobody, which
 * counts as a failed sign-in from the address; then a suspended account, and an address that either side has not verified.
 * The provider is called before any transaction. SecondFactorRequiredError asks a person with a second factor for it.
 */
export async function signInWithOpenId(parts: Parts, answer: SignIn): Promise<VerifiedSession> {
  const attempt = { ...answer, staffNeedsSecondFactor: parts.staffNeedsSecondFactor }
  refuseUnknown(parts, attempt)
  const identity = await identifyWithinLimits(parts, attempt)
  if (!identity) {
    await withTransaction(parts.database, (tx) => recordSignIn(tx, 'sign_in.failed', undefined, attempt))
    throw new UnauthenticatedError(
      'The answer of the sign-in provider is not valid, or was used before. Start the sign-in again.',
    )
  }
  const outcome = await signIn(parts.database, identity, attempt)
  // Thrown outside of the transaction, so that the record of the refusal is committed.
  if (typeof outcome === 'string') throw refusalOf(outcome, attempt.provider)
  if ('pending' in outcome) throw await secondFactorRequired(parts.relyingParty, outcome.pending)
  return outcome.session
}

function refuseUnknown({ providers, appUrl }: Parts, { provider, redirectUri }: Attempt): void {
  const fields = [
    ...(providers.has(provider)
      ? []
      : [{ path: 'provider', message: 'apiInfo.openIdProviders has no such provider.' }]),
    ...(redirectUri.origin === new URL(appUrl()).origin
      ? []
      : [{ path: 'redirectUri', message: 'This is not a page of the app that this server belongs to.' }]),
  ]
  if (fields.length === 0) return
  throw new ValidationError(fields.map(({ path, message }) => ({ path: ['input', 'openId', path], message })))
}

/** Counts before the call and gives the count back unless the answer proves nobody, so that attempts at once are limited, too. */
async function identifyWithinLimits(
  { rateLimits, providers }: Parts,
  attempt: Attempt,
): Promise<OpenIdIdentity | undefined> {
  let isFailure = false
  try {
    await rateLimits.spend('signInAddress', attempt.address)
    const identity = await providers.identify(attempt)
    isFailure = identity === undefined
    return identity
  } finally {
    if (!isFailure) await rateLimits.undoSpend('signInAddress', attempt.address)
  }
}

async function signIn(database: Database, identity: OpenIdIdentity, attempt: Attempt): Promise<FirstStep | Refused> {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const link = await readOpenIdLink(database, identity)
    const outcome = link
      ? await withTransaction(database, (tx) => signInLinked(tx, link.userId, attempt))
      : await signInFirst(database, identity, attempt).catch(undefinedIfLinked)
    if (outcome !== undefined) return outcome
  }
  throw new ProviderUnavailableError('Too many sign-ins of this person at once. Start the sign-in again in a minute.')
}

class LinkedMeanwhile extends Error {
  override readonly name = 'LinkedMeanwhile'
}

function undefinedIfLinked(error: unknown): undefined {
  if (!(error instanceof LinkedMeanwhile)) throw error
}

/** The first sign-in by this account at the provider; undefined if another request was faster. */
async function signInFirst(
  database: Database,
  identity: OpenIdIdentity,
  attempt: Attempt,
): Promise<FirstStep | Refused | undefined> {
  const email = openIdEmail.safeParse(identity.verifiedEmail).data
  if (email === undefined) {
    await withTransaction(database, (tx) => recordSignIn(tx, 'sign_in.failed', undefined, attempt))
    return 'unverifiedThere'
  }
  const account = await readCredentials(database, { email })
  if (account)
    return withTransaction(database, (tx) => linkAccount(tx, { ...identity, email, userId: account.id }, attempt))
  // Nobody knows it: the person signs in by the provider, or sets one by a link in a mail. Before the transaction, as in a sign-up.
  const passwordHash = await hashPassword(randomBytes(32).toString('base64url'))
  return withTransaction(database, (tx) => createAccount(tx, { ...identity, email, passwordHash }, attempt))
}

async function signInLinked(tx: Tx, userId: string, attempt: Attempt): Promise<FirstStep | Refused | undefined> {
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  return account && admit(tx, account, attempt)
}

async function linkAccount(
  tx: Tx,
  { issuer, subject, email, userId }: OpenIdIdentity & { email: string; userId: string },
  attempt: Attempt,
): Promise<FirstStep | Refused | undefined> {
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  // The address was changed since it was read.
  if (account?.email !== email) return undefined
  if (account.suspendedAt) return admit(tx, account, attempt)
  if (!account.emailVerifiedAt) {
    await recordSignIn(tx, 'sign_in.failed', account, attempt)
    return 'unverifiedHere'
  }
  const linked = await insertOpenIdLink(tx, { issuer, subject, userId, at: account.now })
  if (!linked) {
    // Another request has linked this subject, or the account has another one of the provider, whose address was given away.
    if (await readOpenIdLink(tx, { issuer, subject })) return undefined
    await recordSignIn(tx, 'sign_in.failed', account, attempt)
    return 'otherSubject'
  }
  await reportLink(tx, account, attempt)
  return admit(tx, account, attempt)
}

async function createAccount(
  tx: Tx,
  person: OpenIdIdentity & { email: string; passwordHash: string },
  attempt: Attempt,
): Promise<FirstStep | Refused | undefined> {
  const { issuer, subject, email, passwordHash } = person
  const now = await readClock(tx)
  const userId = newId()
  const displayName = nameForAccount(person.name, email)
  const searchText = prefixSearchTextOf(displayName, email)
  const { payoutReadiness, requestId } = attempt
  const user = { id: userId, email, displayName, searchText, passwordHash, payoutReadiness, createdAt: now }
  if (!(await insertUser(tx, user))) return undefined
  await setEmailVerified(tx, { userId, at: now })
  const [account] = await lockAccounts(tx, { userIds: [userId] })
  if (!account) throw new Error('A new account is not there.')
  // Another request has linked the subject since it was looked up, with another address: this account is undone.
  if (!(await insertOpenIdLink(tx, { issuer, subject, userId, at: now }))) throw new LinkedMeanwhile()
  const signedUp = { prefix: 'usr', id: userId } as const
  await recordAudit(tx, { at: now, actorId: userId, action: 'user.signed_up', subject: signedUp, requestId })
  await reportLink(tx, account, attempt)
  return admit(tx, account, attempt)
}

async function reportLink(tx: Tx, account: LockedAccount, { provider, requestId }: Attempt): Promise<void> {
  const { id, email, displayName, now: at } = account
  const subject = { prefix: 'usr', id } as const
  await recordAudit(tx, { at, actorId: id, action: 'user.openid_linked', subject, requestId })
  const parameters = { name: displayName, provider }
  await queueMail(tx, { kind: 'OPENID_LINKED', person: account, to: email, parameters, at })
}

/**
 * Opens a session for a locked account whose person is proved, unless it is suspended. A second factor of the account is required, even
 * if the provider has checked one of its own.
 */
async function admit(tx: Tx, account: LockedAccount, attempt: Attempt): Promise<FirstStep | 'suspended'> {
  const { userAgent, staffNeedsSecondFactor } = attempt
  if (account.suspendedAt) {
    await recordSignIn(tx, 'sign_in.suspended', account, attempt)
    return 'suspended'
  }
  const isVerified = account.emailVerifiedAt !== null
  const step = await openSessionOrChallenge(tx, { account, isVerified, userAgent, staffNeedsSecondFactor })
  await recordSignIn(tx, 'pending' in step ? 'sign_in.second_factor_required' : 'sign_in.succeeded', account, attempt)
  return step
}

async function recordSignIn(
  tx: Tx,
  action: 'sign_in.failed' | 'sign_in.suspended' | 'sign_in.second_factor_required' | 'sign_in.succeeded',
  account: LockedAccount | undefined,
  { requestId }: Attempt,
): Promise<void> {
  await recordAudit(tx, {
    at: account?.now ?? (await readClock(tx)),
    actorId: action === 'sign_in.failed' ? null : (account?.id ?? null),
    action,
    subject: account && { prefix: 'usr', id: account.id },
    requestId,
  })
}

function refusalOf(refused: Refused, provider: string): ForbiddenError {
  switch (refused) {
    case 'suspended':
      return new ForbiddenError('This account is suspended. An administrator can restore it.', 'ACCOUNT_SUSPENDED')
    case 'unverifiedThere':
      return new ForbiddenError(`${provider} has not verified your email address. Verify it there, then sign in again.`)
    case 'unverifiedHere':
      return new ForbiddenError(
        'An account with this address exists, whose address is not verified. Sign in with its password and open the link that was mailed to it, then sign in again.',
      )
    default:
      return new ForbiddenError(
        `The account with this address belongs to another account at ${provider}. Sign in with its password.`,
      )
  }
}
