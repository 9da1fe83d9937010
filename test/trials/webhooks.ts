/**
 * 1,000 messages in ten chats, each an event for an endpoint that refuses, is slow and cuts connections, as the seed says; the server with
 * its worker is killed twice in between. The clock of the sandbox runs fast, so that repetitions are soon due. Each event arrives,
 * signed, and those of a chat in order: none before the endpoint has accepted the one before it.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, CreateWebhookEndpointDocument, orThrow, SendMessageDocument } from '../../schema/sdk/index.ts'
import { openChat } from '../support/openChat.ts'
import { type Answer, isSignedBy, type ReceivedWebhook, startReceiver } from '../support/outgoing/webhookReceiver.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { type Ground, prepareGround } from './ground.ts'

const CHATS = 10
const REFUSED = 0.1
const CUT = 0.1
const SLOW = 0.05
const SLOW_MS_MAX = 2_000
const CLOCK_STEP_MS = 200
const CLOCK_STEP = '20 seconds'
const WAIT_MS = 600_000

/** The receiver's account of the events. */
class Book {
  readonly accepted = new Map<string, number[]>()
  readonly faults: string[] = []
  requests = 0
  readonly #secret: string
  constructor(secret: string) {
    this.#secret = secret
  }

  get count(): number {
    return [...this.accepted.values()].reduce((sum, { length }) => sum + length, 0)
  }

  /** Checks that the webhook may come now. */
  arrives(webhook: ReceivedWebhook): { chatId: string; number: number } {
    this.requests++
    const { chat, message } = webhook.content.data as { chat: { id: string }; message: { body: string } }
    const number = Number(message.body)
    const next = this.#of(chat.id).length
    if (!isSignedBy(this.#secret, webhook)) this.faults.push(`${webhook.id} is not signed`)
    // One that was accepted comes again if the server died before it knew.
    if (number > next) this.faults.push(`${chat.id}: ${number} came before ${next} was accepted`)
    return { chatId: chat.id, number }
  }

  accept({ chatId, number }: { chatId: string; number: number }): void {
    const numbers = this.#of(chatId)
    if (number === numbers.length) numbers.push(number)
  }

  #of(chatId: string): number[] {
    const numbers = this.accepted.get(chatId) ?? []
    this.accepted.set(chatId, numbers)
    return numbers
  }
}

interface Round {
  /** Messages in each chat. */
  messagesEach?: number
  /** The shares of accepted events after which the server is killed. */
  kills?: readonly number[]
}

/** Runs `seeds` rounds (1 by default) from seed `from`. */
export async function webhooks({ from, seeds = 1, ...round }: { from: number; seeds?: number } & Round): Promise<void> {
  for (let seed = from; seed < from + seeds; seed++) await runOnce(seed, round)
}

async function runOnce(seed: number, { messagesEach = 100, kills = [0.3, 0.65] }: Round): Promise<void> {
  const messages = CHATS * messagesEach
  const environment = { WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.0/8', LOG_LEVEL: 'error' }
  const ground = await prepareGround({ worker: 'inline', environment })
  const receiver = await startReceiver()
  const stopping = new AbortController()
  try {
    await ground.start()
    const poster = await ground.client('Poster')
    const chats: { chatId: string; tasker: Client }[] = []
    for (let count = 0; count < CHATS; count++) {
      const tasker = await ground.client(`Tasker${count}`)
      chats.push({ chatId: await openChat(poster, tasker), tasker })
    }
    const input = { url: receiver.url, eventTypes: ['chat.message'] }
    const created = orThrow((await poster.send(CreateWebhookEndpointDocument, { input })).createWebhookEndpoint)
    const book = new Book(created.secret ?? '')
    receiver.answer = answerBy(book, seededRandom(seed))
    const startedAt = Date.now()
    const clock = runClock(ground, stopping.signal)
    for (let number = 0; number < messagesEach; number++) {
      const send = ({ chatId, tasker }: { chatId: string; tasker: Client }) =>
        tasker.send(SendMessageDocument, { input: { chatId, body: String(number) } })
      for (const { sendMessage } of await Promise.all(chats.map(send))) orThrow(sendMessage)
    }
    for (const share of kills) {
      await until(() => book.count >= messages * share || book.faults.length > 0)
      await ground.kill()
      await leasesRunOut(ground)
      await ground.start()
    }
    await until(() => book.count >= messages || book.faults.length > 0)
    stopping.abort()
    await clock
    assert.deepEqual(book.faults, [])
    const inOrder = Array.from({ length: messagesEach }, (_, number) => number)
    for (const { chatId } of chats) assert.deepEqual(book.accepted.get(chatId), inOrder)
    const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1)
    console.log(
      `seed ${seed}: ${messages} events in ${seconds} s by ${book.requests} requests, ${kills.length} kills of the server: all arrived, in order.`,
    )
  } finally {
    stopping.abort()
    await receiver.close()
    await ground.end()
  }
}

/** Leases expire twenty seconds after their server died; a trial does not wait for them. */
const leasesRunOut = ({ database }: Ground) => database.run`
  /* trialWebhookLeases */
  update webhook_deliveries
  set lease_until = clock_timestamp()
  where lease_until is not null`

function answerBy(book: Book, random: () => number): Answer {
  return (response, webhook) => {
    const arrival = book.arrives(webhook)
    const choice = random()
    const delayMs = random() < SLOW ? random() * SLOW_MS_MAX : 0
    if (choice < REFUSED) return void response.writeHead(503).end()
    if (choice < REFUSED + CUT) return void response.destroy()
    setTimeout(() => {
      // The server died, or its time was over: it does not know, and sends it again.
      if (response.destroyed) return
      book.accept(arrival)
      response.writeHead(204).end()
    }, delayMs)
  }
}

/** Moves the clock of the sandbox ahead, without its stops: timers run by the sweep. */
async function runClock({ database }: Ground, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await database.run`
      /* trialClock */
      update sandbox.clock
      set ahead_by = ahead_by + ${CLOCK_STEP}::interval`
    await pause(CLOCK_STEP_MS, undefined, { signal }).catch(() => {})
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + WAIT_MS
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('It never came to that.')
    await pause(50)
  }
}
