/** The public list of tasks and the viewer's own: what is in it, in which order, and that its pages lose and repeat nothing. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TaskStatus } from '../../../src/db/generated/enums.ts'
import { anonymousCaller, ask, type Caller, refusal } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { fromPublicId } from '../../support/publicIds.ts'
import { seededRandom } from '../../support/seededRandom.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { statementsForRead } from '../../support/servers/statements.ts'
import { anyApplication, anyTask, type Row, type TaskOptions } from '../../support/worlds/taskRows.ts'

const TASKS = /* GraphQL */ `
  query ($filter: TaskFilter, $sort: TaskSort, $first: Int, $after: String, $last: Int, $before: String) {
    tasks(filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
      nodes { id }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`

interface Connection {
  nodes: { id: string }[]
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
}

const SORTS = ['NEWEST', 'DEADLINE', 'BUDGET_HIGH', 'BUDGET_LOW', 'NEAREST'] as const
const EVERYWHERE = { latitude: '0', longitude: '0', radiusKm: 20_000 }

let app: TestApp
let anonymous: Caller
let paula: Person
let ben: Person
let cleaning: string
let repairs: string

beforeAll(async () => {
  app = await startApp()
  anonymous = anonymousCaller(app)
  paula = await person(app, 'Paula')
  ben = await person(app, 'Ben')
  const { categories } = await ask<{ categories: { id: string; slug: string }[] }>(
    anonymous,
    '{ categories { id slug } }',
  )
  const idOf = (slug: string) => categories.find((category) => category.slug === slug)?.id ?? ''
  cleaning = idOf('cleaning')
  repairs = idOf('repairs')
})
afterAll(async () => {
  await app.stop()
})

const page = async (caller: Caller, variables: object): Promise<Connection> =>
  (await ask<{ tasks: Connection }>(caller, TASKS, { ...variables })).tasks

const idsOf = ({ nodes }: Connection): string[] => nodes.map(({ id }) => id)

/** The whole list, read page by page from one end to the other. */
async function read(caller: Caller, list: object, { size = 100, backward = false } = {}): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  for (;;) {
    const shown = await page(caller, {
      ...list,
      ...(backward ? { last: size, before: cursor } : { first: size, after: cursor }),
    })
    if (backward) ids.unshift(...idsOf(shown))
    else ids.push(...idsOf(shown))
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = shown.pageInfo
    if (!(backward ? hasPreviousPage : hasNextPage)) return ids
    cursor = backward ? startCursor : endCursor
  }
}

/** Tasks of a poster of their own, so that the tests of one list do not see those of another. */
async function listOf(tasks: Partial<TaskOptions>[]): Promise<{ poster: Person; rows: Row[] }> {
  const poster = await person(app, 'Lister')
  const rows: Row[] = []
  for (const task of tasks) rows.push(await anyTask(app, { poster, ...task }))
  return { poster, rows }
}

describe('the list', () => {
  test('has the open tasks, newest first, by default', async () => {
    const { poster, rows } = await listOf([{}, { status: 'DRAFT' }, {}, { status: 'EXPIRED' }, {}])
    const open = [rows[4], rows[2], rows[0]].map((row) => row?.id)
    for (const caller of [anonymous, ben, poster])
      expect(await read(caller, { filter: { posterId: poster.id } })).toEqual(open)
  })

  test('never has tasks that the viewer may not see, in any status', async () => {
    const everyStatus = [
      'DRAFT',
      'OPEN',
      'AWAITING_FUNDS',
      'ASSIGNED',
      'SUBMITTED',
      'COMPLETED',
      'DISPUTED',
      'CANCELED',
      'EXPIRED',
    ]
    const assignee = await person(app, 'Tom')
    const { poster, rows } = await listOf([{ status: 'DRAFT' }, { status: 'ASSIGNED', assignee }, { invitee: ben }, {}])
    const [draft, assigned, invited, open] = rows.map(({ id }) => id)
    const seenBy = (caller: Caller) => read(caller, { filter: { posterId: poster.id, status: everyStatus } })
    expect(await seenBy(anonymous)).toEqual([open])
    expect(await seenBy(ben)).toEqual([open, invited])
    expect(await seenBy(assignee)).toEqual([open, assigned])
    expect(await seenBy(poster)).toEqual([open, invited, assigned, draft])
  })

  test('matches every word in any case, and escapes wildcards', async () => {
    const { poster, rows } = await listOf([
      { title: 'Fix the OVEN door', description: 'It is 100% stuck.' },
      { title: 'Clean the oven', description: 'Ärmel hoch!' },
      { title: 'Paint a door_frame', description: 'White \\ or grey.' },
    ])
    const [fix, clean, paint] = rows.map(({ id }) => id)
    const found = (text: string) => read(anonymous, { filter: { posterId: poster.id, text } })
    expect(await found('oven')).toEqual([clean, fix])
    expect(await found('DOOR oven')).toEqual([fix])
    expect(await found('  ven\n ix ')).toEqual([fix])
    expect(await found('100%')).toEqual([fix])
    expect(await found('oven%door')).toEqual([])
    expect(await found('r_f')).toEqual([paint])
    expect(await found('n_door')).toEqual([])
    expect(await found('\\')).toEqual([paint])
    expect(await found('ÄRMEL')).toEqual([clean])
    expect(await found('')).toEqual([paint, clean, fix])
  })

  test('is empty for an unknown category or poster', async () => {
    for (const id of ['', 'nonsense', paula.id, cleaning.replace('cat_', 'tsk_')]) {
      expect(idsOf(await page(anonymous, { filter: { categoryId: id } }))).toEqual([])
    }
    expect(idsOf(await page(anonymous, { filter: { posterId: cleaning } }))).toEqual([])
  })

  test('matches budgets exactly to the minor unit', async () => {
    const { poster, rows } = await listOf([
      { budgetMinor: 999n },
      { budgetMinor: 1_000n },
      { budgetMinor: 1_001n },
      { currency: 'USD' },
    ])
    const [below, exact, above] = rows.map(({ id }) => id)
    const found = (range: object) =>
      read(anonymous, { filter: { posterId: poster.id, budget: { currencyCode: 'EUR', ...range } } })
    expect(await found({})).toEqual([above, exact, below])
    expect(await found({ min: '10' })).toEqual([above, exact])
    expect(await found({ min: '10.001' })).toEqual([above])
    expect(await found({ max: '10.009' })).toEqual([exact, below])
    expect(await found({ min: '-1', max: '9.99' })).toEqual([below])
  })
})

describe('a circle', () => {
  // Along a meridian a degree is 111.19 km, at the equator too.
  test('contains the tasks within its radius, measured along the ground', async () => {
    const { poster, rows } = await listOf([{ place: [59, 24] }, { place: [59.089, 24] }, { place: [59.091, 24] }, {}])
    const [center, inside] = rows.map(({ id }) => id)
    const near = { latitude: '59', longitude: '24', radiusKm: 10 }
    expect(await read(anonymous, { filter: { posterId: poster.id, near }, sort: 'NEAREST' })).toEqual([center, inside])
    expect(await read(anonymous, { filter: { posterId: poster.id, near } })).toEqual([inside, center])
  })

  test('crosses the date line and the poles, and reaches the antipodes', async () => {
    const { poster, rows } = await listOf([
      { place: [0, -179.9] },
      { place: [0, 179.8] },
      { place: [89.9, 0] },
      { place: [-89.9, 100] },
    ])
    const [west, east, north, south] = rows.map(({ id }) => id)
    const nearest = (latitude: string, longitude: string, radiusKm: number) =>
      read(anonymous, { filter: { posterId: poster.id, near: { latitude, longitude, radiusKm } }, sort: 'NEAREST' })
    expect(await nearest('0', '179.9', 50)).toEqual([east, west])
    expect(await nearest('90', '-60', 50)).toEqual([north])
    expect(await nearest('-90', '0', 50)).toEqual([south])
  })
})

describe('tasks a few metres apart', () => {
  test('are listed page by page, nearest first', async () => {
    const steps = [0, 1, 2, 3, 5, 8, 30, 70, 100]
    const { poster, rows } = await listOf(steps.map((step) => ({ place: [59 + step / 1_000_000, 24] })))
    const near = { latitude: '59', longitude: '24', radiusKm: 1 }
    const list = { filter: { posterId: poster.id, near }, sort: 'NEAREST' }
    expect(await read(anonymous, list, { size: 1 })).toEqual(rows.map(({ id }) => id))
    expect(await read(anonymous, list, { size: 1, backward: true })).toEqual(rows.map(({ id }) => id))
  })
})

describe('the order', () => {
  test('by deadline has tasks without one last', async () => {
    const at = (day: number) => new Date(Date.UTC(2030, 0, day))
    const { poster, rows } = await listOf([
      { deadline: null },
      { deadline: at(2) },
      { deadline: at(1) },
      { deadline: null },
      { deadline: at(2) },
    ])
    const ids = rows.map(({ id }) => id)
    const list = { filter: { posterId: poster.id }, sort: 'DEADLINE' }
    const expected = [ids[2], ids[4], ids[1], ids[3], ids[0]]
    for (const size of [1, 2, 3]) {
      expect(await read(anonymous, list, { size })).toEqual(expected)
      expect(await read(anonymous, list, { size, backward: true })).toEqual(expected)
    }
  })

  test('by budget is grouped by currency, and exact beyond the precision of a float', async () => {
    const { poster, rows } = await listOf([
      { budgetMinor: 5n, currency: 'USD' },
      { budgetMinor: 100n },
      { budgetMinor: 999_999_999_999_999n },
      { budgetMinor: 999_999_999_999_998n },
      { budgetMinor: 100n },
    ])
    const ids = rows.map(({ id }) => id)
    const read2 = (sort: string) => read(anonymous, { filter: { posterId: poster.id }, sort }, { size: 2 })
    expect(await read2('BUDGET_HIGH')).toEqual([ids[2], ids[3], ids[4], ids[1], ids[0]])
    expect(await read2('BUDGET_LOW')).toEqual([ids[4], ids[1], ids[3], ids[2], ids[0]])
  })
})

describe('a page', () => {
  test('continues after its cursor, even if the task of the cursor is gone and others were added', async () => {
    const { poster, rows } = await listOf([{}, {}, {}, {}])
    const ids = rows.map(({ id }) => id).reverse()
    const list = { filter: { posterId: poster.id } }
    const first = await page(anonymous, { ...list, first: 2 })
    await app.database.run`
      /* cancel */
      update tasks set status = 'CANCELED', ended_at = errand_now() where id = ${rows[2]?.uuid}`
    await anyTask(app, { poster })
    expect(idsOf(await page(anonymous, { ...list, first: 2, after: first.pageInfo.endCursor }))).toEqual(ids.slice(2))
  })

  test('can be limited by two cursors', async () => {
    const { poster, rows } = await listOf([{}, {}, {}, {}, {}])
    const ids = rows.map(({ id }) => id).reverse()
    const list = { filter: { posterId: poster.id } }
    const { edges } = await page(anonymous, list)
    const between = { ...list, after: edges[0]?.cursor, before: edges[4]?.cursor }
    expect(idsOf(await page(anonymous, { ...between, first: 2 }))).toEqual(ids.slice(1, 3))
    expect(idsOf(await page(anonymous, { ...between, last: 2 }))).toEqual(ids.slice(2, 4))
  })

  test('is refused if its arguments are invalid', async () => {
    const { poster } = await listOf([{ place: [1, 1] }])
    const near = { latitude: '1', longitude: '1', radiusKm: 5 }
    const refused: object[] = [
      { first: 101 },
      { last: 101 },
      { first: -1 },
      { last: -1 },
      { first: 1, last: 1 },
      { after: 'nonsense' },
      { before: '' },
      { sort: 'NEAREST' },
      { filter: { near: { ...near, radiusKm: 0 } } },
      { filter: { near: { ...near, radiusKm: 20_001 } } },
      { filter: { near: { ...near, latitude: '90.1' } } },
      { filter: { near: { ...near, longitude: '-180.1' } } },
      { filter: { text: 'x'.repeat(201) } },
      { filter: { text: 'a b c d e f g h i j k' } },
      { filter: { budget: { currencyCode: 'XXX' } } },
    ]
    for (const variables of refused)
      expect([variables, await refusal(anonymous, TASKS, { ...variables })]).toEqual([variables, 'BAD_USER_INPUT'])
    expect(await refusal(anonymous, TASKS, { first: 0 })).toBeUndefined()
    for (const own of SORTS) {
      const { edges } = await page(anonymous, { filter: { posterId: poster.id, near }, sort: own })
      for (const other of SORTS) {
        const code = await refusal(anonymous, TASKS, { filter: { near }, sort: other, after: edges[0]?.cursor })
        expect([own, other, code]).toEqual([own, other, own === other ? undefined : 'BAD_USER_INPUT'])
      }
    }
  })

  test('refuses every forged cursor, and never fails', async () => {
    const made = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom(...SORTS),
          fc.constantFrom('', 'EUR', 'X'),
          fc.oneof(fc.double().map(String), fc.bigInt().map(String), fc.constant('Infinity')),
          fc.uuid(),
        )
        .map((parts) => Buffer.from(parts.join(':')).toString('base64url')),
    )
    await fc.assert(
      fc.asyncProperty(made, fc.constantFrom(...SORTS), async (after, sort) => {
        const { errors } = await anonymous.send(TASKS, { after, sort, filter: { near: EVERYWHERE } })
        for (const error of errors ?? []) expect(error.extensions?.code).toBe('BAD_USER_INPUT')
        const plain = await anonymous.send(TASKS, { after, sort: sort === 'NEAREST' ? 'NEWEST' : sort })
        for (const error of plain.errors ?? []) expect(error.extensions?.code).toBe('BAD_USER_INPUT')
      }),
      { numRuns: 100 },
    )
  })

  test('needs as many statements for twenty tasks as for two', async () => {
    const { poster, rows } = await listOf(Array.from({ length: 20 }, () => ({ categoryId: null })))
    for (const task of rows) await anyApplication(app, { task, applicant: ben })
    const query = /* GraphQL */ `
      query ($first: Int, $poster: ID) {
        tasks(first: $first, filter: { posterId: $poster }) {
          nodes {
            title applicationCount acceptedAt
            poster { displayName } category { name } viewerApplication { status price { amount } applicant { displayName } }
            applications(first: 2) { totalCount nodes { message applicant { displayName } } }
          }
        }
      }
    `
    const page = (first: number) => statementsForRead(app, () => ask(ben, query, { first, poster: poster.id }))
    await page(1) // Fills the session cache of the caller.
    expect(await page(20)).toBe(await page(2))
  })
})

describe('any search', () => {
  let posters: Person[]
  let callers: Caller[]

  beforeAll(async () => {
    const [una, vera, suspended] = [await person(app, 'Una'), await person(app, 'Vera'), await person(app, 'Wim')]
    posters = [una, vera, suspended]
    callers = [anonymous, una, vera, await person(app, 'Fay', 'FINANCE')]
    const random = seededRandom(7)
    const pick = <Value>(...values: [Value, ...Value[]]): Value =>
      values[Math.floor(random() * values.length)] ?? values[0]
    const categories = [cleaning, repairs].map((id) => fromPublicId('cat', id) ?? null)
    for (let number = 0; number < 120; number++) {
      const poster = pick(una, vera, suspended)
      const other = poster === una ? vera : una
      const status = pick<TaskStatus>('OPEN', 'OPEN', 'DRAFT', 'ASSIGNED', 'CANCELED')
      const task = await anyTask(app, {
        poster,
        status,
        assignee: status === 'ASSIGNED' ? pick(ben, other) : undefined,
        invitee: pick(undefined, undefined, other),
        title: pick('Clean windows', 'Fix window', 'Walk a dog'),
        budgetMinor: pick(1_000n, 2_000n, 3_000n),
        currency: pick('EUR', 'USD'),
        deadline: pick(null, new Date(Date.UTC(2031, 0, 1)), new Date(Date.UTC(2032, 0, 1))),
        categoryId: pick(null, ...categories),
        place: pick([59, 24], [59, 24], [58.4, 26.7], [40.7, -74]),
        remote: pick(true, false),
      })
      const applies = pick(true, false) && status !== 'DRAFT'
      if (applies) await anyApplication(app, { task, applicant: other, status: 'CLOSED' })
    }
    await app.database.run`/* suspend */ update users set suspended_at = errand_now() where id = ${suspended.uuid}`
  })

  const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined })

  const searches = () =>
    fc.record({
      caller: fc.constantFrom(...callers),
      filter: fc.record({
        posterId: fc.constantFrom(...posters.map(({ id }) => id)),
        status: maybe(fc.subarray(['OPEN', 'DRAFT', 'ASSIGNED', 'CANCELED'])),
        text: maybe(fc.constantFrom('window', 'clean WINDOW', 'dog', 'o')),
        categoryId: maybe(fc.constantFrom(cleaning, repairs)),
        budget: maybe(
          fc.record({
            currencyCode: fc.constantFrom('EUR', 'USD'),
            min: maybe(fc.constant('15')),
            max: maybe(fc.constant('25')),
          }),
        ),
        deadlineBefore: maybe(fc.constant('2031-06-01T00:00:00.000Z')),
        remote: maybe(fc.boolean()),
        acceptanceMode: maybe(fc.subarray(['POSTER_CHOICE', 'INVITE_ONLY'])),
      }),
    })

  // Each of these tasks has coordinates, so a circle around the whole earth matches all, and both query paths must return one list.
  test('returns the same list with and without a circle', async () => {
    const sorts = fc.constantFrom('NEWEST', 'DEADLINE', 'BUDGET_HIGH', 'BUDGET_LOW')
    await fc.assert(
      fc.asyncProperty(searches(), sorts, async ({ caller, filter }, sort) => {
        const everywhere = await read(caller, { filter: { ...filter, near: EVERYWHERE }, sort })
        expect(everywhere).toEqual(await read(caller, { filter, sort }))
      }),
      { numRuns: 80 },
    )
  })

  test('is empty for a circle and no status', async () => {
    for (const sort of SORTS)
      expect(await read(anonymous, { filter: { near: EVERYWHERE, status: [] }, sort })).toEqual([])
  })

  test('returns the same list in small pages, from either end', async () => {
    const around = { latitude: '59', longitude: '24', radiusKm: 400 }
    await fc.assert(
      fc.asyncProperty(
        searches(),
        fc.constantFrom(...SORTS),
        fc.integer({ min: 2, max: 20 }),
        async (search, sort, size) => {
          const { caller, filter } = search
          const list = { filter: sort === 'NEAREST' ? { ...filter, near: around } : filter, sort }
          const whole = await read(caller, list)
          expect(await read(caller, list, { size })).toEqual(whole)
          expect(await read(caller, list, { size, backward: true })).toEqual(whole)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe("the viewer's own lists", () => {
  test('have the tasks that they posted, do, and applied to', async () => {
    const poster = await person(app, 'Pia')
    const tasker = await person(app, 'Tim')
    const draft = await anyTask(app, { poster, status: 'DRAFT' })
    const assigned = await anyTask(app, { poster, status: 'ASSIGNED', assignee: tasker })
    const open = await anyTask(app, { poster })
    const lost = await anyApplication(app, { task: open, applicant: tasker, status: 'REJECTED' })
    const own = await anyApplication(app, { task: assigned, applicant: tasker, status: 'ACCEPTED' })
    const query = /* GraphQL */ `
      query ($status: [TaskStatus!]) {
        viewer {
          posted: tasks(as: POSTER, status: $status) { nodes { id } }
          assigned: tasks(as: TASKER, status: $status) { nodes { id assignee { id } } }
          applications { totalCount nodes { id task { id applicationCount } } }
          accepted: applications(status: [ACCEPTED], first: 1) { totalCount nodes { id } }
        }
      }
    `
    expect((await ask<{ viewer: unknown }>(poster, query)).viewer).toMatchObject({
      posted: { nodes: [{ id: open.id }, { id: assigned.id }, { id: draft.id }] },
      assigned: { nodes: [] },
      applications: { totalCount: 0, nodes: [] },
    })
    expect((await ask<{ viewer: unknown }>(tasker, query, { status: ['ASSIGNED'] })).viewer).toEqual({
      posted: { nodes: [] },
      assigned: { nodes: [{ id: assigned.id, assignee: { id: tasker.id } }] },
      applications: {
        totalCount: 2,
        nodes: [
          { id: own.id, task: { id: assigned.id, applicationCount: 1 } },
          { id: lost.id, task: { id: open.id, applicationCount: 1 } },
        ],
      },
      accepted: { totalCount: 1, nodes: [{ id: own.id }] },
    })
  })
})
