/** Each mutation of an operation sees the changes of the earlier ones, despite the loaders of the request. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Loaders } from '../../src/api/loaders.ts'
import { UnauthenticatedError, ValidationError } from '../../src/domain/errors.ts'
import { builder } from '../../src/graphql/builder.ts'
import { mutation, mutationOutsideTransaction, result } from '../../src/graphql/mutation.ts'
import { pairInChat, says } from '../support/chatting.ts'
import { someone } from '../support/customerService.ts'
import { moneyWorld, taskAtWork, type World } from '../support/money.ts'
import type { Person } from '../support/people.ts'

type LoaderName = Exclude<keyof Loaders, 'invalidate' | 'forViewer' | 'foundTasks' | 'foundChats'>

/** Loads one id with each loader. */
const LOADED: Record<LoaderName, (loaders: Loaders, id: string) => Promise<unknown>> = {
  unread: (loaders, id) => loaders.unread.load(id),
  visibleChats: (loaders, id) => loaders.visibleChats.load(id),
  visibleEvents: (loaders, id) => loaders.visibleEvents.load(id),
  positions: (loaders, id) => loaders.positions.load(id),
  queue: async (loaders, id) => (await loaders.queue.load(id))?.position ?? null,
  agentRatings: (loaders, id) => loaders.agentRatings.load(id),
  tasks: (loaders, taskId) => loaders.tasks.applicationCount.load({ taskId, status: null }),
  files: (loaders, id) => loaders.files.isVisible.load(id),
  moneyTrails: async (loaders, id) => (await loaders.moneyTrails.load(id)).held,
  statementBalances: (loaders, ownerId) =>
    loaders.statementBalances.load({ ownerId, currency: 'EUR', postedAt: new Date('9999-01-01'), sequence: 0n }),
  accountBalances: (loaders, accountId) => loaders.accountBalances.load({ accountId, at: null }),
}

const names = Object.keys(LOADED) as LoaderName[]

const numbers = new WeakMap<object, number>()
let numberCount = 0

/** Returns a number that identifies the object. */
function numberOf(loader: object): number {
  const number = numbers.get(loader) ?? ++numberCount
  numbers.set(loader, number)
  return number
}

const LookInput = builder.inputType('LookInput', {
  fields: (t) => ({ loader: t.string({ required: true }), id: t.string({ required: true }) }),
})
const LookPayload = builder.objectRef<{ loader: string; id: string; replayed: boolean }>('LookPayload').implement({
  fields: (t) => ({
    value: t.string({
      resolve: async ({ loader, id }, _args, { loaders }) =>
        JSON.stringify(await LOADED[loader as LoaderName](loaders, id), (_key, value) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
    }),
    loaders: t.intList({
      resolve: (_look, _args, { loaders }) => names.map((name) => numberOf(loaders[name])),
    }),
  }),
})
const look = {
  description: 'Changes nothing, and shows what a loader gives.',
  input: LookInput,
  result: result('LookResult', LookPayload, [UnauthenticatedError, ValidationError]),
  inputSchema: z.object({ loader: z.string(), id: z.string() }),
}
mutation('look', { ...look, rule: async (_tx, input) => input })
mutationOutsideTransaction('lookOutside', { ...look, rule: async (input) => ({ ...input, replayed: false }) })

let world: World

beforeAll(async () => {
  world = await moneyWorld()
})
afterAll(async () => {
  await world.app.stop()
})

/** Returns the values of a loader before and after a mutation of the same operation. */
async function around(
  viewer: Person,
  [loader, id]: [LoaderName, string],
  [change, inputType, input]: [string, string, object],
): Promise<unknown[]> {
  const { data, errors } = await viewer.send(
    `mutation ($look: LookInput!, $input: ${inputType}!) {
      before: look(input: $look) { ... on LookPayload { value } }
      change: ${change}(input: $input) { __typename ... on Error { message } }
      after: look(input: $look) { ... on LookPayload { value } }
    }`,
    { look: { loader, id }, input },
  )
  expect(errors).toBeUndefined()
  const { before, change: changed, after } = data as unknown as Record<string, { value: string; __typename: string }>
  expect(changed?.__typename).toMatch(/Payload$/)
  return [before, after].map((one) => JSON.parse(String(one?.value)))
}

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })

async function heldTask() {
  const task = await taskAtWork(world)
  const { data } = await world.fay.send('query ($id: ID!) { task(id: $id) { hold { id } } }', { id: task.id })
  const { hold } = (data as unknown as { task: { hold: { id: string } } }).task
  return { task, hold }
}

const refund = (holdId: string) => ({ holdId, amount: euros('1.00'), reason: 'A part.', idempotencyKey: randomUUID() })

describe('every loader', () => {
  test('is tested here', () => {
    const getters = Object.entries(Object.getOwnPropertyDescriptors(Loaders.prototype)).filter(([, { get }]) => get)
    expect(getters.map(([name]) => name).sort()).toEqual([...names].sort())
  })

  test.each([
    ['in a transaction', 'look'],
    ['outside of one', 'lookOutside'],
  ])(
    'is another one behind a mutation %s, and the same for all that one mutation answers with',
    async (_where, field) => {
      const selection = '... on LookPayload { loaders again: loaders }'
      const { data } = await world.anna.send(
        `mutation ($look: LookInput!) {
        first: ${field}(input: $look) { ${selection} }
        refused: ${field}(input: { loader: "", id: "" }) { __typename }
        second: ${field}(input: $look) { ${selection} }
      }`,
        { look: { loader: 'tasks', id: world.anna.uuid } },
      )
      const { first, second } = data as unknown as Record<string, { loaders: number[]; again: number[] }>
      expect(first?.again).toEqual(first?.loaders)
      expect(second?.again).toEqual(second?.loaders)
      expect(names.filter((_, place) => first?.loaders[place] === second?.loaders[place])).toEqual([])
    },
  )
})

describe('a later mutation sees the change of an earlier one', () => {
  test('to unread counts', async () => {
    const { anna, ben, chat } = await pairInChat(world.app)
    await says(ben, chat, 'Hello.')
    await says(ben, chat, 'Hello?')
    const { data } = await anna.send(
      `mutation ($message: SendMessageInput!, $mark: MarkReadInput!) {
        sent: sendMessage(input: $message) { ... on MessagePayload { chat { unreadCount } } }
        read: markRead(input: $mark) { ... on MarkReadPayload { chat { unreadCount } } }
      }`,
      { message: { chatId: chat.id, body: 'Yes.' }, mark: { chatId: chat.id, upToSequence: 2 } },
    )
    expect(data).toEqual({ sent: { chat: { unreadCount: 2 } }, read: { chat: { unreadCount: 0 } } })
  })

  test('to the money of a task', async () => {
    const { hold } = await heldTask()
    const { data } = await world.fay.send(
      `mutation ($first: RefundHoldInput!, $second: RefundHoldInput!) {
        first: refundHold(input: $first) { ...left }
        second: refundHold(input: $second) { ...left }
      }
      fragment left on RefundPayload { hold { remaining { amount } task { moneyTrail { held { amount } } } } }`,
      { first: refund(hold.id), second: refund(hold.id) },
    )
    const left = (amount: string) => ({
      hold: { remaining: { amount }, task: { moneyTrail: { held: { amount } } } },
    })
    expect(data).toEqual({ first: left('19.00'), second: left('18.00') })
  })

  test('to the balance of an account', async () => {
    const { task, hold } = await heldTask()
    const { id } = await world.app.prisma.ledgerAccount.findFirstOrThrow({ where: { taskId: task.uuid } })
    const [before, after] = await around(
      world.fay,
      ['accountBalances', id],
      ['refundHold', 'RefundHoldInput', refund(hold.id)],
    )
    expect(Number(before) - Number(after)).toBe(100)
  })

  test('to the balance of a statement', async () => {
    const { hold } = await heldTask()
    const [before, after] = await around(
      world.fay,
      ['statementBalances', world.anna.uuid],
      ['refundHold', 'RefundHoldInput', refund(hold.id)],
    )
    expect(Number(before) - Number(after)).toBe(100)
  })

  test('to the applications of a task', async () => {
    const task = await world.anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const apply: [string, string, object] = ['applyToTask', 'ApplyToTaskInput', { taskId: task.id }]
    expect(await around(world.ben, ['tasks', task.uuid], apply)).toEqual([0, 1])
  })

  test('to the queue, and to the rating of an agent', async () => {
    const { app } = world
    const [cora, gil] = [await someone(app, 'Cora'), await someone(app, 'Gil', 'AGENT')]
    const claim: [string, string, object] = ['claimNextChat', 'ClaimNextChatInput', {}]
    const first = await cora.seeksHelp()
    await gil.is('BUSY', 2)
    expect(await around(gil, ['queue', first.uuid], claim)).toEqual([1, null])
    await gil.ends(first)
    const rate: [string, string, object] = ['rateChat', 'RateChatInput', { chatId: first.id, score: 4 }]
    expect(await around(cora, ['agentRatings', gil.uuid], rate)).toEqual([
      { average: null, count: 0 },
      { average: '4.00', count: 1 },
    ])
  })
})
