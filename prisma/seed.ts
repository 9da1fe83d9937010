/**
 * The demo world: people to sign in as, tasks in every status that people can bring about, transfers that failed or were in
 * doubt, chargebacks and disputes. It is created through the rules, so that its rows are like those of real requests.
 */
import { createAccessToken } from '../src/accounts/accessTokens/createAccessToken.ts'
import { openSession, WITHOUT_SECOND_FACTOR } from '../src/accounts/sessions/openSession.ts'
import { hashPassword } from '../src/accounts/sessions/passwords.ts'
import { signInWithPassword } from '../src/accounts/sessions/signInWithPassword.ts'
import '../src/api/observers.ts'
import { unlimited } from '../src/cache/rateLimits.ts'
import { readClock } from '../src/db/clock.ts'
import type { Role } from '../src/db/generated/enums.ts'
import { newId } from '../src/db/ids.ts'
import { type Tx, withTransaction } from '../src/db/transaction.ts'
import type { Caller } from '../src/domain/caller.ts'
import { LOST_PHONE, OLD_SCRIPT } from '../src/examples/demoRecords.sql.ts'
import { setFeeRule } from '../src/fees/setFeeRule.ts'
import type { Files } from '../src/files/files.ts'
import type { Services } from '../src/graphql/services.ts'
import type { Work } from '../src/jobs/timer.ts'
import { makeChargebacks } from './demoChargebacks.ts'
import { makeChat } from './demoChat.ts'
import { makeDisputedTasks } from './demoDisputes.ts'
import { makeNotifications, makeWebhookEndpoint } from './demoEvents.ts'
import { makeReconciliation } from './demoReconciliation.ts'
import { makeSupportChats } from './demoSupport.ts'
import { makeTasks } from './demoTasks.ts'
import { makeTransfers } from './demoTransfers.ts'

export const DEMO_PASSWORD = 'demo-password-1'

const AGENT_ADDRESS = 'agent@demo.test'

const PEOPLE = [
  { email: 'poster@demo.test', displayName: 'Paula Poster', roles: [] },
  { email: 'tasker@demo.test', displayName: 'Tom Tasker', roles: [] },
  { email: AGENT_ADDRESS, displayName: 'Alma Agent', roles: ['AGENT'] },
  { email: 'finance@demo.test', displayName: 'Felix Finance', roles: ['FINANCE'] },
  { email: 'admin@demo.test', displayName: 'Ada Admin', roles: ['ADMIN'] },
] as const satisfies readonly { email: string; displayName: string; roles: readonly Role[] }[]

// Customers of the support chats. A user of the demo need not sign in as them.
const CUSTOMERS = [
  { email: 'clara@demo.test', displayName: 'Clara Customer', roles: [] },
  { email: 'karl@demo.test', displayName: 'Karl Kunde', roles: [] },
  { email: 'rosa@demo.test', displayName: 'Rosa Ruiz', roles: [] },
] as const

// A year: the clock of the sandbox is rarely moved so far.
const NEXT_FEE_MS = 365 * 86_400_000

/** The user agent of the demo agent's session, as shown in the list of their sessions. */
const DESK = 'Desk of the demo world'

export const DEMO_ADDRESSES: readonly string[] = PEOPLE.map(({ email }) => email)

/** Creates the demo world in a database without people, else does nothing. Returns true if it created the world. */
export async function seedDemoWorld(server: DemoServer): Promise<boolean> {
  const { work } = server
  // Checked first without a lock, so that only the first start pays for a hash; makePeople checks again under its lock.
  if ((await work.database.run`/* anyPerson */ select from users limit 1`) > 0) return false
  const passwordHash = await hashPassword(DEMO_PASSWORD)
  const people = await withTransaction(work.database, (tx) => makePeople(tx, passwordHash))
  if (!people) return false
  await signInOnLostPhone(work)
  await makeOldScript(work, people)
  await planNextFee(work, people)
  await makeTransfers(work, people) // The oldest tasks, because lists show the newest first: those with a next step to try.
  await makeChargebacks(server, people)
  const openDisputes = await makeDisputedTasks(work, people)
  const { chatId } = await makeTasks(work, people)
  await makeReconciliation(work, people)
  await makeChat(server, { ...people, chatId })
  await makeSupportChats(work, people)
  await openDisputes() // Last in the support queue.
  await makeNotifications(work)
  await makeWebhookEndpoint(work, server.services, people)
  return true
}

/** The parts of a server that create the demo world. */
export interface DemoServer {
  work: Work
  files: Pick<Files, 'store' | 'limits'>
  services: Pick<Services, 'sandboxControls' | 'authSecret' | 'webhooks'>
}

export interface DemoPeople {
  poster: Caller
  tasker: Caller
  agent: Caller
  finance: Caller
  admin: Caller
  customers: readonly Caller[]
}

async function makePeople(tx: Tx, passwordHash: string): Promise<DemoPeople | undefined> {
  // Locked, so that only one of two servers that find an empty database creates the people.
  await tx.run`/* lockPeople */ lock table users in share row exclusive mode`
  if ((await tx.run`/* anyPerson */ select from users limit 1`) > 0) return undefined
  const callers: Caller[] = []
  for (const { email, displayName, roles } of [...PEOPLE, ...CUSTOMERS]) {
    const id = newId()
    await tx.run`
      /* seedPerson */
      insert into users (id, email, display_name, password_hash, roles, created_at, email_verified_at)
      values (
        ${id}, ${email}, ${displayName}, ${passwordHash}, ${['USER', ...roles]}::role[], errand_now(), errand_now()
      )`
    const person = { id, roles: ['USER', ...roles] satisfies Role[], isVerified: true, ...WITHOUT_SECOND_FACTOR }
    // An agent is available only while they have a session. The rules for the others need none.
    const session = email === AGENT_ADDRESS && (await openSession(tx, { userId: id, ...person, userAgent: DESK }))
    callers.push(session ? session.caller : { ...person, withheldRoles: [], provenAt: null, sessionId: newId() })
  }
  const [poster, tasker, agent, finance, admin, ...customers] = callers
  return poster && tasker && agent && finance && admin && { poster, tasker, agent, finance, admin, customers }
}

/** A fee rule that is not in force yet. */
const planNextFee = ({ database }: Work, { admin }: DemoPeople) =>
  withTransaction(database, async (tx) =>
    setFeeRule(tx, {
      adminId: admin.id,
      basisPoints: 1_200,
      least: '1.50',
      effectiveFrom: new Date((await readClock(tx)).getTime() + NEXT_FEE_MS),
      reason: 'The card fees have risen.',
      requestId: 'demo',
    }),
  )

/** An access token for the poster to revoke. */
const makeOldScript = ({ database }: Work, { poster: caller }: DemoPeople) =>
  withTransaction(database, (tx) =>
    createAccessToken(tx, { caller, name: OLD_SCRIPT, scopes: ['TASKS_READ'], expiresAt: null, requestId: 'demo' }),
  )

// The people of the demo world have no passkeys.
const LOCALHOST = { id: 'localhost', origins: [] }

/** A session for the poster to revoke. */
const signInOnLostPhone = ({ database }: Work) =>
  signInWithPassword(
    { database, rateLimits: unlimited, staffNeedsSecondFactor: false, relyingParty: LOCALHOST },
    {
      email: PEOPLE[0].email,
      password: DEMO_PASSWORD,
      address: '127.0.0.1',
      userAgent: LOST_PHONE,
      requestId: 'demo',
    },
  )
