/** What a field selected for a viewer is remembered for them: it is theirs alone, and follows everything else that decides. */
import { GraphQLError } from 'graphql'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SelectionTemplateField } from '../../src/engine/reader/planning/planTypes.ts'
import { keepViewerPlan, viewerPlanOf } from '../../src/engine/reader/planning/viewerPlanCache.ts'
import { builder } from '../../src/graphql/builder.ts'
import { send } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { makeReaderWorld, signInTo } from '../support/worlds/readerWorld.ts'

type Headers = Record<string, string>

// How often the fields below were asked what they select.
const asked = { byViewer: 0, byAddress: 0 }

builder.prismaObjectFields('User', (t) => ({
  ownOpenTasks: t.field({
    type: ['ID'],
    args: { first: t.arg.int({ required: true }) },
    select: ({ first }, { caller }, nested) => {
      asked.byViewer++
      if (first < 0) throw new GraphQLError('Too few.')
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
      asked.byAddress++
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
    /* postersOfTheWorld */
    select distinct poster_id as id
    from tasks
    join users on users.id = poster_id
    where suspended_at is null
    order by 1
    limit 2`
  viewers = await Promise.all(posters.map(async ({ id }) => ({ id, headers: await signInTo(app, id) })))
})
beforeEach(() => Object.assign(asked, { byViewer: 0, byAddress: 0 }))
afterAll(async () => {
  await app.stop()
})

const ROUNDS = [1, 2, 3]

/** What each viewer in turn is answered, again and again: the ids of the posters of what is theirs. */
async function askInTurn(query: string, variables: Record<string, unknown> = {}) {
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

test('each viewer is read their own, and the field is asked once for each', async () => {
  const posters = await askInTurn('{ viewer { user { ownOpenTasks(first: 2) } } }')
  expect(posters).toEqual(ROUNDS.flatMap(() => viewers.map(({ id }) => [id, id])))
  expect(asked.byViewer).toBe(viewers.length)
})

test('a field whose argument is a variable is asked each time', async () => {
  const query = 'query ($first: Int!) { viewer { user { ownOpenTasks(first: $first) } } }'
  expect((await askInTurn(query, { first: 1 })).every((ids) => ids.length === 1)).toBe(true)
  expect((await askInTurn(query, { first: 2 })).every((ids) => ids.length === 2)).toBe(true)
  expect(asked.byViewer).toBe(2 * ROUNDS.length * viewers.length)
})

test('a field that looks at anything else than who asks is asked each time', async () => {
  for (const _ of ROUNDS) await send(app, '{ viewer { user { tasksOfAddress } } }', {}, viewers[0]?.headers)
  expect(asked.byAddress).toBe(ROUNDS.length)
})

test('a refusal is given each time', async () => {
  for (const _ of ROUNDS) {
    const { errors } = await send(app, '{ viewer { user { ownOpenTasks(first: -1) } } }', {}, viewers[0]?.headers)
    expect(errors).toHaveLength(1)
  }
  expect(asked.byViewer).toBe(ROUNDS.length)
})

test('a viewer made of another has nothing of theirs, and who came long ago has nothing more', () => {
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
