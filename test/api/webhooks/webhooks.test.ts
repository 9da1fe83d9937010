/** Endpoints of webhooks and their deliveries, through the API and a receiver that verifies signatures. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  CreateWebhookEndpointDocument,
  DeleteWebhookEndpointDocument,
  RedeliverWebhookDocument,
  TestWebhookEndpointDocument,
  UpdateWebhookEndpointDocument,
  WebhookDeliveryDocument,
  WebhookEndpointsDocument,
} from '../../../schema/sdk/generated.ts'
import { fiveSecondsPass } from '../../support/accounts.ts'
import { mailsTo } from '../../support/mails.ts'
import { isSignedBy, startReceiver, type WebhookReceiver } from '../../support/outgoing/webhookReceiver.ts'
import { courierOf, deliveriesOf, type Endpoint, endpointOf, LOOPBACK } from '../../support/outgoing/webhooks.ts'
import type { Person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, timePasses } from '../../support/story.ts'

let app: TestApp
let receiver: WebhookReceiver
let anna: Actor
let ben: Actor
let courier: ReturnType<typeof courierOf>

beforeAll(async () => {
  app = await startApp(LOOPBACK)
  receiver = await startReceiver()
})
beforeEach(async () => {
  // Other people for each test, and no endpoints of earlier ones; the log before them is read.
  await app.database.run`/* testClearEndpoints */ delete from webhook_endpoints`
  ;[anna, ben] = await Promise.all([actor(app, 'Anna'), actor(app, 'Ben')])
  courier = courierOf(app)
  await courier.reads()
  receiver.received.length = 0
  receiver.answer = (response) => void response.writeHead(204).end()
})
afterAll(async () => {
  await receiver.close()
  await app.stop()
})

interface Answered {
  __typename: string
  code?: string
  secret?: string | null
  endpoint?: Record<string, unknown> & { id: string }
  delivery?: { id: string; status: string }
  fields?: { path: string[]; message: string }[]
}

async function ask(someone: Person, document: { text: string }, input: object): Promise<Answered> {
  const { data, errors } = await someone.send(document.text, { input })
  expect(errors).toBeUndefined()
  return Object.values(data ?? {})[0] as unknown as Answered
}

const create = (someone: Person, input: object) => ask(someone, CreateWebhookEndpointDocument, input)
const update = (someone: Person, input: object) => ask(someone, UpdateWebhookEndpointDocument, input)
const typesReceived = () => receiver.received.map(({ content }) => content.type)

async function delivers(): Promise<void> {
  await courier.reads()
  await courier.sends()
}

describe('createWebhookEndpoint', () => {
  test('shows the secret once, and the endpoint to its owner alone', async () => {
    const { endpoint, secret, __typename } = await create(anna, { url: receiver.url, description: 'Orders' })
    expect({ __typename, endpoint }).toMatchObject({
      __typename: 'WebhookEndpointPayload',
      endpoint: { url: receiver.url, description: 'Orders', eventTypes: null, platform: false, enabled: true },
    })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(endpoint?.secretHint).toBe(secret?.slice(-4))
    const stored = await app.prisma.webhookEndpoint.findFirstOrThrow({ where: { ownerId: anna.uuid } })
    expect(Buffer.from(stored.sealedSecret).includes(Buffer.from(secret ?? '-'))).toBe(false)
    const listOf = async (someone: Person) => (await someone.send(WebhookEndpointsDocument.text)).data?.viewer
    expect(await listOf(anna)).toMatchObject({ webhookEndpoints: { nodes: [{ id: endpoint?.id }] } })
    expect(await listOf(ben)).toMatchObject({ webhookEndpoints: { nodes: [] } })
    const query = 'query ($id: ID!) { node(id: $id) { id } }'
    expect((await anna.send(query, { id: endpoint?.id })).data).toEqual({ node: { id: endpoint?.id } })
    expect((await ben.send(query, { id: endpoint?.id })).data).toEqual({ node: null })
  })

  test.each([
    ['http://169.254.169.254/latest/meta-data', 'the metadata of a cloud'],
    ['https://10.0.0.8/', 'a private network'],
    ['https://192.168.1.1/', 'a router'],
    ['https://100.64.0.1/', 'carrier-grade NAT'],
    ['https://0.0.0.0/', 'this host'],
    ['https://224.0.0.1/', 'multicast'],
    ['https://[::1]/', 'loopback in IPv6'],
    ['https://[::ffff:10.0.0.1]/', 'a mapped address'],
    ['https://[64:ff9b::a00:1]/', 'NAT64'],
    ['https://[2002:a00:1::]/', '6to4'],
    ['https://[fe80::1]/', 'link-local in IPv6'],
    ['https://[fd00:ec2::254]/', 'a unique local address'],
    ['https://[2001:db8::1]/', 'documentation'],
    ['https://[4000::1]/', 'an address that nobody has'],
    ['https://167772168/', 'a private address as one number'],
    ['https://0x0a.010.8/', 'a private address in hexadecimal and octal'],
    ['http://8.8.8.8/', 'a public address without TLS'],
  ])('refuses %s: %s', async (url) => {
    const before = await app.prisma.webhookEndpoint.count()
    expect(await create(anna, { url })).toMatchObject({ __typename: 'ForbiddenError', code: 'ADDRESS_NOT_ALLOWED' })
    expect(await app.prisma.webhookEndpoint.count()).toBe(before)
  })

  test.each([
    ['https://user:secret@example.com/', 'user name'],
    ['https://example.com/#part', 'fragment'],
    ['https://example.com:25/', 'port'],
    ['https://example.com:80/', 'port'],
    ['ftp://example.com/', 'https'],
    ['https://example.com/LONG', '2000 characters'],
  ])('refuses the form of %s', async (form, part) => {
    const url = form.replace('LONG', 'a'.repeat(2_000))
    const { __typename, fields } = await create(anna, { url })
    expect(__typename).toBe('ValidationError')
    expect(fields?.[0]).toMatchObject({ path: ['input', 'url'], message: expect.stringContaining(part) })
  })

  test.each([
    [{ eventTypes: [] }, ['input', 'eventTypes']],
    [{ eventTypes: ['task.unknown'] }, ['input', 'eventTypes']],
    [{ description: ' ' }, ['input', 'description']],
  ])('refuses %j', async (input, path) => {
    const refused = await create(anna, { url: 'https://example.com/', ...input })
    expect(refused).toMatchObject({ __typename: 'ValidationError', fields: [{ path }] })
  })

  test("refuses the platform's events to everybody but administrators", async () => {
    const agent = await actor(app, 'Agent', 'AGENT', 'FINANCE')
    const input = { url: 'https://example.com/', platform: true }
    expect(await create(agent, input)).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    expect(await create(await actor(app, 'Ada', 'ADMIN'), input)).toMatchObject({ endpoint: { platform: true } })
  })

  test('refuses the twenty-first endpoint, also of two requests at once', async () => {
    for (let count = 0; count < 19; count++) await endpointOf(anna, 'https://example.com/')
    const answers = await Promise.all([1, 2, 3].map(() => create(anna, { url: 'https://example.com/' })))
    const names = answers.map(({ __typename }) => __typename).sort()
    expect(names).toEqual(['ForbiddenError', 'ForbiddenError', 'WebhookEndpointPayload'])
  })
})

describe('a delivery', () => {
  test('has the event as the API shows it, signed, with the id of the delivery', async () => {
    const endpoint = await endpointOf(anna, receiver.url)
    const task = await anna.posts()
    await delivers()
    expect(typesReceived()).toEqual(['task.created', 'task.published'])
    const [, published] = receiver.received
    expect(isSignedBy(endpoint.secret, published ?? { body: '', headers: {} })).toBe(true)
    expect(
      isSignedBy('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', published ?? { body: '', headers: {} }),
    ).toBe(false)
    expect(published?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'errand-webhooks' })
    expect(published?.content.data).toMatchObject({
      type: 'task.published',
      taskStatusBefore: 'DRAFT',
      taskStatusAfter: 'OPEN',
      actor: { id: anna.id, displayName: 'Anna' },
      task: { id: task.id, title: 'Paint the fence', budget: { amount: '20.00', currencyCode: 'EUR' } },
    })
    const deliveries = await deliveriesOf(anna, endpoint)
    expect(deliveries).toMatchObject([
      { status: 'SUCCEEDED', event: { type: 'task.created' }, nextAttemptAt: null },
      { id: published?.id, status: 'SUCCEEDED', attempts: [{ number: 1, statusCode: 204, error: null }] },
    ])
    const seen = await ben.send(WebhookDeliveryDocument.text, { id: published?.id })
    expect(seen.data).toEqual({ node: null })
  })

  test('is made only for the people whom the event concerns, and for the chosen types', async () => {
    await endpointOf(anna, receiver.url, { eventTypes: ['task.application_received', 'task.accepted'] })
    const stranger = await endpointOf(await actor(app, 'Carl'), receiver.url)
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const application = await ben.applies(task)
    await anna.accepts(application)
    await delivers()
    expect(typesReceived()).toEqual(['task.application_received', 'task.accepted'])
    expect(stranger.id).toBeDefined()
  })

  test('is made once, however often the reader starts again', async () => {
    const endpoint = await endpointOf(anna, receiver.url)
    await anna.drafts()
    await courier.reads()
    const crashed = app.database.run`
      /* testReaderGoesBack */
      update event_readers set position = position - 1 where name = 'webhooks'`
    await expect(crashed).rejects.toMatchObject({ constraint: 'a_reader_never_goes_back' })
    await Promise.all([courier.reads(), courierOf(app).reads(), courierOf(app).reads()])
    await Promise.all([courier.sends(), courierOf(app).sends()])
    expect(receiver.received).toHaveLength(1)
    expect(await deliveriesOf(anna, endpoint)).toHaveLength(1)
  })

  test('goes by the rights of its owner at that moment', async () => {
    const endpoint = await endpointOf(ben, receiver.url)
    const task = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
    await courier.reads()
    // Somebody else is invited before the delivery: the task is no longer visible.
    const carl = await actor(app, 'Carl')
    await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, inviteeId: carl.id })
    await courier.sends()
    const [published] = await deliveriesOf(ben, endpoint)
    // The publication was public news of the task, and shows its public part alone.
    expect(published).toMatchObject({ status: 'SUCCEEDED', event: { type: 'task.published' } })
    expect(receiver.received[0]?.content.data).toMatchObject({
      task: { id: task.id, assignee: null, agreedPrice: null },
    })
  })

  test('of a chat that its owner may no longer see is not sent', async () => {
    const agent = await actor(app, 'Agent', 'AGENT')
    const admin = await actor(app, 'Ada', 'ADMIN')
    const endpoint = await endpointOf(admin, receiver.url, { platform: true, eventTypes: ['chat.message'] })
    const task = await anna.posts()
    const chat = await ben.accepts(task)
    await anna.send('mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }', {
      input: { chatId: chat.id, body: 'The key is under the mat.' },
    })
    await courier.reads()
    await app.database.run`/* testLosesRole */ update users set roles = '{USER}' where id = ${admin.uuid}`
    await courier.sends()
    expect(receiver.received).toEqual([])
    fiveSecondsPass()
    const [delivery] = await deliveriesOf(admin, endpoint)
    expect(delivery).toMatchObject({
      status: 'FAILED',
      event: null,
      attempts: [{ statusCode: null, error: 'NOT_VISIBLE' }],
    })
    expect(agent.id).toBeDefined()
    expect((await endpointsOf(admin))[0]).toMatchObject({ enabled: true })
  })

  test("of the platform shows an administrator other people's events, with the message of a chat", async () => {
    const admin = await actor(app, 'Ada', 'ADMIN')
    await endpointOf(admin, receiver.url, { platform: true })
    const task = await anna.posts()
    const chat = await ben.accepts(task)
    await anna.send('mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }', {
      input: { chatId: chat.id, body: 'Hello' },
    })
    await delivers()
    expect(typesReceived()).toEqual(
      expect.arrayContaining(['task.created', 'task.accepted', 'chat.opened', 'chat.message']),
    )
    const message = receiver.received.find(({ content }) => content.type === 'chat.message')
    expect(message?.content.data).toMatchObject({ message: { body: 'Hello' }, chat: { id: chat.id } })
  })
})

async function endpointsOf(someone: Person): Promise<(Endpoint & Record<string, unknown>)[]> {
  const { data } = await someone.send(WebhookEndpointsDocument.text)
  const viewer = data?.viewer as unknown as { webhookEndpoints: { nodes: [] } } | undefined
  return viewer?.webhookEndpoints.nodes ?? []
}

describe('a delivery that fails', () => {
  test('is repeated after growing pauses; later ones of its subject wait, others go on', async () => {
    const endpoint = await endpointOf(anna, receiver.url, { eventTypes: ['task.published', 'task.canceled'] })
    const task = await anna.posts()
    const other = await anna.posts()
    let refuses = true
    receiver.answer = (response, { content }) => {
      const { id } = content.data.task as { id: string }
      response.writeHead(refuses && id === task.id ? 500 : 200).end()
    }
    await delivers()
    await anna.cancels(task)
    await anna.cancels(other)
    await delivers()
    const idsOf = () =>
      receiver.received.map(({ content }) => `${content.type} ${(content.data.task as { id: string }).id}`)
    expect(idsOf().sort()).toEqual(
      [`task.published ${task.id}`, `task.published ${other.id}`, `task.canceled ${other.id}`].sort(),
    )
    const [first] = await deliveriesOf(anna, endpoint, ['RETRYING'])
    expect(first).toMatchObject({ attempts: [{ statusCode: 500, error: 'UNSUCCESSFUL_STATUS' }] })
    expect(await deliveriesOf(anna, endpoint, ['PENDING'])).toMatchObject([{ event: { type: 'task.canceled' } }])
    const pauses: number[] = []
    for (const seconds of [5, 60, 300]) {
      await timePasses(app, `${seconds} seconds`)
      await courier.sends()
      const [retried] = await deliveriesOf(anna, endpoint, ['RETRYING'])
      pauses.push(retried?.attempts.length ?? 0)
    }
    expect(pauses).toEqual([2, 3, 4])
    refuses = false
    await timePasses(app, '30 minutes')
    await courier.sends()
    await courier.sends()
    expect(idsOf().slice(-2)).toEqual([`task.published ${task.id}`, `task.canceled ${task.id}`])
    expect((await deliveriesOf(anna, endpoint)).map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'))
    // Every attempt had the same id, so that a receiver can drop a repetition.
    const ids = receiver.received.filter(({ content }) => content.type === 'task.published').map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
  })

  test('for three days turns its endpoint off, with a mail to its owner', async () => {
    const endpoint = await endpointOf(anna, receiver.url)
    receiver.answer = (response) => void response.writeHead(503).end()
    await anna.drafts()
    await delivers()
    for (let attempts = 0; attempts < 15 && (await endpointsOf(anna))[0]?.enabled; attempts++) {
      await timePasses(app, '12 hours')
      await courier.sends()
    }
    expect((await endpointsOf(anna))[0]).toMatchObject({
      enabled: false,
      disabledReason: 'Deliveries failed for three days, the last with UNSUCCESSFUL_STATUS.',
    })
    const [delivery] = await deliveriesOf(anna, endpoint)
    expect(delivery).toMatchObject({ status: 'FAILED', nextAttemptAt: null })
    expect(delivery?.attempts.length).toBeGreaterThan(5)
    const { email } = await app.prisma.user.findUniqueOrThrow({ where: { id: anna.uuid } })
    const { status } = await app.prisma.mail.findFirstOrThrow({ where: { toAddress: email } })
    expect(status).toBe('PENDING')
    const [mail] = await mailsTo(app, email)
    expect(mail).toMatchObject({ subject: 'Your webhook endpoint was turned off' })
    expect(mail?.text).toContain(new URL(receiver.url).host)
    // Nothing more is sent, and an event from now on makes no delivery.
    await anna.drafts()
    await delivers()
    expect(await deliveriesOf(anna, endpoint)).toHaveLength(1)
    expect(await update(anna, { endpointId: endpoint.id, enabled: true })).toMatchObject({
      endpoint: { enabled: true, disabledReason: null },
    })
  })

  test('with 410 turns its endpoint off at once; what waits for it is given up', async () => {
    const endpoint = await endpointOf(anna, receiver.url)
    receiver.answer = (response) => void response.writeHead(410).end()
    await anna.posts()
    await delivers()
    expect((await endpointsOf(anna))[0]).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining('410'),
    })
    await courier.cleans()
    expect((await deliveriesOf(anna, endpoint)).map(({ status }) => status)).toEqual(['FAILED', 'FAILED'])
    expect(receiver.received).toHaveLength(1)
  })

  test('is repeated on request, once and with the same id', async () => {
    const endpoint = await endpointOf(anna, receiver.url)
    await anna.drafts()
    await delivers()
    const [{ id } = { id: '' }] = await deliveriesOf(anna, endpoint)
    const input = { deliveryId: id, idempotencyKey: 'again-1' }
    expect(await ask(anna, RedeliverWebhookDocument, input)).toMatchObject({ delivery: { id, status: 'PENDING' } })
    expect(await ask(anna, RedeliverWebhookDocument, input)).toMatchObject({ delivery: { id } })
    await courier.sends()
    await courier.sends()
    expect(receiver.received.map((webhook) => webhook.id)).toEqual([id, id])
    receiver.answer = (response) => void response.writeHead(500).end()
    await ask(anna, RedeliverWebhookDocument, { deliveryId: id })
    await courier.sends()
    expect(await deliveriesOf(anna, endpoint)).toMatchObject([
      { status: 'FAILED', attempts: [{}, {}, { statusCode: 500 }] },
    ])
    expect((await endpointsOf(anna))[0]).toMatchObject({ enabled: true })
    expect(await ask(ben, RedeliverWebhookDocument, { deliveryId: id })).toMatchObject({ __typename: 'NotFoundError' })
    await update(anna, { endpointId: endpoint.id, enabled: false })
    expect(await ask(anna, RedeliverWebhookDocument, { deliveryId: id })).toMatchObject({
      __typename: 'ForbiddenError',
    })
  })
})

describe('updateWebhookEndpoint', () => {
  test('changes the given fields alone, and clears with null', async () => {
    const { id: endpointId } = await endpointOf(anna, receiver.url, {
      description: 'Orders',
      eventTypes: ['task.created'],
    })
    expect(await update(anna, { endpointId, url: 'https://example.com/hook' })).toMatchObject({
      secret: null,
      endpoint: { url: 'https://example.com/hook', description: 'Orders', eventTypes: ['task.created'] },
    })
    expect(await update(anna, { endpointId, description: null, eventTypes: null })).toMatchObject({
      endpoint: { url: 'https://example.com/hook', description: null, eventTypes: null },
    })
    expect(await update(anna, { endpointId, url: 'https://10.0.0.1/' })).toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' })
    expect(await update(ben, { endpointId, enabled: false })).toMatchObject({ __typename: 'NotFoundError' })
  })

  test('rotates the secret: both sign for 24 hours, then the new one alone', async () => {
    const { id: endpointId, secret: previous } = await endpointOf(anna, receiver.url)
    const { secret } = await update(anna, { endpointId, rotateSecret: true })
    expect(secret).toMatch(/^whsec_/)
    const signers = async () => {
      await ask(anna, TestWebhookEndpointDocument, { endpointId })
      await courier.sends()
      const webhook = receiver.received.at(-1) ?? { body: '', headers: {} }
      return [secret ?? '', previous].map((one) => isSignedBy(one, webhook))
    }
    expect(await signers()).toEqual([true, true])
    await timePasses(app, '24 hours')
    expect(await signers()).toEqual([true, false])
  })
})

describe('testWebhookEndpoint', () => {
  test('sends webhook.test once, also to an endpoint that is turned off', async () => {
    const endpoint = await endpointOf(anna, receiver.url, { eventTypes: ['task.accepted'] })
    const { id: endpointId } = endpoint
    await update(anna, { endpointId, enabled: false })
    receiver.answer = (response) => void response.writeHead(500).end()
    expect(await ask(anna, TestWebhookEndpointDocument, { endpointId })).toMatchObject({
      delivery: { status: 'PENDING' },
    })
    await courier.sends()
    await timePasses(app, '1 day')
    await courier.sends()
    expect(receiver.received.map(({ content }) => content)).toMatchObject([
      { type: 'webhook.test', data: { endpointId } },
    ])
    expect(await deliveriesOf(anna, endpoint)).toMatchObject([
      { status: 'FAILED', event: null, attempts: [{ statusCode: 500 }] },
    ])
    expect(await ask(ben, TestWebhookEndpointDocument, { endpointId })).toMatchObject({ __typename: 'NotFoundError' })
  })
})

test('deleteWebhookEndpoint hides the endpoint and its deliveries at once, and a timer removes them', async () => {
  const { id: endpointId } = await endpointOf(anna, receiver.url)
  await anna.drafts()
  await courier.reads()
  const { id } = await app.prisma.webhookEndpoint.findFirstOrThrow({ where: { ownerId: anna.uuid } })
  expect(await ask(ben, DeleteWebhookEndpointDocument, { endpointId })).toMatchObject({ __typename: 'NotFoundError' })
  expect(await ask(anna, DeleteWebhookEndpointDocument, { endpointId })).toMatchObject({ __typename: 'OkPayload' })
  expect(await ask(anna, DeleteWebhookEndpointDocument, { endpointId })).toMatchObject({ __typename: 'NotFoundError' })
  expect(await endpointsOf(anna)).toEqual([])
  await courier.sends()
  expect(receiver.received).toEqual([])
  await courier.cleans()
  expect(await app.prisma.webhookDelivery.count({ where: { endpointId: id } })).toBe(0)
  await courier.cleans()
  expect(await app.prisma.webhookEndpoint.count({ where: { id } })).toBe(0)
})

test('deliveries are removed thirty days after their end', async () => {
  const endpoint = await endpointOf(anna, receiver.url)
  await anna.drafts()
  await delivers()
  await courier.cleans()
  expect(await deliveriesOf(anna, endpoint)).toHaveLength(1)
  await timePasses(app, '30 days')
  await courier.cleans()
  expect(await deliveriesOf(anna, endpoint)).toEqual([])
})
