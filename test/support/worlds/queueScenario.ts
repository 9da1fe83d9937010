/**
 * A busy hour of customer service, played through the SDK: customers come at random moments, half of the agents get their chats
 * by themselves and the other half claim theirs, each answers and ends what they have. Afterwards the log is gone through.
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

export interface PlayingAgent {
  client: Client
  /** The id inside. */
  uuid: string
  capacity: number
}

export interface QueuePlay {
  random: () => number
  database: Database
  agents: readonly PlayingAgent[]
  customers: readonly Client[]
  /** Within how long the customers come. */
  arriveWithinMs: number
  /** How long an agent who has nothing to do waits before they look again. */
  idleMs: number
}

export interface QueueFigures {
  chats: number
  claimed: number
  byItself: number
  /** How many were served after one that came later, and at most after how many. */
  overtaken: number
  overtakersMax: number
  waitsMs: number[]
  totalMs: number
}

// Far beyond what it takes; a chat that nobody serves until then is starved.
const PATIENCE_MS = 300_000
const BUSY_MS = 250
const SECOND_MESSAGES = 0.2
const NOTES = 0.1

/** Plays it to the end; fails when a chat is taken twice, starved, or given to an agent who has as many as they take. */
export async function playQueue(play: QueuePlay): Promise<QueueFigures> {
  const startedAt = performance.now()
  const done = { served: 0, claimed: 0, until: startedAt + PATIENCE_MS }
  await Promise.all([
    ...play.customers.map((client) => arrive(play, client)),
    ...play.agents.map((agent, index) => work(play, done, agent, index % 2 === 0 ? 'ONLINE' : 'BUSY')),
  ])
  assert.equal(done.served, play.customers.length, 'nobody is starved')
  const totalMs = performance.now() - startedAt
  return { ...(await goThroughLog(play)), claimed: done.claimed, totalMs }
}

async function arrive({ random, arriveWithinMs }: QueuePlay, client: Client): Promise<void> {
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

/** Sends a mutation once, however often it has to be sent. */
function send<Data, Input extends { idempotencyKey?: unknown }>(
  client: Client,
  document: Operation<Data, { input: Input }>,
  input: Omit<Input, 'idempotencyKey'>,
): Promise<Data> {
  const variables = { input: { ...input, idempotencyKey: randomUUID() } as unknown as Input }
  return patiently(() => client.send(document, variables as never))
}

/** A server that is busy, or a database that does not answer for a moment, is not what is looked at here. */
async function patiently<Data>(ask: () => Promise<Data>): Promise<Data> {
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

interface Done {
  served: number
  claimed: number
  /** When to give up. */
  until: number
}

async function work(
  play: QueuePlay,
  done: Done,
  { client, capacity }: PlayingAgent,
  availability: 'ONLINE' | 'BUSY',
): Promise<void> {
  const { setAgentAvailability } = await patiently(() =>
    client.send(SetAgentAvailabilityDocument, { input: { availability, capacity } }),
  )
  assert.equal(setAgentAvailability.__typename, 'AgentPayload')
  while (done.served < play.customers.length && performance.now() < done.until) {
    if (availability === 'BUSY') await claim(done, client)
    const { myAssignedChats } = await patiently(() => client.send(MyAssignedChatsDocument, { first: 50 }))
    const chats = myAssignedChats?.nodes ?? []
    assert.ok(chats.length <= capacity, `${chats.length} chats for an agent who takes ${capacity}`)
    // The rest stays for the next turn, so that agents are full now and then.
    for (const { id } of chats.slice(0, 1 + Math.floor(play.random() * chats.length)))
      await serve(play, done, client, id)
    if (chats.length === 0) await pause(play.idleMs)
  }
}

async function claim(done: Done, client: Client): Promise<void> {
  const { claimNextChat } = await send(client, ClaimNextChatDocument, {})
  if (claimNextChat.__typename === 'SupportChatPayload') done.claimed++
  else assert.match(claimNextChat.__typename, /^(QueueEmptyError|AgentAtCapacityError)$/)
}

async function serve({ random }: QueuePlay, done: Done, client: Client, chatId: string): Promise<void> {
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

/** Goes through what was recorded, in its order, and counts anew. */
async function goThroughLog({
  database,
  agents,
  customers,
}: QueuePlay): Promise<Omit<QueueFigures, 'claimed' | 'totalMs'>> {
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
  const figures = { byItself: 0, waitsMs: [] as number[] }
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
      if (actorId === null) figures.byItself++
      figures.waitsMs.push(step.assignedAt.getTime() - step.queuedAt.getTime())
    } else active.set(agentId, load - 1)
  }
  assert.equal(lives.size, customers.length, 'every customer has one chat')
  for (const [chatId, life] of lives) {
    assert.deepEqual(life, ['chat.queued', 'chat.assigned', 'chat.ended'], `${chatId} is taken once`)
  }
  const overtakersMax = Math.max(0, ...overtakers.values())
  // While one agent takes a chat, and has not committed it, each other one takes a later chat at most.
  assert.ok(overtakersMax <= agents.length, `${overtakersMax} were served before one who came earlier`)
  return { chats: lives.size, overtaken: overtakers.size, overtakersMax, ...figures }
}

/** Customers who wait in this order are claimed in this order, one after the other, whatever server is asked. */
export async function playInOrder(customers: readonly Client[], agents: readonly Client[]): Promise<void> {
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
