import { afterAll, beforeAll, expect, test } from 'vitest'
import { withTransaction } from '../../../src/db/transaction.ts'
import { recordTaskEvent } from '../../../src/events/recordEvent.ts'
import { anonymousCaller, ask, refusal } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { recordTestEvent } from '../../support/recordTestEvent.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor } from '../../support/story.ts'
import { taskRow } from '../../support/worlds/rows.ts'

const EVENTS = /* GraphQL */ `
  query ($after: EventCursor, $filter: EventFilter, $first: Int) {
    events(after: $after, filter: $filter, first: $first) {
      nodes { __typename id type cursor }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
`
const HISTORY = /* GraphQL */ `
  query ($id: ID!, $first: Int, $after: String) {
    task(id: $id) {
      history(first: $first, after: $after) {
        nodes {
          __typename id type cursor occurredAt
          actor { ... on User { id } ... on System { name } }
          ... on TaskEvent { taskStatusBefore taskStatusAfter reason task { id } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`

interface EventNode {
  __typename: string
  id: string
  type: string
  cursor: string
}
interface EventPage {
  nodes: EventNode[]
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null }
}

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})

const eventsOf = async (reader: Person, variables: Record<string, unknown> = {}) =>
  (await ask<{ events: EventPage }>(reader, EVENTS, variables)).events

async function historyOf(reader: Pick<Person, 'send'>, task: { id: string }, variables: Record<string, unknown> = {}) {
  const { task: found } = await ask<{ task: { history: EventPage } | null }>(reader, HISTORY, {
    id: task.id,
    ...variables,
  })
  return found?.history
}

const typesOf = (page: EventPage | undefined) => page?.nodes.map(({ type }) => type)

/** Waits until all committed events are in the feeds. */
async function untilNumbered(): Promise<void> {
  const waiting = () => app.prisma.eventInbox.count()
  await expect.poll(waiting, { timeout: 20_000 }).toBe(0)
}

/** A task with two applicants, of whom one is accepted. */
async function acceptedTask(): Promise<{
  poster: Actor
  tasker: Actor
  loser: Actor
  task: { id: string; uuid: string }
}> {
  const [poster, tasker, loser] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Cleo')]
  const task = await poster.drafts({ acceptanceMode: 'POSTER_CHOICE' })
  await poster.asks('publishTask', { taskId: task.id })
  await loser.applies(task)
  const application = await tasker.applies(task)
  await poster.accepts(application)
  return { poster, tasker, loser, task }
}

test('the history of a task is in the order of its changes, with their actors and status changes', async () => {
  const { poster, tasker, loser, task } = await acceptedTask()
  const history = await historyOf(poster, task)
  expect(history?.nodes).toMatchObject([
    { type: 'task.created', actor: { id: poster.id }, taskStatusBefore: null, taskStatusAfter: 'DRAFT' },
    { type: 'task.published', actor: { id: poster.id }, taskStatusBefore: 'DRAFT', taskStatusAfter: 'OPEN' },
    { type: 'task.application_received', actor: { id: loser.id }, taskStatusBefore: null, taskStatusAfter: null },
    { type: 'task.application_received', actor: { id: tasker.id } },
    { type: 'task.accepted', actor: { id: poster.id }, taskStatusAfter: 'AWAITING_FUNDS', task: { id: task.id } },
  ])
  const first = await historyOf(poster, task, { first: 2 })
  expect(typesOf(first)).toEqual(['task.created', 'task.published'])
  expect(first?.pageInfo.hasNextPage).toBe(true)
  const rest = await historyOf(poster, task, { first: 3, after: first?.pageInfo.endCursor })
  expect(typesOf(rest)).toEqual(['task.application_received', 'task.application_received', 'task.accepted'])
  expect(rest?.pageInfo.hasNextPage).toBe(false)
})

test('the history is complete for the poster and staff, without other applicants for the assignee, and empty for others', async () => {
  const { poster, tasker, loser, task } = await acceptedTask()
  const finance = await person(app, 'Finn', 'FINANCE')
  const admin = await person(app, 'Ada', 'ADMIN')
  const whole = typesOf(await historyOf(poster, task))
  expect(whole).toHaveLength(5)
  for (const staff of [finance, admin]) expect(typesOf(await historyOf(staff, task))).toEqual(whole)
  expect((await historyOf(tasker, task))?.nodes).toMatchObject([
    { type: 'task.created' },
    { type: 'task.published' },
    { type: 'task.application_received', actor: { id: tasker.id } },
    { type: 'task.accepted' },
  ])
  expect(typesOf(await historyOf(loser, task))).toEqual([])
  const open = await poster.posts()
  for (const stranger of [anonymousCaller(app), loser, await person(app, 'Gil', 'AGENT')]) {
    expect(typesOf(await historyOf(stranger, open))).toEqual([])
  }
})

test('staff who applied to a task see no more of its history than any applicant', async () => {
  const { poster } = await acceptedTask()
  const finance = await actor(app, 'Finn', 'FINANCE')
  const task = await poster.posts({ acceptanceMode: 'POSTER_CHOICE' })
  await finance.applies(task)
  expect(typesOf(await historyOf(finance, task))).toEqual([])
})

test('the feed of the viewer is read oldest first, in pages, with the cursors of subscriptions', async () => {
  const anna = await person(app, 'Anna')
  const ben = await person(app, 'Ben')
  const task = await taskRow(app, { poster: anna })
  for (const type of ['task.published', 'task.updated', 'task.canceled'] as const) {
    await recordTestEvent(app, { task, by: anna, concerns: [anna, ben], type })
    await recordTestEvent(app, { task, by: anna, concerns: [anna] })
  }
  await untilNumbered()
  const first = await eventsOf(ben, { first: 2 })
  expect(typesOf(first)).toEqual(['task.published', 'task.updated'])
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  expect(first.edges.map(({ cursor }) => cursor)).toEqual(first.nodes.map(({ cursor }) => cursor))
  expect(first.pageInfo.endCursor).toBe(first.nodes[1]?.cursor)
  const rest = await eventsOf(ben, { after: first.pageInfo.endCursor })
  expect(typesOf(rest)).toEqual(['task.canceled'])
  expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
  expect((await eventsOf(ben, { after: rest.pageInfo.endCursor })).nodes).toEqual([])
  expect((await eventsOf(anna)).nodes).toHaveLength(6)
})

test('a filter passes only its types and its subject, and an unknown id passes nothing', async () => {
  const anna = await person(app, 'Anna')
  const [task, other] = [await taskRow(app, { poster: anna }), await taskRow(app, { poster: anna })]
  await recordTestEvent(app, { task, by: anna, concerns: [anna], type: 'task.published' })
  await recordTestEvent(app, { task, by: anna, concerns: [anna], type: 'task.updated' })
  await recordTestEvent(app, { task: other, by: anna, concerns: [anna], type: 'task.updated' })
  await untilNumbered()
  const filtered = async (filter: Record<string, unknown>) => typesOf(await eventsOf(anna, { filter }))
  expect(await filtered({ types: ['task.updated'] })).toEqual(['task.updated', 'task.updated'])
  expect(await filtered({ subjectId: task.id })).toEqual(['task.published', 'task.updated'])
  expect(await filtered({ subjectId: task.id, types: ['task.updated'] })).toEqual(['task.updated'])
  for (const subjectId of [anna.id, 'tsk_1', '']) expect(await filtered({ subjectId })).toEqual([])
  expect(await refusal(anna, EVENTS, { filter: { types: ['task.nothing'] } })).toBe('BAD_USER_INPUT')
  for (const first of [-1, 101]) expect(await refusal(anna, EVENTS, { first })).toBe('BAD_USER_INPUT')
})

test('a caller who is not signed in has no events', async () => {
  expect(await ask(anonymousCaller(app), EVENTS)).toEqual({ events: null })
})

test('an event is visible by its id to its recipients, the parties and staff only', async () => {
  const { poster, tasker, loser, task } = await acceptedTask()
  const finance = await person(app, 'Finn', 'FINANCE')
  const history = (await historyOf(poster, task))?.nodes ?? []
  const ids = history.map(({ id }) => id)
  const found = async (reader: Pick<Person, 'send'>) => {
    const { nodes } = await ask<{ nodes: ({ type: string } | null)[] }>(
      reader,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Event { type } } }',
      { ids },
    )
    return nodes.map((node) => node?.type.slice('task.'.length) ?? null)
  }
  const all = ['created', 'published', 'application_received', 'application_received', 'accepted']
  expect(await found(poster)).toEqual(all)
  expect(await found(finance)).toEqual(all)
  expect(await found(tasker)).toEqual(['created', 'published', null, 'application_received', 'accepted'])
  expect(await found(loser)).toEqual([null, null, 'application_received', null, 'accepted'])
  for (const stranger of [await person(app, 'Dan'), anonymousCaller(app)]) {
    expect(await found(stranger)).toEqual([null, null, null, null, null])
  }
})

test('the other applicants get the event of an acceptance, but not who was accepted', async () => {
  const poster = await actor(app, 'Anna')
  const [winner, loser] = [await actor(app, 'Ben'), await actor(app, 'Cleo')]
  const task = await poster.posts()
  await loser.applies(task)
  await winner.accepts(task)
  await untilNumbered()
  const ACTORS = `query { events(filter: { types: ["task.accepted"] }) {
    nodes { actor { ... on User { id } ... on System { name } } ... on TaskEvent { task { assignee { id } } } }
  } }`
  const seen = async (reader: Person) => (await ask<{ events: { nodes: unknown[] } }>(reader, ACTORS)).events.nodes
  const known = { actor: { id: winner.id }, task: { assignee: { id: winner.id } } }
  expect(await seen(poster)).toEqual([known])
  expect(await seen(winner)).toEqual([known])
  expect(await seen(loser)).toEqual([{ actor: { name: 'hidden' }, task: { assignee: null } }])
})

test('an event of a chat is found under its own prefix only', async () => {
  const { tasker } = await acceptedTask()
  await untilNumbered()
  const opened = (await eventsOf(tasker, { filter: { types: ['chat.opened'] } })).nodes[0]
  expect(opened).toMatchObject({ __typename: 'ChatEvent', id: expect.stringMatching(/^cev_/) })
  const node = async (id: string | undefined) =>
    ask(tasker, 'query ($id: ID!) { node(id: $id) { __typename id } }', { id })
  expect(await node(opened?.id)).toEqual({ node: { __typename: 'ChatEvent', id: opened?.id } })
  expect(await node(opened?.id.replace('cev_', 'tev_'))).toEqual({ node: null })
})

test('the cursor of a newly committed event is its position', async () => {
  const anna = await person(app, 'Anna')
  const task = await taskRow(app, { poster: anna })
  await recordTestEvent(app, { task, by: anna, concerns: [anna] })
  const cursor = (await historyOf(anna, task))?.nodes[0]?.cursor
  const after = Number(cursor?.slice('ec_'.length)) - 1
  expect((await eventsOf(anna, { after: `ec_${after}` })).nodes).toMatchObject([{ cursor }])
})

test('an event that was inserted first and committed last is not lost to readers that continued in between', async () => {
  const anna = await person(app, 'Anna')
  const [early, late] = [await taskRow(app, { poster: anna }), await taskRow(app, { poster: anna })]
  let commitEarly = () => {}
  const mayCommit = new Promise<void>((resolve) => {
    commitEarly = resolve
  })
  let markInserted = () => {}
  const inserted = new Promise<void>((resolve) => {
    markInserted = resolve
  })
  const slow = withTransaction(app.database, async (tx) => {
    await recordTaskEvent(tx, {
      type: 'task.updated',
      taskId: early.uuid,
      taskVersion: 2,
      at: new Date(),
      actorId: anna.uuid,
      recipientIds: [anna.uuid],
    })
    markInserted()
    await mayCommit
  })
  await inserted
  await recordTestEvent(app, { task: late, by: anna, concerns: [anna] })
  await untilNumbered()
  const before = await eventsOf(anna)
  expect(before.nodes).toHaveLength(1)
  commitEarly()
  await slow
  await untilNumbered()
  const since = await eventsOf(anna, { after: before.pageInfo.endCursor })
  expect(since.nodes).toHaveLength(1)
  const drawn = await app.prisma.event.findMany({ where: { actorId: anna.uuid }, orderBy: { sequence: 'asc' } })
  expect(drawn.map(({ taskId }) => taskId)).toEqual([early.uuid, late.uuid])
})
