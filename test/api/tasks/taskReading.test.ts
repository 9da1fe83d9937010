/** Visibility of a task and its applications, by every path to them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TaskStatus } from '../../../src/db/generated/enums.ts'
import { anonymousCaller, ask, type Caller } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { anyApplication, anyTask, type Row } from '../../support/worlds/taskRows.ts'

const TASK = /* GraphQL */ `
  fragment Whole on Task {
    id version title description status acceptanceMode deadline
    category { id name slug }
    budget { amount currencyCode minorUnits }
    agreedPrice { amount }
    location { label latitude longitude remote }
    poster { id displayName } assignee { id } invitee { id }
    createdAt updatedAt publishedAt acceptedAt submittedAt completedAt
    applicationCount
    viewerApplication { id status applicant { displayName } }
    applications { totalCount nodes { id applicant { id } } }
    submission { message submittedAt }
  }
`

const IN_EVERY_WAY = /* GraphQL */ `
  ${TASK}
  query ($id: ID!) {
    task(id: $id) { ...Whole }
    node(id: $id) { id ...Whole }
    nodes(ids: [$id]) { id ...Whole }
  }
`

let app: TestApp
let poster: Person
let assignee: Person
let applicant: Person
let stranger: Person
let agent: Person
let finance: Person
let admin: Person
let anonymous: Caller
let callers: Record<string, Caller>

beforeAll(async () => {
  app = await startApp()
  poster = await person(app, 'Paula')
  assignee = await person(app, 'Tom')
  applicant = await person(app, 'Ada')
  stranger = await person(app, 'Sam')
  agent = await person(app, 'Gus', 'AGENT')
  finance = await person(app, 'Fay', 'FINANCE')
  admin = await person(app, 'Al', 'ADMIN')
  anonymous = anonymousCaller(app)
  callers = { anonymous, stranger, poster, assignee, applicant, agent, finance, admin }
})
afterAll(async () => {
  await app.stop()
})

interface Page {
  nodes: { id: string }[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
}

type Seen = Record<string, unknown>

/** The task by `task`, `node` and `nodes`, which must return the same. */
async function read(caller: Caller, { id }: Row): Promise<Seen | null> {
  const { task, node, nodes } = await ask<{ task: Seen | null; node: unknown; nodes: unknown[] }>(
    caller,
    IN_EVERY_WAY,
    { id },
  )
  expect(node).toEqual(task)
  expect(nodes).toEqual([task])
  return task
}

describe('a task is visible', () => {
  const everybody = ['anonymous', 'stranger', 'poster', 'assignee', 'applicant', 'agent', 'finance', 'admin']
  const parties = ['poster', 'assignee', 'applicant', 'finance', 'admin']
  const expected: Record<TaskStatus, string[]> = {
    DRAFT: ['poster'],
    OPEN: everybody,
    AWAITING_FUNDS: parties,
    ASSIGNED: parties,
    SUBMITTED: parties,
    COMPLETED: parties,
    DISPUTED: parties,
    CANCELED: parties,
    EXPIRED: parties.filter((name) => name !== 'assignee'),
  }

  test.each(Object.values(TaskStatus))('in %s to those whom it concerns', async (status) => {
    const isAssigned = !['DRAFT', 'OPEN', 'EXPIRED'].includes(status)
    const task = await anyTask(app, { poster, status, assignee: isAssigned ? assignee : undefined })
    if (status !== 'DRAFT') await anyApplication(app, { task, applicant, status: 'CLOSED' })
    const finders: string[] = []
    for (const [name, caller] of Object.entries(callers)) if (await read(caller, task)) finders.push(name)
    expect(finders).toEqual(expected[status])
  })

  test('while it is INVITE_ONLY and open, to the poster and the invitee only', async () => {
    const task = await anyTask(app, { poster, invitee: applicant })
    const finders: string[] = []
    for (const [name, caller] of Object.entries(callers)) if (await read(caller, task)) finders.push(name)
    expect(finders).toEqual(['poster', 'applicant'])
    expect(await read(applicant, task)).toMatchObject({ invitee: { id: applicant.id } })
  })

  test('to neither strangers nor staff while it is open and its poster is suspended', async () => {
    const suspended = await person(app, 'Sue')
    const task = await anyTask(app, { poster: suspended })
    expect(await read(stranger, task)).not.toBeNull()
    await app.database.run`/* suspend */ update users set suspended_at = errand_now() where id = ${suspended.uuid}`
    for (const caller of [stranger, admin]) expect(await read(caller, task)).toBeNull()
  })

  test('by no malformed id and by no id of another type', async () => {
    for (const id of [
      '',
      'tsk_1',
      'nonsense',
      toPublicId('usr', newId()),
      `tsk_${'z'.repeat(26)}`,
      `tsk_${'0'.repeat(26)}`,
    ]) {
      const answer = await poster.send(IN_EVERY_WAY, { id })
      expect(answer).toEqual({ data: { task: null, node: null, nodes: [null] } })
    }
  })
})

describe('the public part', () => {
  test('is all that a viewer sees who reaches the task through their own rows only', async () => {
    const suspended = await person(app, 'Sven')
    const task = await anyTask(app, { poster: suspended })
    const { id } = await anyApplication(app, { task, applicant })
    await app.database.run`/* suspend */ update users set suspended_at = errand_now() where id = ${suspended.uuid}`
    const query = /* GraphQL */ `${TASK} query ($id: ID!) { node(id: $id) { ... on TaskApplication { task { ...Whole } } } }`
    const { node } = await ask<{ node: { task: unknown } }>(applicant, query, { id })
    expect(node.task).toMatchObject({
      id: task.id,
      version: 1,
      title: 'Paint the fence',
      description: 'White.',
      status: 'OPEN',
      acceptanceMode: 'POSTER_CHOICE',
      budget: { amount: '20.00' },
      poster: { displayName: 'Sven' },
      publishedAt: expect.any(String),
      applicationCount: 0,
      viewerApplication: null,
      applications: { totalCount: 0, nodes: [] },
      assignee: null,
      agreedPrice: null,
      acceptedAt: null,
    })
  })
})

describe('the private part', () => {
  test('is visible to the parties and staff, and null for an applicant', async () => {
    const task = await anyTask(app, { poster, status: 'SUBMITTED', assignee })
    await anyApplication(app, { task, applicant, status: 'CLOSED' })
    await app.database.run`
      /* submission */
      insert into work_submissions (id, task_id, message, submitted_at)
      values (gen_random_uuid(), ${task.uuid}, 'Done.', errand_now())`
    for (const caller of [poster, assignee, finance, admin]) {
      expect(await read(caller, task)).toMatchObject({
        assignee: { id: assignee.id },
        agreedPrice: { amount: '20.00' },
        submission: { message: 'Done.' },
      })
    }
    expect(await read(applicant, task)).toMatchObject({ assignee: null, agreedPrice: null, submission: null })
  })
})

describe('applications', () => {
  test('are visible to the poster and staff, and to each applicant their own', async () => {
    const task = await anyTask(app, { poster })
    const other = await anyApplication(app, { task, applicant: assignee })
    const own = await anyApplication(app, { task, applicant })
    const shown = async (caller: Caller) => {
      const seen = await read(caller, task)
      expect(seen?.applicationCount).toBe(2)
      return seen?.applications as { totalCount: number; nodes: { id: string }[] }
    }
    for (const caller of [poster, finance, admin]) {
      const { totalCount, nodes } = await shown(caller)
      expect(totalCount).toBe(2)
      expect(nodes.map(({ id }) => id)).toEqual([own.id, other.id])
    }
    expect(await shown(applicant)).toEqual({ totalCount: 1, nodes: [{ id: own.id, applicant: { id: applicant.id } }] })
    for (const caller of [anonymous, stranger, agent]) {
      expect(await shown(caller)).toEqual({ totalCount: 0, nodes: [] })
    }
  })

  test('are visible by id to the same people', async () => {
    const task = await anyTask(app, { poster })
    const { id } = await anyApplication(app, { task, applicant })
    const finders: string[] = []
    for (const [name, caller] of Object.entries(callers)) {
      const answer = await caller.send(
        'query ($id: ID!) { node(id: $id) { id ... on TaskApplication { task { id } } } }',
        { id },
      )
      if (answer.data?.node) finders.push(name)
    }
    expect(finders).toEqual(['poster', 'applicant', 'finance', 'admin'])
  })

  test('of a suspended person are hidden from the poster while they are pending', async () => {
    const suspended = await person(app, 'Sid')
    const task = await anyTask(app, { poster })
    await anyApplication(app, { task, applicant: suspended })
    await app.database.run`/* suspend */ update users set suspended_at = errand_now() where id = ${suspended.uuid}`
    expect(await read(poster, task)).toMatchObject({ applications: { totalCount: 0, nodes: [] } })
    expect(await read(finance, task)).toMatchObject({ applications: { totalCount: 1 } })
  })

  test('are paged and counted by status', async () => {
    const task = await anyTask(app, { poster })
    const ids: string[] = []
    for (const status of ['PENDING', 'REJECTED', 'PENDING', 'CLOSED', 'PENDING'] as const) {
      const { id } = await anyApplication(app, { task, applicant: await person(app, 'Someone'), status })
      if (status === 'PENDING') ids.unshift(id)
    }
    const query = /* GraphQL */ `
      query ($id: ID!, $after: String) {
        task(id: $id) {
          page: applications(status: [PENDING], first: 2, after: $after) {
            totalCount nodes { id } pageInfo { hasNextPage endCursor }
          }
          none: applications(status: []) { totalCount nodes { id } }
        }
      }
    `
    const page = async (after?: string) =>
      (await ask<{ task: { page: Page; none: unknown } }>(poster, query, { id: task.id, after })).task
    const first = await page()
    expect(first).toEqual({
      page: {
        totalCount: 3,
        nodes: [{ id: ids[0] }, { id: ids[1] }],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
      },
      none: { totalCount: 0, nodes: [] },
    })
    const second = await page(first.page.pageInfo.endCursor)
    expect(second.page).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false } })
  })

  test("viewerApplication is the viewer's newest one, and for the poster and staff the accepted one", async () => {
    const task = await anyTask(app, { poster, status: 'ASSIGNED', assignee })
    await anyApplication(app, { task, applicant, status: 'WITHDRAWN' })
    const own = await anyApplication(app, { task, applicant, status: 'CLOSED' })
    const accepted = await anyApplication(app, { task, applicant: assignee, status: 'ACCEPTED' })
    expect(await read(applicant, task)).toMatchObject({
      viewerApplication: { id: own.id, status: 'CLOSED', applicant: { displayName: 'Ada' } },
    })
    for (const caller of [poster, assignee, finance]) {
      expect(await read(caller, task)).toMatchObject({ viewerApplication: { id: accepted.id } })
    }
  })
})
