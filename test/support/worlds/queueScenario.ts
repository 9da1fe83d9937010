/**
 * A busy hour of customer service, through the SDK: customers arrive at random times; half of the agents get chats assigned
 * automatically, the other half claim them; each agent answers and ends their chats. Afterwards the event log is checked.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  AddNoteDocument,
  ClaimNextChatDocument,
  type Client,
  EndChatDocument,
  MyAssignedChatsDocument,
  NoAnswerError,
  type Operation,
  RequestError,
  SendMessageDocument,
  SetAgentAvailabilityDocument,
  StartSupportChatDocument,
} from '../../../schema/sdk/index.ts'
import type { Database } from '../../../src/db/client.ts'

export interface ScenarioAgent {
  client: Client
  uuid: string
  capacity: number
}

export interface QueueScenario {
  random: () => number
  database: Database
  agents: readonly ScenarioAgent[]
  customers: readonly Client[]
  /** The period in which the customers arrive. */
  arriveWithinMs: number
  /** The polling interval of an idle agent. */
  idleMs: number
}

export interface QueueFigures {
  chats: number
  claimed: number
  assignedAutomatically: number
  /** Chats that were assigned after a later one, and the most later ones before one of them. */
  overtaken: number
  overtakersMax: number
  waitsMs: number[]
  totalMs: number
}

// Far longer than needed; a chat that is not served by then is starved.
const PATIENCE_MS = 300_000
const BUSY_MS = 250
const SECOND_MESSAGES = 0.2
const NOTES = 0.1

/** Runs the scenario. Throws if a chat is assigned twice or starved, or an agent exceeds their capacity. */
export async function runQueueScenario(play: QueueScenario): Promise<QueueFigures> {
  const startedAt = performance.now()
  const done = { served: 0, claimed: 0, until: startedAt + PATIENCE_MS }
  await Promise.all([
    ...play.customers.map((client) => arrive(play, client)),
    ...play.agents.map((agent, index) => work(play, done, agent, index % 2 === 0 ? 'ONLINE' : 'BUSY')),
  ])
  assert.equal(done.served, play.customers.length, 'no customer is starved')
  const totalMs = performance.now() - startedAt
  return { ...(await checkEventLog(play)), claimed: done.claimed, totalMs }
}

async function arrive({ random, arriveWithinMs }: QueueScenario, client: Client): Promise<void> {
  const writesAgain = random() < SECOND_MESSAGES
  await pause(random() * arriveWithinMs)
  const { startSupportChat } = await send(client, StartSupportChatDocument, { message: 'I need help.' })
  assert.equal(startSupportChat.__typename, 'SupportChatPayload', JSON.stringify(startSupportChat))
  if (!writesAgain) return
  const { sendMessage } = await send(client, SendMessageDocument, {
    chatId: startSupportChat.chat.id,
    body: 'Is anybody there?',
  })
  assert.match(sendMessage.__typename, /^(MessagePayload|ChatEndedError)$/)
}

/** Sends a mutation with retries under one key. */
function send<Data, Input extends { idempotencyKey?: unknown }>(
  client: Client,
  document: Operation<Data, { input: Input }>,
  input: Omit<Input, 'idempotencyKey'>,
): Promise<Data> {
  const variables = { input: { ...input, idempotencyKey: randomUUID() } as unknown as Input }
  return withRetries(() => client.send(document, variables as never))
}

/** Retries while the server is overloaded or the database is unavailable, because the scenario does not test outages. */
async function withRetries<Data>(ask: () => Promise<Data>): Promise<Data> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const passes =
        error instanceof NoAnswerError ||
        (error instanceof RequestError && error.problems.every(({ extensions }) => extensions?.retryable))
      if (!passes || performance.now() > until) throw error
      await pause(BUSY_MS)
    }
  }
}

interface Progress {
  served: number
  claimed: number
  /** The deadline. */
  until: number
}

async function work(
  play: QueueScenario,
  done: Progress,
  { client, capacity }: ScenarioAgent,
  availability: 'ONLINE' | 'BUSY',
): Promise<void> {
  const { setAgentAvailability } = await withRetries(() =>
    client.send(SetAgentAvailabilityDocument, { input: { availability, capacity } }),
  )
  assert.equal(setAgentAvailability.__typename, 'AgentPayload')
  while (done.served < play.customers.length && performance.now() < done.until) {
    if (availability === 'BUSY') await claim(done, client)
    const { myAssignedChats } = await withRetries(() => client.send(MyAssignedChatsDocument, { first: 50 }))
    const chats = myAssignedChats?.nodes ?? []
    assert.ok(chats.length <= capacity, `${chats.length} chats for an agent who takes ${capacity}`)
    // Keeps the rest for the next turn, so that agents are sometimes at capacity.
    for (const { id } of chats.slice(0, 1 + Math.floor(play.random() * chats.length)))
      await serve(play, done, client, id)
    if (chats.length === 0) await pause(play.idleMs)
  }
}

async function claim(done: Progress, client: Client): Promise<void> {
  const { claimNextChat } = await send(client, ClaimNextChatDocument, {})
  if (claimNextChat.__typename === 'SupportChatPayload') done.claimed++
  else assert.match(claimNextChat.__typename, /^(QueueEmptyError|AgentAtCapacityError)$/)
}

async function serve({ random }: QueueScenario, done: Progress, client: Client, chatId: string): Promise<void> {
  const { sendMessage } = await send(client, SendMessageDocument, { chatId, body: 'So it is done.' })
  assert.equal(sendMessage.__typename, 'MessagePayload', JSON.stringify(sendMessage))
  if (random() < NOTES) await send(client, AddNoteDocument, { chatId, body: 'Friendly.' })
  const { endChat } = await send(client, EndChatDocument, { chatId })
  assert.equal(endChat.__typename, 'SupportChatPayload', JSON.stringify(endChat))
  done.served++
}

interface Step {
  type: string
  chatId: string
  agentId: string
  actorId: string | null
  queuedAt: Date
  assignedAt: Date
}

/** Replays the recorded events in order, and recounts. */
async function checkEventLog({
  database,
  agents,
  customers,
}: QueueScenario): Promise<Omit<QueueFigures, 'claimed' | 'totalMs'>> {
  const steps = await database.rows<Step>`
    /* queueSteps */
    select
      event.type, event.chat_id, event.actor_id, chat.agent_id, chat.queued_at, chat.assigned_at
    from events event
    join chats chat on chat.id = event.chat_id
    where chat.kind = 'SUPPORT'
      and event.type in ('chat.queued', 'chat.assigned', 'chat.returned', 'chat.ended')
    order by event.sequence`
  const capacities = new Map(agents.map(({ uuid, capacity }) => [uuid, capacity]))
  const active = new Map<string, number>()
  const waiting = new Map<string, Step>()
  const overtakers = new Map<string, number>()
  const lives = new Map<string, string[]>()
  const figures = { assignedAutomatically: 0, waitsMs: [] as number[] }
  for (const step of steps) {
    const { type, chatId, agentId, actorId } = step
    lives.set(chatId, [...(lives.get(chatId) ?? []), type])
    const load = active.get(agentId) ?? 0
    if (type === 'chat.queued') waiting.set(chatId, step)
    else if (type === 'chat.assigned') {
      waiting.delete(chatId)
      for (const [earlier, { queuedAt }] of waiting) {
        if (queuedAt < step.queuedAt) overtakers.set(earlier, (overtakers.get(earlier) ?? 0) + 1)
      }
      active.set(agentId, load + 1)
      assert.ok(load < (capacities.get(agentId) ?? 0), 'no agent has more than they take')
      if (actorId === null) figures.assignedAutomatically++
      figures.waitsMs.push(step.assignedAt.getTime() - step.queuedAt.getTime())
    } else active.set(agentId, load - 1)
  }
  assert.equal(lives.size, customers.length, 'every customer has one chat')
  for (const [chatId, life] of lives) {
    assert.deepEqual(life, ['chat.queued', 'chat.assigned', 'chat.ended'], `${chatId} is taken once`)
  }
  const overtakersMax = Math.max(0, ...overtakers.values())
  // While the transaction of one agent holds a chat, each other agent can claim at most one later chat.
  assert.ok(overtakersMax <= agents.length, `${overtakersMax} were served before one who came earlier`)
  return { chats: lives.size, overtaken: overtakers.size, overtakersMax, ...figures }
}

/** Expects that chats are claimed in the order of their arrival, on all servers. */
export async function expectFirstInFirstOut(customers: readonly Client[], agents: readonly Client[]): Promise<void> {
  const waiting: string[] = []
  for (const client of customers) {
    const { startSupportChat } = await send(client, StartSupportChatDocument, { message: 'I need help.' })
    assert.equal(startSupportChat.__typename, 'SupportChatPayload')
    waiting.push(startSupportChat.chat.id)
  }
  const served: string[] = []
  for (let turn = 0; turn < customers.length; turn++) {
    const { claimNextChat } = await send(agents[turn % agents.length] as Client, ClaimNextChatDocument, {})
    assert.equal(claimNextChat.__typename, 'SupportChatPayload', JSON.stringify(claimNextChat))
    served.push(claimNextChat.chat.id)
  }
  assert.deepEqual(served, waiting, 'first in, first out')
}
