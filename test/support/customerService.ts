/** Customers and agents who act through the API, so that a test of customer service reads as a story. */
import { expect } from 'vitest'
import type { Chat, Role } from '../../src/db/generated/client.ts'
import { ask } from './ask.ts'
import { type Person, person } from './people.ts'
import { newId, parsePublicId, toPublicId } from './publicIds.ts'
import type { TestApp } from './servers/app.ts'
import type { Named, Outcome } from './story.ts'

export const CHAT_FIELDS = /* GraphQL */ `
  id subject status priority endReason createdAt assignedAt endedAt
  customer { displayName }
  agent { displayName }
  queue { position estimatedWait }
  rating { score comment }
`
const REFUSAL = /* GraphQL */ `
  ... on Error { code message retryable }
  ... on ValidationError { fields { path message } }
`
const ON_ONE = `${REFUSAL} ... on NotFoundError { id }`
const ON_CHAT = `${ON_ONE}
  ... on SupportChatPayload { replayed chat { ${CHAT_FIELDS} } }
  ... on IllegalTransitionError { from action allowed }
  ... on ChatEndedError { endedAt }
  ... on AgentAtCapacityError { capacity }
`

/** What is selected of the answer to each mutation. */
const SELECTIONS = {
  startSupportChat: ON_CHAT,
  claimNextChat: ON_CHAT,
  assignChat: ON_CHAT,
  endChat: ON_CHAT,
  rateChat: ON_CHAT,
  addNote: `${ON_ONE} ... on NotePayload { replayed note { id body author { displayName } } }`,
  setAgentAvailability: `${REFUSAL} ... on AgentPayload { agent { id availability capacity activeChats } }`,
  markRead: `${ON_ONE} ... on MarkReadPayload { chat { id } }`,
  setRoles: `${ON_ONE} ... on UserPayload { user { roles } }`,
  suspendUser: `${ON_ONE} ... on UserPayload { user { suspendedAt } }`,
  sendMessage: `${ON_ONE} ... on MessagePayload { replayed sentMessage { id sequence body } } ... on ChatEndedError { endedAt }`,
} as const

export type Deed = keyof typeof SELECTIONS

export interface Someone extends Person {
  /** Sends a mutation; gives the success or the refusal. */
  asks(deed: Deed, input: Record<string, unknown>): Promise<Outcome>
  /** The same, expecting success. */
  does(deed: Deed, input: Record<string, unknown>): Promise<Outcome>
  /** Asks customer service; gives the chat. */
  seeksHelp(fields?: Record<string, unknown>): Promise<Named>
  writes(chat: Named, body?: string): Promise<void>
  ends(chat: Named): Promise<void>
  /** Works as an agent from now on. */
  is(availability: 'ONLINE' | 'BUSY' | 'OFFLINE', capacity?: number): Promise<void>
  /** Takes the next chat of the queue. */
  claims(): Promise<Named>
  /** The id as an agent. */
  agentId: string
}

/** A person with a session, who asks or answers. */
export async function someone(app: TestApp, name: string, ...roles: Role[]): Promise<Someone> {
  const self = await person(app, name, ...roles)
  const asks = async (deed: Deed, input: Record<string, unknown>): Promise<Outcome> => {
    const type = `${deed[0]?.toUpperCase()}${deed.slice(1)}Input`
    const text = `mutation ($input: ${type}!) { ${deed}(input: $input) { __typename ${SELECTIONS[deed]} } }`
    const answer = await self.send(text, { input })
    const outcome: Outcome | undefined = answer.data?.[deed]
    if (!outcome) throw new Error(`${deed} had no answer: ${JSON.stringify(answer.errors)}`)
    return outcome
  }
  const does = async (deed: Deed, input: Record<string, unknown>): Promise<Outcome> => {
    const outcome = await asks(deed, input)
    if (outcome.__typename.endsWith('Error')) throw new Error(`${name} ${deed}: ${JSON.stringify(outcome)}`)
    return outcome
  }
  return {
    ...self,
    agentId: toPublicId('agt', self.uuid),
    asks,
    does,
    seeksHelp: async (fields = {}) =>
      named((await does('startSupportChat', { message: 'I need help.', ...fields })).chat),
    writes: async ({ id }, body = 'And then?') => {
      await does('sendMessage', { chatId: id, body })
    },
    ends: async ({ id }) => {
      await does('endChat', { chatId: id })
    },
    is: async (availability, capacity) => {
      await does('setAgentAvailability', { availability, ...(capacity !== undefined && { capacity }) })
    },
    claims: async () => named((await does('claimNextChat', {})).chat),
  }
}

/** Ends a session of this person, by themselves; gives the type of the answer. */
export async function endsSession(who: Person, sessionId = who.sessionId): Promise<unknown> {
  const { revokeSession } = await ask<{ revokeSession: Outcome }>(
    who,
    'mutation ($id: ID!) { revokeSession(id: $id) { __typename } }',
    { id: toPublicId('ses', sessionId) },
  )
  return revokeSession.__typename
}

/** Signs the same person in once more; gives the session. */
export async function anotherSession(app: TestApp, { uuid }: Person): Promise<string> {
  const sessionId = newId()
  await app.database.run`
    /* testAnotherSession */
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
    values (${sessionId}, ${uuid}, errand_now(), errand_now(), errand_now())`
  return sessionId
}

function named(node: unknown): Named {
  const { id } = node as { id: string }
  const parsed = parsePublicId(id)
  if (!parsed) throw new Error(`${id} is not an id.`)
  return { id, uuid: parsed.uuid }
}

/** The chat, as the database has it. */
export const chatRowOf = (app: TestApp, { uuid }: Named): Promise<Chat> =>
  app.prisma.chat.findUniqueOrThrow({ where: { id: uuid } })

/** The chat, as the reader sees it. */
export async function chatSeenBy(reader: Person, { id }: Named): Promise<Record<string, unknown> | null> {
  const { chat } = await ask<{ chat: Record<string, unknown> | null }>(
    reader,
    `query ($id: ID!) { chat(id: $id) { ... on SupportChat { ${CHAT_FIELDS} } } }`,
    { id },
  )
  return chat
}

/** What was said, `SYSTEM` for the system, else by whom. */
export async function talkOf(app: TestApp, { uuid }: Named): Promise<string[]> {
  const messages = await app.prisma.message.findMany({
    where: { chatId: uuid },
    orderBy: { sequence: 'asc' },
    include: { author: true },
  })
  return messages.map(({ sequence, author, body }) => `${sequence} ${author?.displayName ?? 'SYSTEM'}: ${body}`)
}

/** The types of the events of a chat, in their order. */
export async function eventsOf(app: TestApp, { uuid }: Named): Promise<string[]> {
  const events = await app.prisma.event.findMany({ where: { chatId: uuid }, orderBy: { sequence: 'asc' } })
  return events.map(({ type }) => type)
}

/** Everything that a rule of customer service may change, row by row. */
export async function everythingOfService(app: TestApp): Promise<unknown> {
  const tables = [
    'chats',
    'chat_participants',
    'messages',
    'notes',
    'agents',
    'events',
    'attachments',
    'idempotency_keys',
  ]
  const { rows } = await app.database.pool.query(
    tables.map((table) => `select '${table}' as name, to_jsonb(row) as content from ${table} row`).join(' union all ') +
      ' order by name, content',
  )
  return rows
}

/** Expects this refusal, and that nothing at all has changed by it. */
export async function expectServiceRefusal(
  app: TestApp,
  who: Someone,
  deed: Deed,
  input: Record<string, unknown>,
  refusal: Record<string, unknown>,
): Promise<void> {
  const before = await everythingOfService(app)
  expect(await who.asks(deed, input)).toMatchObject(refusal)
  expect(await everythingOfService(app)).toEqual(before)
}

/** Expects that the database's own count of every agent's chats is what a recount gives, and within their capacity. */
export async function expectCountsToBeRight(app: TestApp): Promise<void> {
  const wrong = await app.database.rows`
    /* testActiveChats */
    select agent.id
    from agents agent
    where agent.active_chats <> (select count(*) from chats where agent_id = agent.id and status = 'ASSIGNED')`
  expect(wrong).toEqual([])
}

/** Nobody works and nobody waits: for tests that share a server. */
export async function closeService(app: TestApp): Promise<void> {
  await app.database.run`/* testNobodyWorks */ update agents set availability = 'OFFLINE'`
  await app.database.run`
    /* testNobodyWaits */
    update chats
    set status = 'ENDED', end_reason = 'AGENT_ENDED', ended_at = errand_now(), agent_silent_since = null,
      customer_silent_since = null, customer_warned_at = null
    where status in ('QUEUED', 'ASSIGNED')`
}

/** Runs what is due of customer service, once each; gives how much that was. */
export async function serviceTimersRun(app: TestApp): Promise<number> {
  const names = [
    'silentCustomersToWarn',
    'silentCustomers',
    'silentAgents',
    'longWaits',
    'hopelessWaits',
    'lostAgents',
    'ownMatters',
    'waitingChats',
  ]
  let count = 0
  for (const timer of app.timers.filter(({ name }) => names.includes(name))) count += await timer.runDue(app.work, 100)
  return count
}
