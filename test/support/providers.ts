/** The payment providers under one interface of tests: the sandbox with its database, and Stripe's adapter with the local server. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import pino from 'pino'
import { boundedProvider } from '../../src/payments/port/boundedProvider.ts'
import type { PaymentProvider } from '../../src/payments/port/provider.ts'
import type { ProviderMode } from '../../src/payments/sandbox/sandbox.sql.ts'
import { createSandboxProvider } from '../../src/payments/sandbox/sandboxProvider.ts'
import { createStripeProvider } from '../../src/payments/stripe/stripeProvider.ts'
import { newId, toPublicId } from './publicIds.ts'
import { startApp } from './servers/app.ts'
import { changeAccount, createAccountV1 } from './stripe/people.ts'
import type { Movement } from './stripe/stripeBook.ts'
import { SECRET_KEY, type StripeServer, startStripe, WEBHOOK_SECRET } from './stripe/stripeServer.ts'

export interface ReceivedWebhook {
  body: Buffer
  headers: IncomingHttpHeaders
}

export interface ProviderUnderTest {
  /** As the server uses it: bounded. */
  provider: PaymentProvider
  /** The header with the signature of a webhook. */
  signatureHeader: string
  setMode(mode: ProviderMode): Promise<void>
  /** Returns the account of a new payee who can be paid. */
  newPayee(): Promise<string>
  movementsFor(reference: string): Promise<Movement[]>
  /** Lets more than 24 hours pass for the provider's memory of keys. */
  forgetKeys(): Promise<void>
  /** The webhooks that the provider has sent. */
  webhooks: ReceivedWebhook[]
  stop(): Promise<void>
}

const log = pino({ level: 'silent' })

export async function sandboxUnderTest(): Promise<ProviderUnderTest> {
  const app = await startApp()
  const { database } = app
  const inbox = await startInbox()
  const sandbox = createSandboxProvider({
    connectionString: app.connectionString,
    webhookUrl: () => inbox.url,
    log,
  })
  return {
    provider: boundedProvider(sandbox, { log }),
    signatureHeader: 'sandbox-signature',
    async setMode(mode) {
      await database.run`
        /* testMode */
        update sandbox.provider
        set mode = ${mode}::sandbox.provider_mode`
    },
    newPayee: async () => toPublicId('usr', newId()),
    movementsFor: (reference) => database.rows<Movement>`
      /* testMovements */
      select id, kind::text, amount_minor, idempotency_key
      from sandbox.movements
      where our_reference = ${reference}
      order by id`,
    async forgetKeys() {
      await database.run`/* testForget */ delete from sandbox.orders`
    },
    webhooks: inbox.webhooks,
    async stop() {
      await sandbox.stop()
      inbox.stop()
      await app.stop()
    },
  }
}

export interface StripeUnderTest extends ProviderUnderTest {
  server: StripeServer
}

/** The adapter as the composition root creates it, but for its host. */
export const connectTo = (server: StripeServer, webhookSecrets: readonly string[] = [WEBHOOK_SECRET]) =>
  createStripeProvider({
    secretKey: SECRET_KEY,
    webhookSecrets,
    log,
    endpoint: { host: server.host, port: server.port, protocol: 'http' },
  })

export async function stripeUnderTest(): Promise<StripeUnderTest> {
  const server = await startStripe()
  const inbox = await startInbox()
  server.webhookUrl = inbox.url
  const { book } = server
  return {
    server,
    provider: boundedProvider(connectTo(server), { log }),
    signatureHeader: 'stripe-signature',
    async setMode(mode) {
      server.mode = mode
    },
    async newPayee() {
      const { id } = createAccountV1(book, { email: 'ben@example.com' })
      changeAccount(book, id, { transfers: 'active', due: [] })
      book.happened = []
      return id
    },
    movementsFor: async (reference) => book.movementsFor(reference),
    async forgetKeys() {
      server.keys.forget()
    },
    webhooks: inbox.webhooks,
    async stop() {
      await server.stop()
      inbox.stop()
    },
  }
}

/** A server that keeps the webhooks that it receives. */
async function startInbox() {
  const webhooks: ReceivedWebhook[] = []
  const server = createServer(async (request, response) => {
    webhooks.push({ body: await buffer(request), headers: request.headers })
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}/`, webhooks, stop }
}
