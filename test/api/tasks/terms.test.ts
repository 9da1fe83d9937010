/** No one is bound to terms that they have not agreed to: an application is for the version of the task that its applicant saw. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import {
  type Actor,
  actor,
  applicationRowsOf,
  everything,
  expectRefusal,
  historyOf,
  type Named,
  taskRowOf,
  timePasses,
  timersRun,
} from '../../support/story.ts'
import { files, upload } from '../../support/uploads.ts'

let app: TestApp
let url: string
let anna: Actor
let ben: Actor
let cleo: Actor
let finance: Actor
let task: Named

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  cleo = await actor(app, 'Cleo')
  finance = await actor(app, 'Fiona', 'FINANCE')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE', title: 'Paint a small wall' })
})

const eurosOf = (amount: string) => ({ amount, currencyCode: 'EUR' })
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

const updates = async (fields: Record<string, unknown>, of: Named = task) =>
  anna.does('updateTask', { taskId: of.id, expectedVersion: (await taskRowOf(app, of)).version, ...fields })

const termsOf = async (viewer: Actor, application: Named) =>
  (
    await ask<{ node: object | null }>(
      viewer,
      'query ($id: ID!) { node(id: $id) { ... on TaskApplication { version status taskVersion outdated } } }',
      { id: application.id },
    )
  ).node

/** The recipients of the last event of this type. */
const recipientsOf = async (type: string, of: Named = task) => {
  const event = await app.prisma.event.findFirst({
    where: { taskId: of.uuid, type },
    orderBy: { sequence: 'desc' },
  })
  return new Set(event?.recipientIds)
}

const aPicture = async () => (await upload(url, anna, files.png(), { purpose: 'TASK' })).attachment.id

describe('a change of the terms', () => {
  const changes: Record<string, () => Promise<Record<string, unknown>> | Record<string, unknown>> = {
    title: () => ({ title: 'Paint the house' }),
    description: () => ({ description: 'All four sides, three storeys.' }),
    category: async () => {
      const { categories } = await ask<{ categories: { id: string }[] }>(anna, '{ categories { id } }')
      return { categoryId: categories[0]?.id }
    },
    budget: () => ({ budget: eurosOf('19.99') }),
    deadline: () => ({ deadline: inDays(1) }),
    place: () => ({ location: { label: 'Tartu', latitude: '58.4', longitude: '26.7' } }),
    'being remote': () => ({ location: { label: 'Anywhere', remote: true } }),
    attachments: async () => ({ attachmentIds: [await aPicture()] }),
  }

  test.each(Object.entries(changes))(
    'in its %s makes applications outdated and tells their applicants',
    async (_, change) => {
      const application = await ben.applies(task)
      await cleo.does('withdrawApplication', { applicationId: (await cleo.applies(task)).id })
      expect(await termsOf(ben, application)).toEqual({
        version: 1,
        status: 'PENDING',
        taskVersion: 1,
        outdated: false,
      })
      await updates(await change())
      for (const viewer of [ben, anna]) {
        expect(await termsOf(viewer, application)).toEqual({
          version: 1,
          status: 'PENDING',
          taskVersion: 1,
          outdated: true,
        })
      }
      expect(await recipientsOf('task.updated')).toEqual(new Set([anna.uuid, ben.uuid]))
      await expectRefusal(
        app,
        anna,
        'acceptApplication',
        { applicationId: application.id },
        {
          __typename: 'TermsChangedError',
          code: 'TERMS_CHANGED',
          retryable: false,
          application: { id: application.id, taskVersion: 1, outdated: true },
        },
      )
      await ben.does('updateApplication', { applicationId: application.id, expectedTaskVersion: 2 })
      expect(await termsOf(anna, application)).toEqual({
        version: 2,
        status: 'PENDING',
        taskVersion: 2,
        outdated: false,
      })
      await anna.accepts(application)
    },
  )

  test('includes removing an attachment, but not reordering', async () => {
    const pictures = [await aPicture(), await aPicture()]
    await updates({ attachmentIds: pictures })
    const application = await ben.applies(task)
    await updates({ attachmentIds: pictures.toReversed() })
    expect(await termsOf(ben, application)).toMatchObject({ taskVersion: 2, outdated: false })
    await updates({ attachmentIds: pictures.slice(1) })
    expect(await termsOf(ben, application)).toMatchObject({ taskVersion: 2, outdated: true })
  })

  test('sends an event to the applicants', async () => {
    await ben.applies(task)
    await updates({ title: 'Paint the house' })
    const seen = async () => {
      const { events } = await ask<{ events: { nodes: { type: string; task: object }[] } }>(
        ben,
        'query ($id: ID!) { events(filter: { subjectId: $id }) { nodes { type ... on TaskEvent { task { title version } } } } }',
        { id: task.id },
      )
      return events.nodes.at(-1)
    }
    await expect.poll(seen).toEqual({ type: 'task.updated', task: { title: 'Paint the house', version: 2 } })
  })

  test('is not an update to the same content, or of mode and invitee only', async () => {
    const place = { label: 'Tartu', latitude: '58.4', longitude: '26.70' }
    const deadline = inDays(3)
    const same = { title: 'Paint', description: 'White.', budget: eurosOf('20'), deadline, location: place }
    await updates(same)
    const application = await ben.applies(task)
    await updates(same)
    await updates({ acceptanceMode: 'FIRST_COME' })
    expect(await termsOf(ben, application)).toMatchObject({ taskVersion: 2, outdated: false })
    expect(await recipientsOf('task.updated')).toEqual(new Set([anna.uuid, ben.uuid]))
    await anna.accepts(application)
  })

  test('does not affect an earlier agreement: a lapsed tasker is pending with the terms of their acceptance', async () => {
    const application = await ben.applies(task)
    await anna.accepts(application)
    await timePasses(app, '25 hours')
    await timersRun(app)
    expect(await termsOf(ben, application)).toMatchObject({ status: 'PENDING', taskVersion: 1, outdated: false })
    await updates({ budget: eurosOf('10.00') })
    expect(await termsOf(ben, application)).toMatchObject({ status: 'PENDING', taskVersion: 1, outdated: true })
    await timePasses(app, '-25 hours')
  })

  test('is agreed to by accepting the task again', async () => {
    const open = await anna.posts()
    const application = await ben.applies(open)
    await updates({ title: 'Paint the house' }, open)
    await ben.accepts(open)
    expect(await termsOf(ben, application)).toMatchObject({ status: 'ACCEPTED', taskVersion: 2, outdated: false })
  })
})

describe('updateApplication', () => {
  test('changes message and price, and keeps absent fields', async () => {
    const application = await ben.applies(task, { message: 'I have a brush.', price: eurosOf('25.00') })
    const update = (fields: object) =>
      ben.asks('updateApplication', { applicationId: application.id, expectedTaskVersion: 1, ...fields })
    expect(await update({ price: eurosOf('24.00') })).toMatchObject({
      __typename: 'ApplicationPayload',
      replayed: false,
      application: { version: 2, message: 'I have a brush.', price: eurosOf('24.00') },
    })
    expect(await update({ message: 'Two brushes.' })).toMatchObject({
      application: { version: 3, message: 'Two brushes.', price: eurosOf('24.00') },
    })
    expect(await update({ message: null })).toMatchObject({
      application: { version: 4, message: null, price: eurosOf('24.00') },
    })
    expect((await historyOf(app, task)).slice(2)).toEqual([
      'task.application_received 1',
      'task.application_updated 1',
      'task.application_updated 1',
      'task.application_updated 1',
    ])
    expect(await recipientsOf('task.application_updated')).toEqual(new Set([anna.uuid, ben.uuid]))
    expect(await taskRowOf(app, task)).toMatchObject({ version: 1, applicationCount: 1 })
    await anna.accepts(application)
    expect(await taskRowOf(app, task)).toMatchObject({ agreedPriceMinor: 2400n })
  })

  test('replays the payload for the same request with the same key', async () => {
    const application = await ben.applies(task)
    const input = { applicationId: application.id, expectedTaskVersion: 1, message: 'Soon.', idempotencyKey: 'soon' }
    const first = await ben.asks('updateApplication', input)
    const before = await everything(app)
    expect(await ben.asks('updateApplication', input)).toEqual({ ...first, replayed: true })
    expect(await everything(app)).toEqual(before)
  })

  test('refuses in order of precedence', async () => {
    const application = await ben.applies(task)
    const valid = { applicationId: application.id, expectedTaskVersion: 1 }
    const refused = (someone: Actor, fields: object, refusal: Record<string, unknown>) =>
      expectRefusal(app, someone, 'updateApplication', { ...valid, ...fields }, refusal)
    const dollars = { price: { amount: '20.00', currencyCode: 'USD' } }
    await refused(
      ben,
      { price: eurosOf('0') },
      { __typename: 'ValidationError', fields: [{ path: ['input', 'price', 'amount'] }] },
    )
    await refused(
      ben,
      { price: eurosOf('1.00') },
      { __typename: 'ValidationError', fields: [{ path: ['input', 'price', 'amount'] }] },
    )
    await refused(ben, { price: null }, { __typename: 'ValidationError', fields: [{ path: ['input', 'price'] }] })
    await refused(cleo, { expectedVersion: 9 }, { __typename: 'NotFoundError', id: application.id })
    await refused(anna, { expectedVersion: 9 }, { __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    await refused(finance, { expectedVersion: 9 }, { __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    await refused(
      ben,
      { expectedVersion: 9, expectedTaskVersion: 8, ...dollars },
      { __typename: 'StaleVersionError', expected: 9, actual: 1, message: expect.stringContaining('The application') },
    )
    await refused(
      ben,
      { expectedTaskVersion: 8, ...dollars },
      { __typename: 'StaleVersionError', expected: 8, actual: 1, message: expect.stringContaining('The task') },
    )
    await refused(ben, dollars, {
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'price', 'currencyCode'] }],
    })

    await ben.does('withdrawApplication', { applicationId: application.id })
    await refused(ben, dollars, {
      __typename: 'IllegalTransitionError',
      from: 'WITHDRAWN',
      action: 'updateApplication',
    })
    await anna.accepts(await cleo.applies(task))
    await refused(ben, { expectedTaskVersion: 2 }, { __typename: 'TaskAlreadyAcceptedError' })
    await anna.cancels(task)
    await refused(ben, { expectedTaskVersion: 3 }, { __typename: 'IllegalTransitionError', from: 'CANCELED' })
  })

  test('refuses a passed deadline with the same error as an expired task', async () => {
    const late = await anna.posts({ deadline: inDays(0.04) })
    const application = await ben.applies(late)
    await timePasses(app, '2 hours')
    await expectRefusal(
      app,
      ben,
      'updateApplication',
      { applicationId: application.id, expectedTaskVersion: 1 },
      { __typename: 'IllegalTransitionError', from: 'EXPIRED', allowed: [] },
    )
    await timePasses(app, '-2 hours')
  })
})

describe('expectedVersion', () => {
  test('prevents a tasker from accepting a version that they have not read', async () => {
    const open = await anna.posts()
    await updates({ description: 'All four sides.' }, open)
    const accept = (expectedVersion: number, refusal: Record<string, unknown>) =>
      expectRefusal(app, ben, 'acceptTask', { taskId: open.id, expectedVersion, expectedPrice: eurosOf('9') }, refusal)
    await accept(1, { __typename: 'StaleVersionError', expected: 1, actual: 2 })
    await accept(2, { __typename: 'PriceChangedError' })
    expect(await ben.asks('acceptTask', { taskId: open.id, expectedVersion: 2 })).toMatchObject({
      __typename: 'AcceptTaskPayload',
    })
  })

  test('is checked after self-dealing, and before mode and status', async () => {
    const input = { taskId: task.id, expectedVersion: 9 }
    await expectRefusal(app, anna, 'acceptTask', input, { __typename: 'SelfDealingError' })
    await expectRefusal(app, ben, 'acceptTask', input, { __typename: 'StaleVersionError', expected: 9, actual: 1 })
    await expectRefusal(app, anna, 'applyToTask', input, { __typename: 'SelfDealingError' })
    await expectRefusal(app, ben, 'applyToTask', input, { __typename: 'StaleVersionError', expected: 9, actual: 1 })
  })

  test('prevents an applicant from applying to a version that they have not read', async () => {
    await updates({ budget: eurosOf('10.00') })
    await expectRefusal(
      app,
      ben,
      'applyToTask',
      { taskId: task.id, expectedVersion: 1 },
      { __typename: 'StaleVersionError', expected: 1, actual: 2 },
    )
    const application = await ben.applies(task, { expectedVersion: 2 })
    expect(await termsOf(ben, application)).toMatchObject({ taskVersion: 2, outdated: false })
  })

  test('prevents a poster from paying for a tasker or price that they have not seen', async () => {
    await anna.accepts(await ben.applies(task, { price: eurosOf('30.00') }))
    await ben.withdrawsFrom(task)
    const input = { taskId: task.id, paymentMethodId: 'pm_ok', idempotencyKey: 'for ben' }
    await expectRefusal(
      app,
      anna,
      'fundTask',
      { ...input, expectedVersion: 2 },
      { __typename: 'StaleVersionError', code: 'STALE_VERSION' },
    )
    expect(await anna.asks('fundTask', { ...input, expectedVersion: 3, idempotencyKey: 'the budget' })).toMatchObject({
      hold: { status: 'HELD' },
    })
  })
})

describe('an invitation', () => {
  const statusesOf = async () =>
    Object.fromEntries((await applicationRowsOf(app, task)).map(({ applicantId, status }) => [applicantId, status]))

  test('closes all other applications and notifies the applicants', async () => {
    await ben.applies(task)
    await cleo.applies(task)
    await updates({ acceptanceMode: 'INVITE_ONLY', inviteeId: cleo.id })
    expect(await statusesOf()).toEqual({ [ben.uuid]: 'CLOSED', [cleo.uuid]: 'PENDING' })
    expect(await recipientsOf('task.updated')).toEqual(new Set([anna.uuid, ben.uuid, cleo.uuid]))
    await cleo.accepts(task)
    expect(await statusesOf()).toEqual({ [ben.uuid]: 'CLOSED', [cleo.uuid]: 'ACCEPTED' })
    expect(await recipientsOf('task.accepted')).toEqual(new Set([anna.uuid, cleo.uuid]))
  })

  test('of another person closes all other applications, and reopens that of the new invitee', async () => {
    await ben.applies(task)
    await updates({ acceptanceMode: 'INVITE_ONLY', inviteeId: cleo.id })
    await updates({ inviteeId: ben.id })
    expect(await statusesOf()).toEqual({ [ben.uuid]: 'PENDING' })
    await updates({ inviteeId: cleo.id })
    expect(await statusesOf()).toEqual({ [ben.uuid]: 'CLOSED' })
    await updates({ inviteeId: ben.id })
    await ben.accepts(task)
    expect(await statusesOf()).toEqual({ [ben.uuid]: 'ACCEPTED' })
  })

  test('that is revoked makes the others pending again, until they confirm', async () => {
    const application = await ben.applies(task)
    await updates({ acceptanceMode: 'INVITE_ONLY', inviteeId: cleo.id })
    await updates({ acceptanceMode: 'POSTER_CHOICE' })
    expect(await recipientsOf('task.updated')).toEqual(new Set([anna.uuid, ben.uuid, cleo.uuid]))
    expect(await termsOf(ben, application)).toMatchObject({ status: 'PENDING', taskVersion: 1, outdated: true })
    await expectRefusal(
      app,
      anna,
      'acceptApplication',
      { applicationId: application.id },
      { __typename: 'TermsChangedError' },
    )
    await ben.does('updateApplication', { applicationId: application.id, expectedTaskVersion: 3 })
    await anna.accepts(application)
  })

  test('that lapses or is withdrawn from reopens no other application', async () => {
    await ben.applies(task)
    await updates({ acceptanceMode: 'INVITE_ONLY', inviteeId: cleo.id })
    await cleo.accepts(task)
    await cleo.withdrawsFrom(task)
    expect(await statusesOf()).toEqual({ [ben.uuid]: 'CLOSED', [cleo.uuid]: 'WITHDRAWN' })
    expect(await recipientsOf('task.withdrawn')).toEqual(new Set([anna.uuid, cleo.uuid]))
  })
})

test('ACCEPT is blocked by TermsChangedError while all pending applications are outdated', async () => {
  const accept = async () => {
    const { task: seen } = await ask<{ task: { availableActions: { action: string; blockedBy: object | null }[] } }>(
      anna,
      `query ($id: ID!) { task(id: $id) { availableActions {
        action blockedBy { __typename ... on TermsChangedError { application { id } } }
      } } }`,
      { id: task.id },
    )
    return seen.availableActions.find(({ action }) => action === 'ACCEPT')?.blockedBy
  }
  const first = await ben.applies(task)
  const second = await cleo.applies(task)
  await updates({ title: 'Paint the house' })
  expect(await accept()).toEqual({ __typename: 'TermsChangedError', application: { id: first.id } })
  await cleo.does('updateApplication', { applicationId: second.id, expectedTaskVersion: 2 })
  expect(await accept()).toBeNull()
})
