import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor, everything, expectRefusal, historyOf, taskRowOf, timePasses } from '../../support/story.ts'

let app: TestApp
let anna: Actor
let ben: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
})
afterAll(async () => {
  await app.stop()
})

const TASK = { title: 'Walk the dog', description: 'An hour.', budget: { amount: '20.00', currencyCode: 'EUR' } }
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe('createTask', () => {
  test('creates a draft that is visible to its poster only', async () => {
    const task = await anna.drafts({ acceptanceMode: null, deadline: null })
    expect(await taskRowOf(app, task)).toMatchObject({
      status: 'DRAFT',
      version: 1,
      posterId: anna.uuid,
      budgetMinor: 2000n,
      currency: 'EUR',
      acceptanceMode: 'POSTER_CHOICE',
      deadline: null,
      publishedAt: null,
    })
    expect(await historyOf(app, task)).toEqual(['task.created 1 ->DRAFT'])
    const [event] = await app.prisma.event.findMany({ where: { taskId: task.uuid } })
    expect(event).toMatchObject({ actorId: anna.uuid, recipientIds: [anna.uuid] })
  })

  test('publishes a task at once, in one version', async () => {
    const category = await app.prisma.category.findFirstOrThrow()
    const task = await anna.posts({
      categoryId: toPublicId('cat', category.id),
      location: { label: 'Tartu', latitude: '58.378025', longitude: '26.728493' },
      deadline: inDays(1),
    })
    const row = await taskRowOf(app, task)
    expect(row).toMatchObject({
      status: 'OPEN',
      version: 1,
      locationLabel: 'Tartu',
      remote: false,
      categoryId: category.id,
    })
    expect([row.latitude?.toString(), row.longitude?.toString()]).toEqual(['58.378025', '26.728493'])
    expect(row.publishedAt).toEqual(row.createdAt)
    expect(await historyOf(app, task)).toEqual(['task.created 1 ->DRAFT', 'task.published 1 DRAFT->OPEN'])
  })

  test('notifies the invitee', async () => {
    const task = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id })
    const published = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.published' } })
    expect(published?.recipientIds).toEqual([anna.uuid, ben.uuid])
  })

  test('runs the same request with the same key once, and refuses another request', async () => {
    const input = { ...TASK, idempotencyKey: 'fence' }
    const first = await anna.asks('createTask', input)
    const before = await everything(app)
    expect(await anna.asks('createTask', input)).toEqual({ ...first, replayed: true })
    expect(await anna.asks('createTask', { ...input, title: 'Another' })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
    expect(await everything(app)).toEqual(before)
  })

  test('accepts the minimum price and nothing below it, in any currency', async () => {
    for (const [currencyCode, least, less] of [
      ['EUR', '1.01', '1.00'],
      ['JPY', '2', '1'],
      ['KWD', '1.001', '1.000'],
    ]) {
      await anna.posts({ budget: { amount: least, currencyCode } })
      await expectRefusal(
        app,
        anna,
        'createTask',
        { ...TASK, budget: { amount: less, currencyCode } },
        { __typename: 'ValidationError', fields: [{ path: ['input', 'budget', 'amount'] }] },
      )
    }
  })

  test.each([
    ['an empty title', { title: ' ' }, ['title']],
    ['a title of two lines', { title: 'One\nTwo' }, ['title']],
    ['a title over its limit', { title: 'a'.repeat(201) }, ['title']],
    ['a control character', { description: 'a\u0000b' }, ['description']],
    ['a text over its limit', { description: 'a'.repeat(20_001) }, ['description']],
    ['no money', { budget: { amount: '0', currencyCode: 'EUR' } }, ['budget', 'amount']],
    ['negative money', { budget: { amount: '-5.00', currencyCode: 'EUR' } }, ['budget', 'amount']],
    ['money finer than its currency', { budget: { amount: '5.001', currencyCode: 'EUR' } }, ['budget', 'amount']],
    ['a currency that nobody knows', { budget: { amount: '5', currencyCode: 'XXA' } }, ['budget', 'currencyCode']],
    [
      'a place beyond the pole',
      { location: { label: 'x', latitude: '90.1', longitude: '0' } },
      ['location', 'latitude'],
    ],
    ['a place with half its coordinates', { location: { label: 'x', latitude: '9' } }, ['location', 'longitude']],
    ['an invitation without an invitee', { acceptanceMode: 'INVITE_ONLY' }, ['inviteeId']],
    ['an invitee without an invitation', { inviteeId: 'usr_x' }, ['inviteeId']],
  ])('refuses %s by the form', async (_fault, fields, path) => {
    await expectRefusal(
      app,
      anna,
      'createTask',
      { ...TASK, ...fields },
      { __typename: 'ValidationError', fields: [{ path: ['input', ...path] }] },
    )
  })

  test('reports all input errors at once', async () => {
    const outcome = await anna.asks('createTask', { ...TASK, title: '', description: '' })
    expect(outcome.fields).toMatchObject([{ path: ['input', 'title'] }, { path: ['input', 'description'] }])
  })

  test('refuses an unknown category, invitee or attachment before other input errors', async () => {
    const past = { deadline: '2020-01-01T00:00:00.000Z' }
    for (const [fields, id] of [
      [{ categoryId: 'nonsense' }, 'nonsense'],
      [{ categoryId: anna.id }, anna.id],
      [{ categoryId: toPublicId('cat', anna.uuid) }, toPublicId('cat', anna.uuid)],
      [{ acceptanceMode: 'INVITE_ONLY', inviteeId: 'usr_nobody' }, 'usr_nobody'],
      [{ attachmentIds: ['att_first', 'att_second'] }, 'att_first'],
    ] as const) {
      await expectRefusal(app, anna, 'createTask', { ...TASK, ...past, ...fields }, { __typename: 'NotFoundError', id })
    }
    const unknown = toPublicId('usr', newId())
    const input = { ...TASK, acceptanceMode: 'INVITE_ONLY', inviteeId: unknown }
    await expectRefusal(app, anna, 'createTask', input, { __typename: 'NotFoundError', id: unknown })
  })

  test('refuses a suspended invitee, and the poster as invitee', async () => {
    const cleo = await actor(app, 'Cleo')
    await app.prisma.user.update({ where: { id: cleo.uuid }, data: { suspendedAt: new Date() } })
    const invite = { ...TASK, acceptanceMode: 'INVITE_ONLY' }
    await expectRefusal(
      app,
      anna,
      'createTask',
      { ...invite, inviteeId: cleo.id },
      { __typename: 'NotFoundError', id: cleo.id },
    )
    await expectRefusal(
      app,
      anna,
      'createTask',
      { ...invite, inviteeId: anna.id },
      { __typename: 'ValidationError', fields: [{ path: ['input', 'inviteeId'] }] },
    )
  })

  test('refuses a deadline that has passed by the clock of the server, of a draft, too', async () => {
    await expectRefusal(
      app,
      anna,
      'createTask',
      { ...TASK, deadline: '2020-01-01T00:00:00.000Z' },
      { __typename: 'ValidationError', fields: [{ path: ['input', 'deadline'] }] },
    )
  })
})

test('ten creations a minute are allowed, and a replay does not count', async () => {
  const limited = await startApp({ rateLimits: true })
  const dora = await actor(limited, 'Dora')
  const input = { ...TASK, idempotencyKey: 'first' }
  const first = await dora.does('createTask', input)
  for (let count = 2; count <= 10; count++) await dora.drafts()
  const before = await everything(limited)
  expect(await dora.asks('createTask', TASK)).toMatchObject({ __typename: 'RateLimitedError', retryable: true })
  expect(await dora.asks('createTask', input)).toEqual({ ...first, replayed: true })
  expect(await everything(limited)).toEqual(before)
  await limited.stop()
})

describe('publishTask', () => {
  test('publishes a draft', async () => {
    const task = await anna.drafts()
    const outcome = await anna.asks('publishTask', { taskId: task.id, expectedVersion: 1, reason: 'It is time.' })
    expect(outcome).toMatchObject({ __typename: 'TaskPayload', task: { status: 'OPEN', version: 2 } })
    expect(await historyOf(app, task)).toEqual(['task.created 1 ->DRAFT', 'task.published 2 DRAFT->OPEN'])
    const row = await taskRowOf(app, task)
    expect(row.publishedAt).toEqual(row.updatedAt)
    const published = await app.prisma.event.findFirst({ where: { taskId: task.uuid, type: 'task.published' } })
    expect(published?.reason).toBe('It is time.')
  })

  test('refuses in order of precedence: not visible, not the poster, version, status, deadline', async () => {
    const draft = await anna.drafts({ deadline: inDays(1) })
    const open = await anna.posts()
    const publish = (someone: Actor, input: Record<string, unknown>, refusal: Record<string, unknown>) =>
      expectRefusal(app, someone, 'publishTask', input, refusal)
    await publish(ben, { taskId: draft.id, expectedVersion: 9 }, { __typename: 'NotFoundError', id: draft.id })
    await publish(anna, { taskId: anna.id }, { __typename: 'NotFoundError', id: anna.id })
    await publish(ben, { taskId: open.id, expectedVersion: 9 }, { __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    await publish(
      anna,
      { taskId: open.id, expectedVersion: 9 },
      { __typename: 'StaleVersionError', expected: 9, actual: 1 },
    )
    await publish(
      anna,
      { taskId: open.id },
      { __typename: 'IllegalTransitionError', from: 'OPEN', action: 'publishTask' },
    )
    await timePasses(app, '2 days')
    await publish(
      anna,
      { taskId: draft.id },
      { __typename: 'ValidationError', fields: [{ path: ['task', 'deadline'] }] },
    )
  })
})
