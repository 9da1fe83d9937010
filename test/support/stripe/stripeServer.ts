/**
 * A local server that speaks Stripe's wire format, with a book of its own: forms with nested keys, `Idempotency-Key`, the error
 * envelope, pagination, JSON in version 2, signed webhooks. It misbehaves by mode, or request by request.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type EventFormat, eventBody, postEvent, type SignedEvent, signEvent } from './eventSender.ts'
import { FATES, type Fate, type StripeMode } from './hostility.ts'
import { executed, IdempotencyKeys, type Reply, replyOf } from './idempotency.ts'
import { parseForm, readBody } from './params.ts'
import { locked, noSuch, rateLimited, StripeRefusal, unauthenticated } from './refusals.ts'
import { routeOf, type Settings } from './routes.ts'
import { type Happening, newId, StripeBook } from './stripeBook.ts'

/** The key that the server takes. */
export const SECRET_KEY = 'sk_test_errand'
/** The secret of its webhooks. */
export const WEBHOOK_SECRET = 'whsec_errand'

export interface RequestSeen {
  method: string
  path: string
  headers: IncomingMessage['headers']
  fate: Fate
}

/** A point of one request at which its client never gets an answer: before the request is executed, or after. */
export interface RequestStop {
  when: 'before' | 'after'
  isRequest(request: { method: string; path: string }): boolean
}

export class StripeServer {
  readonly book = new StripeBook()
  readonly keys = new IdempotencyKeys()
  readonly settings: Settings = { isAccountsV2Blocked: false, refundsAre: 'succeeded' }
  /** Every request, in order of arrival. */
  readonly requests: RequestSeen[] = []
  /** The events that were not sent, because there is no URL: a test sends them itself. */
  readonly unsent: Happening[] = []
  /** The format of webhooks, one event after the other. */
  formats: readonly EventFormat[] = ['snapshot']
  webhookUrl: string | null = null
  delayMs = 5_000
  /** What a webhook waits for before it is sent. */
  beforeWebhook: () => Promise<void> = async () => {}
  /** Chooses the fate of each request; by default that of the mode. */
  fateOf: (request: { method: string; path: string }) => Fate
  #stop: (RequestStop & { reached: () => void }) | undefined
  #mode: StripeMode = 'ACCEPT'
  #eventCount = 0
  readonly #sending = new Set<Promise<unknown>>()
  readonly #server = createServer((request, response) => void this.#receive(request, response))

  constructor() {
    this.fateOf = this.#fateByMode
  }

  /** Lets the mode decide again. */
  resetFates(): void {
    this.fateOf = this.#fateByMode
  }

  readonly #fateByMode = (): Fate => FATES[this.#mode]

  set mode(mode: StripeMode) {
    this.#mode = mode
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get host(): string {
    return '127.0.0.1'
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Leaves the first request that fits without an answer. Resolves once it has come to this point. */
  stopAt(stop: RequestStop): Promise<void> {
    return new Promise((reached) => {
      this.#stop = { ...stop, reached }
    })
  }

  /** Returns the stop if it is for this request; then no other request gets it. */
  #takeStop(request: { method: string; path: string }): (RequestStop & { reached: () => void }) | undefined {
    const stop = this.#stop
    if (!stop?.isRequest(request)) return undefined
    this.#stop = undefined
    return stop
  }

  /** Waits until all webhooks so far were answered. */
  async webhooksAreSent(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending)
  }

  async stop(): Promise<void> {
    this.webhookUrl = null
    await this.webhooksAreSent()
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Writes and signs an event, without sending it. */
  signed(happening: Happening, format: EventFormat = this.#nextFormat()): SignedEvent {
    return signEvent(eventBody(happening, format), WEBHOOK_SECRET)
  }

  /** Sends what happened outside of any request, for example an authentication or the end of a dispute. */
  tell(times = 1): void {
    const { happened } = this.book
    this.book.happened = []
    for (const happening of happened) this.#send(happening, times)
  }

  #send(happening: Happening, times: number): void {
    const { webhookUrl } = this
    if (webhookUrl === null) {
      this.unsent.push(happening)
      return
    }
    const event = this.signed(happening)
    for (let time = 0; time < times; time++) {
      const sent = this.beforeWebhook()
        .then(() => postEvent(webhookUrl, event))
        .catch(() => 0)
        .finally(() => this.#sending.delete(sent))
      this.#sending.add(sent)
    }
  }

  #nextFormat(): EventFormat {
    return this.formats[this.#eventCount++ % this.formats.length] ?? 'snapshot'
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, search } = new URL(request.url ?? '/', 'http://stripe.test')
    const method = request.method ?? 'GET'
    const fate = this.fateOf({ method, path })
    this.requests.push({ method, path, headers: request.headers, fate })
    const stop = this.#takeStop({ method, path })
    if (stop?.when === 'before') return stop.reached()
    const reply = await this.#reply(request, { method, path, search, fate }).catch((error: unknown) => {
      if (error instanceof StripeRefusal) return replyOf(error)
      // The client went away in the middle of its request.
      if (request.destroyed && !request.complete) return null
      throw error
    })
    if (!reply) return
    this.tell(fate.webhooks)
    if (stop) return stop.reached()
    const isRead = method === 'GET'
    if (fate.answer === 'late' && !isRead) await pause(this.delayMs)
    if (fate.isDark) response.destroy()
    else if (fate.answer === 'lost' && !isRead) loseAnswer(response, reply)
    else if (fate.answer === 'server_error' && !isRead) send(response, { ...failed, headers: {} })
    else send(response, reply)
  }

  async #reply(
    request: IncomingMessage,
    { method, path, search, fate }: { method: string; path: string; search: string; fate: Fate },
  ): Promise<Reply> {
    const { params, file, fingerprint } = await readBody(request)
    if (fate.before === 'unauthenticated' || request.headers.authorization !== `Bearer ${SECRET_KEY}`)
      throw unauthenticated()
    if (fate.before === 'rate_limited') throw rateLimited()
    if (fate.before === 'locked') throw locked()
    const route = routeOf(method, path)
    if (!route) throw noSuch('path', path)
    const call = { book: this.book, id: route.id, params, query: parseForm(search.slice(1)), file, fate }
    const handle = () => executed(() => route.handler({ ...call, settings: this.settings }))
    const key = request.headers['idempotency-key']
    if (method !== 'POST' || typeof key !== 'string') return handle()
    const keyed = { key, fingerprint: `${path}?${fingerprint}`, isVersion2: path.startsWith('/v2/') }
    return this.keys.run(keyed, () => {
      const reply = handle()
      if ('id' in reply.body && reply.status === 200) this.book.keys.set(this.#movedBy(reply.body), key)
      return reply
    })
  }

  /** The id of the object in the book of movements: that of a PaymentIntent is its charge. */
  #movedBy(body: object): string {
    const { id, latest_charge: charge } = body as { id: string; latest_charge?: unknown }
    return typeof charge === 'string' ? charge : id
  }
}

const failed = { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred.' } } }

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'request-id': newId('req'),
    'stripe-version': '2026-10-28.endive',
    ...headers,
  })
  response.end(JSON.stringify(body))
}

/** Ends the connection in the middle of the answer. A connection that ends before it would be opened again by the client. */
function loseAnswer(response: ServerResponse, { body }: Reply): void {
  const text = JSON.stringify(body)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}

export async function startStripe(): Promise<StripeServer> {
  const server = new StripeServer()
  await server.start()
  return server
}
