/** Webhooks of the sandbox provider over real HTTP: signed, complete, duplicated in that mode, and refused if forged. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { receiveWebhook, type WebhookResult } from '../../../src/http/webhooks.ts'
import { boundedProvider } from '../../../src/payments/port/boundedProvider.ts'
import type { PaymentProvider } from '../../../src/payments/port/provider.ts'
import type { ProviderMode } from '../../../src/payments/sandbox/sandbox.sql.ts'
import { createSandboxProvider, type SandboxProvider } from '../../../src/payments/sandbox/sandboxProvider.ts'
import { signWebhook } from '../../../src/payments/sandbox/webhookSignature.ts'
import { newTransfer } from '../../support/orders.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

interface Received {
  body: Buffer
  headers: IncomingHttpHeaders
  result: WebhookResult
}

const STATUSES: Record<WebhookResult, number> = { processed: 200, forged: 400, unfinished: 503 }

let app: TestApp
let server: Server
let sandbox: SandboxProvider
let payments: PaymentProvider
let received: Received[]

beforeAll(async () => {
  app = await startApp()
  server = createServer(async (request, response) => {
    const webhook = { body: await buffer(request), headers: request.headers }
    const result = await receiveWebhook(app.work, webhook)
    received.push({ ...webhook, result })
    response.writeHead(STATUSES[result]).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  sandbox = createSandboxProvider({ connectionString: app.connectionString, webhookUrl: urlOf, log: app.work.log })
  payments = boundedProvider(sandbox, { log: app.work.log })
})
afterAll(async () => {
  await sandbox.stop()
  server.close()
  await app.stop()
})
beforeEach(async () => {
  received = []
  await setMode('ACCEPT')
})

const urlOf = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/payments`

const setMode = (mode: ProviderMode) => app.database.run`
  /* testMode */
  update sandbox.provider
  set mode = ${mode}::sandbox.provider_mode`

async function transfer(): Promise<string> {
  const order = newTransfer()
  await payments.transfer(order)
  return order.reference
}

const references = () => received.map(({ body }) => JSON.parse(body.toString()).reference)

test('a movement sends one signed webhook, accepted even if the order is not ours', async () => {
  const reference = await transfer()
  await expect.poll(references).toEqual([reference])
  expect(received[0]?.result).toBe('processed')
  expect(JSON.parse(String(received[0]?.body))).toEqual({
    id: expect.stringMatching(/^evt_/),
    type: 'transfer.succeeded',
    kind: 'transfer',
    reference,
  })
})

test('DUPLICATE_WEBHOOK sends each webhook twice, and one of them is processed', async () => {
  await setMode('DUPLICATE_WEBHOOK')
  const reference = await transfer()
  await expect.poll(references).toEqual([reference, reference])
  const ids = received.map(({ body }) => JSON.parse(body.toString()).id)
  expect(new Set(ids).size).toBe(1)
  // The second may arrive while the first is being processed.
  expect(received.map(({ result }) => result)).toContain('processed')
  expect(received.map(({ result }) => result)).not.toContain('forged')
})

test.each(['DROP_RESPONSE', 'DARK', 'REFUSE', 'REFUSE_FOR_GOOD'] as const)('%s sends no webhook', async (mode) => {
  await setMode(mode)
  await transfer()
  await setMode('ACCEPT')
  const accepted = await transfer()
  await expect.poll(references).toEqual([accepted])
})

test('a webhook without a valid signature is refused, without a look-up at the provider', async () => {
  await transfer()
  await expect.poll(() => received.length).toBe(1)
  const [{ body, headers }] = received as [Received]
  const signature = String(headers['sandbox-signature'])
  const secret = 'not the secret'
  const old = new Date(Date.now() - 301_000)
  const forged: Record<string, { body: Buffer; signature: string | undefined }> = {
    'no signature': { body, signature: undefined },
    'an empty one': { body, signature: '' },
    'another body': { body: Buffer.from(body.toString().replace('trf_', 'hld_')), signature },
    'another time': { body, signature: signature.replace(/t=\d/, 't=2') },
    'another secret': { body, signature: signWebhook({ secret, body }, new Date()) },
    'too old': { body, signature: signWebhook({ secret: await readSecret(), body }, old) },
    'from the future': {
      body,
      signature: signWebhook({ secret: await readSecret(), body }, new Date(Date.now() + 310_000)),
    },
  }
  const before = await countCalls()
  for (const [name, { body, signature }] of Object.entries(forged)) {
    const response = await fetch(urlOf(), {
      method: 'POST',
      body: new Uint8Array(body),
      headers: signature === undefined ? {} : { 'sandbox-signature': signature },
    })
    expect([name, response.status]).toEqual([name, 400])
  }
  expect(await countCalls()).toBe(before)
})

test('a webhook that is sent again within its time limit is accepted again', async () => {
  await transfer()
  await expect.poll(() => received.length).toBe(1)
  const [{ body, headers }] = received as [Received]
  const response = await fetch(urlOf(), {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'sandbox-signature': String(headers['sandbox-signature']) },
  })
  expect(response.status).toBe(200)
})

async function readSecret(): Promise<string> {
  const row = await app.database.row<{
    secret: string
  }>`/* testSecret */ select webhook_secret as secret from sandbox.provider`
  return row?.secret ?? ''
}

async function countCalls(): Promise<number> {
  const row = await app.database.row<{ calls: number }>`/* testCalls */ select calls from sandbox.provider`
  return row?.calls ?? 0
}
