/** Viewer plans: the selection of a field is cached for one viewer, unless anything else decides it. */
import { GraphQLError } from 'graphql'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SelectionTemplateField } from '../../src/engine/reader/planning/planTypes.ts'
import { keepViewerPlan, viewerPlanOf } from '../../src/engine/reader/planning/viewerPlanCache.ts'
import { builder } from '../../src/graphql/builder.ts'
import { send } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { makeReaderWorld, signInTo } from '../support/worlds/readerWorld.ts'

type Headers = Record<string, string>

// The number of calls of the `select` functions below.
const calls = { byViewer: 0, byAddress: 0 }

builder.prismaObjectFields('User', (t) => ({
  ownOpenTasks: t.field({
    type: ['ID'],
    args: { first: t.arg.int({ required: true }) },
    select: ({ first }, { caller }, nested) => {
      calls.byViewer++
      if (first < 0) throw new GraphQLError('first must not be negative.')
      const where = { posterId: caller?.id ?? '00000000-0000-0000-0000-000000000000' }
      return {
        postedTasks: nested({ where, orderBy: { id: 'asc' }, take: first, select: { id: true, posterId: true } }),
      }
    },
    resolve: ({ postedTasks }) => postedTasks.map(({ id, posterId }) => `${posterId} ${id}`),
  }),
  tasksOfAddress: t.field({
    type: ['ID'],
    select: (_args, { address }, nested) => {
      calls.byAddress++
      return { postedTasks: nested({ where: { title: address }, select: { id: true } }) }
    },
    resolve: ({ postedTasks }) => postedTasks.map(({ id }) => id),
  }),
}))

let app: TestApp
let viewers: { id: string; headers: Headers }[]

beforeAll(async () => {
  app = await startApp({ reader: 'sql' })
  await makeReaderWorld(app.database)
  const posters = await app.database.rows<{ id: string }>`
    /* testPosters */
    select distinct poster_id as id
    from tasks
    join users on users.id = poster_id
    where suspended_at is null
    order by 1
    limit 2`
  viewers = await Promise.all(posters.map(async ({ id }) => ({ id, headers: await signInTo(app, id) })))
})
beforeEach(() => Object.assign(calls, { byViewer: 0, byAddress: 0 }))
afterAll(async () => {
  await app.stop()
})

const ROUNDS = [1, 2, 3]

/** Sends a query for each viewer in turn, several rounds; returns the posters of each viewer's tasks. */
async function sendInTurn(query: string, variables: Record<string, unknown> = {}) {
  const posters: string[][] = []
  for (const _ of ROUNDS) {
    for (const { headers } of viewers) {
      const { data, errors } = await send(app, query, variables, headers)
      expect(errors).toBeUndefined()
      const { ownOpenTasks } = (data as unknown as { viewer: { user: { ownOpenTasks: string[] } } }).viewer.user
      posters.push(ownOpenTasks.map((text) => text.split(' ')[0] ?? ''))
    }
  }
  return posters
}

test('each viewer reads their own tasks, and `select` is called once for each', async () => {
  const posters = await sendInTurn('{ viewer { user { ownOpenTasks(first: 2) } } }')
  expect(posters).toEqual(ROUNDS.flatMap(() => viewers.map(({ id }) => [id, id])))
  expect(calls.byViewer).toBe(viewers.length)
})

test('`select` is called each time if an argument is a variable', async () => {
  const query = 'query ($first: Int!) { viewer { user { ownOpenTasks(first: $first) } } }'
  expect((await sendInTurn(query, { first: 1 })).every((ids) => ids.length === 1)).toBe(true)
  expect((await sendInTurn(query, { first: 2 })).every((ids) => ids.length === 2)).toBe(true)
  expect(calls.byViewer).toBe(2 * ROUNDS.length * viewers.length)
})

test('`select` is called each time if it reads anything of the context but the viewer', async () => {
  for (const _ of ROUNDS) await send(app, '{ viewer { user { tasksOfAddress } } }', {}, viewers[0]?.headers)
  expect(calls.byAddress).toBe(ROUNDS.length)
})

test('`select` is called each time if it throws', async () => {
  for (const _ of ROUNDS) {
    const { errors } = await send(app, '{ viewer { user { ownOpenTasks(first: -1) } } }', {}, viewers[0]?.headers)
    expect(errors).toHaveLength(1)
  }
  expect(calls.byViewer).toBe(ROUNDS.length)
})

test('a viewer spread from another one has none of its plans, and the plans of old viewers are dropped', () => {
  const field = {} as SelectionTemplateField
  const plan = { selection: null, key: '', values: [] }
  const first: object = { id: 'first' }
  keepViewerPlan(first, field, plan)
  expect(viewerPlanOf(first, field)).toBe(plan)
  expect(viewerPlanOf({ ...first }, field)).toBeUndefined()
  for (let count = 0; count < 300; count++) keepViewerPlan({ count }, field, plan)
  expect(viewerPlanOf(first, field)).toBeUndefined()
  for (let count = 0; count < 30; count++) keepViewerPlan(first, {} as SelectionTemplateField, plan)
  keepViewerPlan(first, field, plan)
  for (let count = 0; count < 30; count++) keepViewerPlan(first, {} as SelectionTemplateField, plan)
  expect(viewerPlanOf(first, field)).toBeUndefined()
})
