/** Webhooks to endpoints that are slow, huge, broken or hostile, from workers that die. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createPlainServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../src/db/transaction.ts'
import { makeDeliveries } from '../../src/webhooks/webhookTimers.ts'
import { type Answer, startReceiver, type WebhookReceiver } from '../support/outgoing/webhookReceiver.ts'
import { courierOf, deliveriesOf, endpointOf, LOOPBACK } from '../support/outgoing/webhooks.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, timePasses } from '../support/story.ts'
import { webhooks } from '../trials/webhooks.ts'

let app: TestApp
let anna: Actor
const open: { close(): unknown }[] = []

beforeAll(async () => {
  app = await startApp(LOOPBACK)
  anna = await actor(app, 'Anna')
})
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
  await app.database.run`/* testClearEndpoints */ delete from webhook_endpoints`
})
afterAll(async () => {
  await app.stop()
})

async function receiverWith(answer?: Answer): Promise<WebhookReceiver> {
  const receiver = await startReceiver(answer)
  open.push(receiver)
  return receiver
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(server)
  return (server.address() as AddressInfo).port
}

/** Sends one event to the endpoint at this URL; returns the attempt. */
async function attemptAt(url: string, changes: Parameters<typeof courierOf>[1] = {}) {
  const endpoint = await endpointOf(anna, url, { eventTypes: ['task.created'] })
  const courier = courierOf(app, changes)
  await anna.drafts()
  await courier.reads()
  await courier.sends()
  const [delivery] = await deliveriesOf(anna, endpoint)
  return delivery?.attempts[0]
}

test.each([
  ['the metadata of a cloud', '169.254.169.254'],
  ['a private network', '10.1.2.3'],
  ['loopback in IPv6', '::1'],
  ['a mapped address', '::ffff:10.1.2.3'],
  ['NAT64', '64:ff9b::a01:203'],
])('a name that resolves to %s is not connected to', async (_what, address) => {
  const looked: string[] = []
  const lookup = async (host: string) => {
    looked.push(host)
    return [address]
  }
  const attempt = await attemptAt('https://innocent.example/', { lookup })
  expect(attempt).toMatchObject({ statusCode: null, error: 'ADDRESS_NOT_ALLOWED' })
  expect(looked).toEqual(['innocent.example'])
})

test('a name with a public and a private address is connected to at the allowed one alone', async () => {
  const receiver = await receiverWith()
  const { port } = new URL(receiver.url)
  const lookup = async () => ['10.1.2.3', '127.0.0.1']
  expect(await attemptAt(`http://two.example:${port}/`, { lookup })).toMatchObject({ statusCode: 204, error: null })
  expect(receiver.received[0]?.headers.host).toBe(`two.example:${port}`)
})

test('a name without an address fails, and so does a name server that fails', async () => {
  expect(await attemptAt('https://nobody.example/', { lookup: async () => [] })).toMatchObject({
    error: 'NAME_NOT_FOUND',
  })
  const failing = { lookup: () => Promise.reject(new Error('SERVFAIL')) }
  expect(await attemptAt('https://nobody.example/', failing)).toMatchObject({ error: 'NAME_NOT_FOUND' })
})

test('an address that was allowed when the endpoint was created is checked again at delivery', async () => {
  const receiver = await receiverWith()
  expect(await attemptAt(receiver.url, { allowedAddresses: [] })).toMatchObject({ error: 'ADDRESS_NOT_ALLOWED' })
  expect(receiver.received).toEqual([])
})

test('a redirect is not followed', async () => {
  const inner = await receiverWith()
  const outer = await receiverWith((response) => void response.writeHead(307, { location: inner.url }).end())
  expect(await attemptAt(outer.url)).toMatchObject({ statusCode: 307, error: 'REDIRECTED' })
  expect(inner.received).toEqual([])
})

test('an answer of a gigabyte is read for 64 kB, and its status counts', async () => {
  let sent = 0
  const receiver = await receiverWith((response) => {
    const chunk = Buffer.alloc(65_536)
    response.writeHead(200, { 'content-length': String(2 ** 30) })
    const write = () => {
      while (!response.destroyed && sent < 2 ** 30) {
        sent += chunk.length
        if (!response.write(chunk)) return void response.once('drain', write)
      }
    }
    write()
  })
  expect(await attemptAt(receiver.url)).toMatchObject({ statusCode: 200, error: null })
  // The buffers of both sockets, and no more.
  expect(sent).toBeLessThan(2 ** 25)
})

test('an endpoint that hangs ends with its time: before the answer, and in it', async () => {
  const hanging = await portOf(createPlainServer((socket) => void socket.on('error', () => {})))
  const attempt = await attemptAt(`http://127.0.0.1:${hanging}/`, { timeoutMs: 300 })
  expect(attempt).toMatchObject({ statusCode: null, error: 'TIMEOUT' })
  expect(attempt?.durationMs).toBeGreaterThanOrEqual(300)
  const halfway = await receiverWith((response) => void response.writeHead(200).write('begun'))
  expect(await attemptAt(halfway.url, { timeoutMs: 300 })).toMatchObject({ statusCode: 200, error: null })
  const silentLookup = { timeoutMs: 300, lookup: () => new Promise<never>(() => {}) }
  expect(await attemptAt('https://silent.example/', silentLookup)).toMatchObject({ error: 'TIMEOUT' })
})

test('a failing handshake, a refused connection and nonsense are failures of their own', async () => {
  const withoutCertificate = await portOf(createTlsServer((socket) => socket.end()))
  expect(await attemptAt(`https://127.0.0.1:${withoutCertificate}/`)).toMatchObject({
    statusCode: null,
    error: 'TLS_FAILED',
  })
  expect(await attemptAt('http://127.0.0.1:1025/')).toMatchObject({ statusCode: null, error: 'CONNECTION_FAILED' })
  const nonsense = await portOf(
    createPlainServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-nonsense\r\n')),
  )
  expect(await attemptAt(`http://127.0.0.1:${nonsense}/`)).toMatchObject({
    statusCode: null,
    error: 'CONNECTION_FAILED',
  })
})

test('an endpoint that hangs has few requests at once, and does not delay another', async () => {
  let hanging = 0
  const slow = await receiverWith(() => void hanging++)
  const fast = await receiverWith()
  await endpointOf(anna, slow.url, { eventTypes: ['task.created'] })
  await endpointOf(anna, fast.url, { eventTypes: ['task.created'] })
  for (let count = 0; count < 12; count++) await anna.drafts()
  const courier = courierOf(app)
  await courier.reads()
  await courier.sends()
  expect(fast.received).toHaveLength(12)
  expect(hanging).toBe(4)
  // A stop ends the hanging requests, which do not count as attempts.
  await courier.stop()
  const open = await app.prisma.webhookDelivery.findMany({ where: { dueAt: { not: null } } })
  expect(open).toHaveLength(12)
  expect(open.every(({ attemptCount, leaseUntil }) => attemptCount === 0 && leaseUntil === null)).toBe(true)
})

test('a delivery that a process was sending when it died is sent again when its lease has ended', async () => {
  const receiver = await receiverWith()
  const endpoint = await endpointOf(anna, receiver.url, { eventTypes: ['task.created'] })
  await anna.drafts()
  const courier = courierOf(app)
  await courier.reads()
  await app.database.run`
    /* testDeadSender */
    update webhook_deliveries
    set attempt_count = 1, first_attempt_at = errand_now(), lease_until = clock_timestamp() + interval '1 hour'`
  expect(await courier.sends()).toBe(0)
  await app.database
    .run`/* testEndLease */ update webhook_deliveries set lease_until = clock_timestamp() - interval '1 second'`
  expect(await courier.sends()).toBe(1)
  expect(await deliveriesOf(anna, endpoint)).toMatchObject([{ status: 'SUCCEEDED', attempts: [{ number: 2 }] }])
})

test('a reader that dies between its rows and its position leaves neither, and the next one makes the rows once', async () => {
  const receiver = await receiverWith()
  await endpointOf(anna, receiver.url, { eventTypes: ['task.created'] })
  for (let count = 0; count < 3; count++) await anna.drafts()
  await app.database.pool.query(`
    create function test_refuse_move() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;
    create trigger test_killed before update on event_readers for each row execute function test_refuse_move()`)
  const courier = courierOf(app)
  await expect(courier.reads()).rejects.toThrow('killed')
  expect(await app.prisma.webhookDelivery.count()).toBe(0)
  await app.database.pool.query('drop trigger test_killed on event_readers; drop function test_refuse_move()')
  await courier.reads()
  expect(await app.prisma.webhookDelivery.count()).toBe(3)
})

test('events arrive in order at an endpoint that refuses, is slow and cuts, though the server is killed in between', async () => {
  await expect(webhooks({ from: 1, messagesEach: 5, kills: [0.5] })).resolves.toBeUndefined()
}, 180_000)

test('readers of two processes take turns', async () => {
  const receiver = await receiverWith()
  await endpointOf(anna, receiver.url, { eventTypes: ['task.created'] })
  await anna.drafts()
  await withTransaction(app.database, async (tx) => {
    await tx.run`/* testHoldReader */ select position from event_readers where name = 'webhooks' for update`
    expect(await makeDeliveries(app, 100)).toBe(0)
  })
  await courierOf(app).reads()
  expect(await app.prisma.webhookDelivery.count()).toBe(1)
})

test('the clock of the sandbox stops at the next attempt, and neither at waiting deliveries nor at disabled endpoints', async () => {
  const refusing = await receiverWith((response) => void response.writeHead(500).end())
  const endpoint = await endpointOf(anna, refusing.url, { eventTypes: ['task.created', 'task.published'] })
  await anna.posts()
  const courier = courierOf(app)
  await courier.reads()
  await courier.sends()
  const [created] = await deliveriesOf(anna, endpoint)
  expect(await courier.nextDue()).toEqual(new Date(created?.nextAttemptAt ?? 0))
  await timePasses(app, '5 seconds')
  await app.database.run`/* testTurnOff */ update webhook_endpoints set enabled = false`
  expect(await courier.nextDue()).toBeNull()
  expect(await courier.sends()).toBe(0)
})

test('the log has neither addresses nor bodies', async () => {
  const receiver = await receiverWith((response) => void response.writeHead(500).end())
  await attemptAt(`${receiver.url}?token=hidden-token`)
  const lines = JSON.stringify(app.logLines)
  expect(lines).toContain('UNSUCCESSFUL_STATUS')
  expect(lines).not.toContain('hidden-token')
  expect(lines).not.toContain('Paint the fence')
})
