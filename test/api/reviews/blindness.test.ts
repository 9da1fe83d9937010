/**
 * A blind review is read by its author alone, on every path of the schema. The first test walks the schema, so a new path to a review or
 * to a rating fails until it is in the table. The others compare everything that other viewers read before and after a blind review.
 */
import {
  type GraphQLField,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { anonymousCaller, ask, type Caller } from '../../support/ask.ts'
import { type Someone, someone } from '../../support/customerService.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { Subscription } from '../../support/servers/streams.ts'
import { type Actor, actor, type Named, reviewsArePublished, timePasses } from '../../support/story.ts'

const SECRET = 'A secret opinion.'

let app: TestApp
let url: string
let anna: Actor
let ben: Actor
let gus: Someone
let viewers: Record<string, Caller>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await actor(app, 'Anna')
  ben = await actor(app, 'Ben')
  gus = await someone(app, 'Gus', 'AGENT')
  viewers = {
    'the subject': ben,
    'an applicant': await actor(app, 'Ada'),
    'a stranger': await actor(app, 'Sam'),
    'an agent who serves the subject': gus,
    'finance staff': await actor(app, 'Fay', 'FINANCE'),
    'an administrator': await actor(app, 'Al', 'ADMIN'),
    'an anonymous viewer': anonymousCaller(app),
  }
})
afterAll(async () => {
  await app.stop()
})

/** A completed task about which the subject asks an agent. */
async function completed(): Promise<Named> {
  const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await (viewers['an applicant'] as Actor).applies(task)
  await anna.accepts(await ben.applies(task))
  await anna.funds(task)
  await ben.submits(task)
  await anna.approves(task)
  await ask(ben, 'mutation ($id: ID!) { startSupportChat(input: { message: "Help.", aboutId: $id }) { __typename } }', {
    id: task.id,
  })
  if ((await app.prisma.chat.count({ where: { status: 'QUEUED' } })) > 0) {
    await gus.is('BUSY', 50)
    await gus.claims()
  }
  return task
}

const REVIEW = '{ id rating comment author { id } }'

/** A field that leads to a review or a rating: its answer to this viewer, for a task of which anna's review is the only one. */
type Path = (viewer: Caller, about: { task: Named; review: string }) => Promise<unknown>

const PATHS: Record<string, Path> = {
  'Query.node': (viewer, { review }) =>
    ask(viewer, `query ($id: ID!) { node(id: $id) { __typename ... on Review ${REVIEW} } }`, { id: review }),
  'Query.nodes': (viewer, { review }) =>
    ask(viewer, `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Review ${REVIEW} } }`, { ids: [review] }),
  'Task.reviews': (viewer, { task }) => taskOf(viewer, task, `reviews ${REVIEW}`),
  'User.reviews': (viewer) => personOf(viewer, ben, `reviews { nodes ${REVIEW} edges { node ${REVIEW} } }`),
  'User.rating': (viewer) => personOf(viewer, ben, 'rating { average count }'),
  'ReviewConnection.nodes': (viewer) => personOf(viewer, ben, `reviews(last: 100) { nodes ${REVIEW} }`),
  'ReviewConnection.edges': (viewer) => personOf(viewer, ben, `reviews { edges { cursor node ${REVIEW} } }`),
  'ReviewEdge.node': (viewer) => personOf(viewer, ben, `reviews(first: 5) { edges { node ${REVIEW} } }`),
}

/** Fields of such a type that cannot show a blind review of another, each with its reason. */
const NO_PATHS: Record<string, string> = {
  'Agent.rating': 'the ratings of support chats',
  'AuditRecord.subject': 'the object of an act by staff, for administrators; no such act is about a review',
  'LedgerAccount.owner': 'a task or a person',
  'LedgerTransaction.subject': 'a hold, a transfer or a refund',
  'Notification.subject': 'a task, a chat or a transfer',
  'ReconciliationDifference.subject': 'a hold, a transfer, a reversal, a refund or a chargeback',
  'ReviewPayload.review': 'the answer to its author',
  'StatementLine.subject': 'a hold, a transfer, a reversal, a refund or a chargeback',
  'SupportChat.about': 'a task or a transfer; another id is refused, see below',
  'SupportChat.topics': 'the same',
}

/** Reads the task, or its public part where the viewer may not find it. */
async function taskOf(viewer: Caller, { id }: Named, selection: string): Promise<unknown> {
  const { task } = await ask<{ task: unknown }>(viewer, `query ($id: ID!) { task(id: $id) { ${selection} } }`, { id })
  if (task) return task
  const refusal = `... on TaskAlreadyAcceptedError { task { ${selection} } }`
  return ask(viewer, `mutation ($id: ID!) { applyToTask(input: { taskId: $id }) { ${refusal} } }`, { id })
}

const personOf = (viewer: Caller, { id }: Actor, selection: string) =>
  ask(viewer, `query ($id: ID!) { user(id: $id) { ${selection} } }`, { id })

function fieldsThatLeadToReviews(): string[] {
  const aims = ['Review', 'ReviewConnection', 'ReviewEdge', 'RatingSummary'].map((name) => schema.getType(name))
  const leads = ({ type }: GraphQLField<unknown, unknown>): boolean => {
    const named = getNamedType(type)
    if (aims.includes(named)) return true
    return isAbstractType(named) && schema.getPossibleTypes(named).some((possible) => aims.includes(possible))
  }
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(leads)
        .map(({ name }) => `${type.name}.${name}`),
    )
    .sort()
}

test('every field of the schema that leads to a review or a rating is tried', () => {
  expect([...Object.keys(PATHS), ...Object.keys(NO_PATHS)].sort()).toEqual(fieldsThatLeadToReviews())
})

test('no argument filters or sorts by reviews', () => {
  const named = Object.values(schema.getTypeMap())
    .filter((type) => isInputObjectType(type) && type.name !== 'ReviewTaskInput')
    .flatMap((type) =>
      isInputObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : [],
    )
  expect(named.filter((name) => /review|rating/i.test(name))).toEqual([])
})

describe.each(Object.entries(PATHS))('%s', (path, read) => {
  test('shows a blind review to its author alone, and to everybody once it is published', async () => {
    const task = await completed()
    const about = { task, review: 'rev_00000000000000000000000000' }
    const readAll = async () => {
      const answers: Record<string, unknown> = {}
      for (const [name, viewer] of Object.entries(viewers)) answers[name] = await read(viewer, about)
      return answers
    }
    const before = await readAll()
    about.review = (await anna.reviews(task, { rating: 1, comment: SECRET })).id
    expect(await readAll()).toEqual(before)

    await timePasses(app, '336 hours')
    // Not before the timer has published it.
    expect(await readAll()).toEqual(before)
    await reviewsArePublished(app)
    const after = await readAll()
    for (const name of Object.keys(viewers)) {
      // An anonymous viewer reaches no task that is completed.
      if (name === 'an anonymous viewer' && path === 'Task.reviews') continue
      expect(after[name], name).not.toEqual(before[name])
    }
  })
})

test.each(['Query.node', 'Query.nodes', 'Task.reviews'])('%s shows their blind review to the author', async (name) => {
  const task = await completed()
  const { id } = await anna.reviews(task, { rating: 1, comment: SECRET })
  expect(JSON.stringify(await PATHS[name]?.(anna, { task, review: id }))).toContain(SECRET)
})

test('no support chat is about a review, not even of its author', async () => {
  const { id } = await anna.reviews(await completed())
  const { startSupportChat } = await ask<{ startSupportChat: unknown }>(
    anna,
    'mutation ($id: ID!) { startSupportChat(input: { message: "Look.", aboutId: $id }) { __typename } }',
    { id },
  )
  expect(startSupportChat).toEqual({ __typename: 'NotFoundError' })
})

// Not about reviews, and of the moment of the request.
const VOLATILE = ['rateLimit', 'sandbox', 'ledgerHealth', 'url', 'urlExpiresAt', 'sessions', 'estimatedWait']

/** Selects every field without required arguments down to a depth. */
function everyField(typeName: string, depth: number): string {
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return '__typename'
  const fields = Object.values(type.getFields()).flatMap(({ name, type: fieldType, args }) => {
    if (VOLATILE.includes(name) || args.some(isRequiredArgument)) return []
    const named = getNamedType(fieldType)
    if (isLeafType(named)) return [name]
    if (depth === 0) return []
    const inner = isObjectType(named) || isInterfaceType(named) ? everyField(named.name, depth - 1) : '__typename'
    // The alias keeps fields of the members of an interface apart.
    return [
      `${name}${args.some(({ name: argument }) => argument === 'first') ? '(first: 50)' : ''} { __typename ${inner} }`,
    ]
  })
  return fields.join(' ')
}

/** Everything that a viewer reads of the task and of its two people, down to a depth. */
async function everythingOf(viewer: Caller, task: Named): Promise<unknown[]> {
  const lists =
    '{ events(first: 50) { nodes { __typename id cursor type occurredAt ... on TaskEvent { task { version updatedAt } } } } }'
  const finished = '{ tasks(filter: { status: [COMPLETED] }) { nodes { id version updatedAt reviews { id } } } }'
  const own = '{ viewer { tasks(as: TASKER) { nodes { id version reviews { id } } } unread { chats messages } } }'
  return [
    await taskOf(viewer, task, everyField('Task', 1)),
    await taskOf(viewer, task, 'history(first: 50) { edges { cursor node { id type cursor } } }'),
    await taskOf(viewer, task, `poster { ${everyField('User', 1)} } assignee { ${everyField('User', 1)} }`),
    await taskOf(viewer, task, 'chat { messages(last: 20) { nodes { id body } } }'),
    await personOf(viewer, ben, everyField('User', 2)),
    await personOf(viewer, anna, everyField('User', 2)),
    await ask(viewer, lists),
    await ask(viewer, finished),
    await ask(viewer, own),
  ]
}

test('nothing that another viewer reads changes by a blind review', async () => {
  const task = await completed()
  const before: Record<string, unknown> = {}
  for (const [name, viewer] of Object.entries(viewers)) before[name] = await everythingOf(viewer, task)
  const comment = 'Known to nobody else.'
  await anna.reviews(task, { rating: 1, comment })
  for (const [name, viewer] of Object.entries(viewers)) {
    const after = await everythingOf(viewer, task)
    expect(after, name).toEqual(before[name])
    expect(JSON.stringify(after), name).not.toContain(comment)
  }
})

test('the event of a blind review is for its author alone, also in a stream, and by its id', async () => {
  const task = await completed()
  const TASK_STREAM = 'subscription ($id: ID!) { task(id: $id) { __typename ... on TaskEvent { id type } } }'
  const FEED = 'subscription { events { __typename ... on TaskEvent { id type } } }'
  const open = (token: string | null) => [
    Subscription.open(url, token, TASK_STREAM, { id: task.id }),
    Subscription.open(url, token, FEED),
  ]
  const own = await Promise.all(open(anna.accessToken))
  const staff = viewers['an administrator'] as Actor
  const others = await Promise.all([
    ...open(ben.accessToken),
    Subscription.open(url, staff.accessToken, TASK_STREAM, { id: task.id }),
  ])
  await anna.reviews(task)
  const { id } = await app.prisma.event.findFirstOrThrow({ where: { taskId: task.uuid, type: 'task.reviewed' } })
  for (const stream of own) {
    const item = (await stream.next())?.data
    expect(Object.values(item ?? {})).toMatchObject([{ type: 'task.reviewed' }])
  }
  const historyTypes = async (viewer: Caller) =>
    JSON.stringify(await taskOf(viewer, task, 'history(first: 50) { nodes { type } }'))
  expect(await historyTypes(anna)).toContain('task.reviewed')

  await ben.reviews(task)
  // The first item about reviews that the others get is their own, or the publication.
  const [benTask, benFeed, staffTask] = others
  for (const stream of [benTask, benFeed]) {
    const items = [(await stream?.next())?.data, (await stream?.next())?.data].flatMap((data) =>
      Object.values(data ?? {}),
    )
    expect(items).toMatchObject([{ type: 'task.reviewed' }, { type: 'task.reviews_published' }])
  }
  expect(Object.values((await staffTask?.next())?.data ?? {})).toMatchObject([{ type: 'task.reviews_published' }])
  for (const stream of [...own, ...others]) stream.close()

  const eventId = toPublicId('tev', id)
  for (const [name, viewer] of Object.entries({ ...viewers, anna })) {
    const { node } = await ask<{ node: unknown }>(viewer, 'query ($id: ID!) { node(id: $id) { id } }', { id: eventId })
    expect(node === null, name).toBe(name !== 'anna')
  }
})
