/** Customers and agents who act through the API, so that tests of customer service read like a story. */
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

/** The selection of each mutation. */
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

export type SupportMutation = keyof typeof SELECTIONS

export interface Someone extends Person {
  /** Sends a mutation, and returns its payload or refusal. */
  asks(deed: SupportMutation, input: Record<string, unknown>): Promise<Outcome>
  /** The same, expecting success. */
  does(deed: SupportMutation, input: Record<string, unknown>): Promise<Outcome>
  /** Starts a support chat, and returns it. */
  seeksHelp(fields?: Record<string, unknown>): Promise<Named>
  writes(chat: Named, body?: string): Promise<void>
  ends(chat: Named): Promise<void>
  /** Sets the availability as an agent. */
  is(availability: 'ONLINE' | 'BUSY' | 'OFFLINE', capacity?: number): Promise<void>
  /** Claims the next chat of the queue. */
  claims(): Promise<Named>
  /** The public id as an agent. */
  agentId: string
}

/** Creates a customer, or an agent if the roles include AGENT. */
export async function someone(app: TestApp, name: string, ...roles: Role[]): Promise<Someone> {
  const self = await person(app, name, ...roles)
  const asks = async (deed: SupportMutation, input: Record<string, unknown>): Promise<Outcome> => {
    const type = `${deed[0]?.toUpperCase()}${deed.slice(1)}Input`
    const text = `mutation ($input: ${type}!) { ${deed}(input: $input) { __typename ${SELECTIONS[deed]} } }`
    const answer = await self.send(text, { input })
    const outcome: Outcome | undefined = answer.data?.[deed]
    if (!outcome) throw new Error(`${deed} had no answer: ${JSON.stringify(answer.errors)}`)
    return outcome
  }
  const does = async (deed: SupportMutation, input: Record<string, unknown>): Promise<Outcome> => {
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

/** Ends a session of this person by their own request, and returns the type of the result. */
export async function endsSession(who: Person, sessionId = who.sessionId): Promise<unknown> {
  const { revokeSession } = await ask<{ revokeSession: Outcome }>(
    who,
    'mutation ($id: ID!) { revokeSession(id: $id) { __typename } }',
    { id: toPublicId('ses', sessionId) },
  )
  return revokeSession.__typename
}

/** Inserts another session of the same person, and returns its id. */
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

/** Returns the row of the chat. */
export const chatRowOf = (app: TestApp, { uuid }: Named): Promise<Chat> =>
  app.prisma.chat.findUniqueOrThrow({ where: { id: uuid } })

/** Returns the chat as this viewer sees it. */
export async function chatSeenBy(reader: Person, { id }: Named): Promise<Record<string, unknown> | null> {
  const { chat } = await ask<{ chat: Record<string, unknown> | null }>(
    reader,
    `query ($id: ID!) { chat(id: $id) { ... on SupportChat { ${CHAT_FIELDS} } } }`,
    { id },
  )
  return chat
}

/** Returns the messages of a chat with their authors, `SYSTEM` for system messages. */
export async function talkOf(app: TestApp, { uuid }: Named): Promise<string[]> {
  const messages = await app.prisma.message.findMany({
    where: { chatId: uuid },
    orderBy: { sequence: 'asc' },
    include: { author: true },
  })
  return messages.map(({ sequence, author, body }) => `${sequence} ${author?.displayName ?? 'SYSTEM'}: ${body}`)
}

/** Returns the types of the events of a chat, in order. */
export async function eventsOf(app: TestApp, { uuid }: Named): Promise<string[]> {
  const events = await app.prisma.event.findMany({ where: { chatId: uuid }, orderBy: { sequence: 'asc' } })
  return events.map(({ type }) => type)
}

/** Returns every row that a rule of customer service may change. */
export async function supportRows(app: TestApp): Promise<unknown> {
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

/** Expects this refusal, and that no row has changed. */
export async function expectServiceRefusal(
  app: TestApp,
  who: Someone,
  deed: SupportMutation,
  input: Record<string, unknown>,
  refusal: Record<string, unknown>,
): Promise<void> {
  const before = await supportRows(app)
  expect(await who.asks(deed, input)).toMatchObject(refusal)
  expect(await supportRows(app)).toEqual(before)
}

/** Expects that the stored count of each agent's active chats equals a recount. */
export async function expectCountsToBeRight(app: TestApp): Promise<void> {
  const wrong = await app.database.rows`
    /* testActiveChats */
    select agent.id
    from agents agent
    where agent.active_chats <> (select count(*) from chats where agent_id = agent.id and status = 'ASSIGNED')`
  expect(wrong).toEqual([])
}

/** Sets all agents offline and ends all chats, for tests that share a server. */
export async function closeService(app: TestApp): Promise<void> {
  await app.database.run`/* testNobodyWorks */ update agents set availability = 'OFFLINE'`
  await app.database.run`
    /* testNobodyWaits */
    update chats
    set status = 'ENDED', end_reason = 'AGENT_ENDED', ended_at = errand_now(), agent_silent_since = null,
      customer_silent_since = null, customer_warned_at = null
    where status in ('QUEUED', 'ASSIGNED')`
}

/** Runs each timer of customer service once, and returns how many rows were due. */
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
