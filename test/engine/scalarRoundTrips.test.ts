/** Round trips of values: each value of a scalar that the API returns can be sent back, and means the same. */
import { readdir, readFile } from 'node:fs/promises'
import fc from 'fast-check'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  GraphQLScalarType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  separateOperations,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../src/api/schema.ts'
import { CURRENCY_EXPONENTS } from '../../src/domain/currencies.ts'
import { ask, refusal } from '../support/ask.ts'
import { endpointOf } from '../support/outgoing/webhooks.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { type Actor, actor, expectRefusal, type Named } from '../support/story.ts'

let app: TestApp
let anna: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

const DAY_MS = 86_400_000
const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

describe('every scalar of every query', () => {
  interface Leaf {
    scalar: string
    value: unknown
  }

  /** The values of custom scalars in a response. */
  function leavesOf(document: DocumentNode, data: unknown): Leaf[] {
    const fragments = new Map<string, FragmentDefinitionNode>()
    for (const node of document.definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    const leaves: Leaf[] = []
    const walk = (
      type: GraphQLNamedType | undefined | null,
      { selections }: SelectionSetNode,
      objects: unknown[],
    ): void => {
      for (const selection of selections) {
        if (selection.kind !== Kind.FIELD) {
          const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
          const condition = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type
          if (fragment) walk(condition, fragment.selectionSet, objects)
          continue
        }
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
        if (!field) continue
        const named = getNamedType(field.type)
        const key = selection.alias?.value ?? selection.name.value
        const values = objects
          .flatMap((object) => [(object as Record<string, unknown>)[key]].flat(3))
          .filter((value) => value != null)
        if (isCompositeType(named) && selection.selectionSet) walk(named, selection.selectionSet, values)
        else if (!isSpecifiedScalarType(named)) leaves.push(...values.map((value) => ({ scalar: named.name, value })))
      }
    }
    for (const node of document.definitions)
      if (node.kind === Kind.OPERATION_DEFINITION) walk(schema.getQueryType(), node.selectionSet, [data])
    return leaves
  }

  test('parses its own output, and serializes it to the same', async () => {
    const fay = await actor(app, 'Fay', 'FINANCE', 'ADMIN')
    const ben = await actor(app, 'Ben')
    const location = { label: 'Tartu', latitude: '-58.378', longitude: '0.000001', remote: true }
    const task = await anna.posts({ deadline: inDays(3), location, budget: euros('20.5') })
    await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    const transfer = await anna.approves(task)
    const chat = await app.prisma.chat.findFirstOrThrow({ where: { taskId: task.uuid } })
    const span = { from: inDays(-1), to: inDays(1), currencyCode: 'EUR' }
    const variables: Record<string, unknown> = { taskId: task.id, id: task.id, as: 'POSTER', first: 20 }
    const special: Record<string, object> = {
      User: { id: ben.id },
      Transfer: { id: transfer.id },
      MyStatement: span,
      PlatformStatement: span,
      WebhookDeliveries: { endpointId: (await endpointOf(anna, 'https://example.com/hook')).id },
    }
    const operations = new URL('../../schema/operations/', import.meta.url)
    const files = (await readdir(operations)).filter((name) => name.endsWith('.graphql'))
    const texts = await Promise.all(files.map((name) => readFile(new URL(name, operations), 'utf8')))
    const seen = new Map<string, Set<unknown>>()
    for (const [name, document] of Object.entries(separateOperations(parse(texts.join('\n'))))) {
      if (!document.definitions.some((node) => 'operation' in node && node.operation === 'query')) continue
      for (const viewer of [anna, ben, fay]) {
        const { data, errors } = await viewer.send(print(document), {
          ...variables,
          ...special[name],
        })
        expect(data, `${name}: ${errors?.[0]?.message}`).toBeDefined()
        for (const { scalar, value } of leavesOf(document, data)) {
          if (!seen.has(scalar)) seen.set(scalar, new Set())
          seen.get(scalar)?.add(value)
        }
      }
    }
    expect(chat.taskId).toBe(task.uuid)
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining(['DateTime', 'Decimal', 'BigInt', 'CurrencyCode', 'EventCursor', 'EmailAddress']),
    )
    const changed: unknown[] = []
    for (const [name, values] of seen) {
      const scalar = schema.getType(name)
      if (!(scalar instanceof GraphQLScalarType)) continue
      for (const value of values) {
        const again = scalar.serialize(scalar.parseValue(value))
        if (String(again) !== String(value)) changed.push([name, value, again])
      }
    }
    expect(changed).toEqual([])
  })
})

describe.each(['sql', 'prisma'] as const)('a task read with READER=%s', (reader) => {
  let app: TestApp
  let anna: Actor

  beforeAll(async () => {
    app = await startApp({ reader })
    anna = await actor(app, 'Anna')
  })
  afterAll(async () => {
    await app.stop()
  })

  const FIELDS = /* GraphQL */ `
    query ($id: ID!) {
      task(id: $id) {
        version title description deadline
        budget { amount currencyCode }
        location { label latitude longitude remote }
      }
    }
  `
  interface Content {
    version: number
    title: string
    deadline: string | null
    budget: { amount: string; currencyCode: string }
    location: { label: string; latitude: string | null; longitude: string | null; remote: boolean } | null
  }
  const read = async ({ id }: Pick<Named, 'id'>) => (await ask<{ task: Content }>(anna, FIELDS, { id })).task

  const digits = (max: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: max }).map((list) => list.join(''))
  const degrees = (most: number) =>
    fc
      .tuple(fc.constantFrom('', '-'), fc.integer({ min: 0, max: most - 1 }), digits(6), fc.constantFrom('', '0', '00'))
      .map(([sign, whole, fraction, zeros]) => `${sign}${zeros}${whole}${fraction && `.${fraction}`}`)
  const moments = fc
    .tuple(
      fc.integer({ min: 60_000, max: 3_600 * DAY_MS }),
      fc.integer({ min: -23, max: 23 }),
      fc.constantFrom('00', '30', '59'),
      digits(9),
    )
    .map(([ahead, hours, minutes, fraction]) => {
      const day = new Date(Date.now() + ahead).toISOString().slice(0, 19)
      return `${day}${fraction && `.${fraction}`}${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:${minutes}`
    })
    .filter((text) => new Date(text).getTime() > Date.now() + 60_000)
  const budgets = fc
    .tuple(fc.constantFrom(...CURRENCY_EXPONENTS.keys()), fc.integer({ min: 2, max: 999_999_999 }), fc.nat(9_999))
    .map(([currencyCode, whole, fraction]) => {
      const exponent = CURRENCY_EXPONENTS.get(currencyCode) ?? 0
      const cents = String(fraction).padStart(4, '0').slice(0, exponent)
      return { currencyCode, amount: `00${whole}${cents && `.${cents}`}${exponent === 2 ? '00' : ''}` }
    })

  test('can be sent back as it was read, in whatever notation it was written', async () => {
    const contents = fc.record({
      budget: budgets,
      deadline: fc.option(moments),
      location: fc.option(
        fc.record({
          label: fc.constantFrom('Tartu', 'Cafe\u0301'),
          latitude: degrees(90),
          longitude: degrees(180),
          remote: fc.boolean(),
        }),
      ),
    })
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        const task = await anna.drafts(content)
        const { version, ...stored } = await read(task)
        expect(new Date(stored.deadline ?? 0)).toEqual(new Date(content.deadline ?? 0))
        expect(Number(stored.location?.latitude ?? 0)).toBeCloseTo(Number(content.location?.latitude ?? 0), 9)
        expect(stored.location?.latitude ?? '0').toMatch(/^-?\d+(\.\d{0,5}[1-9])?$/)
        expect(stored.location?.longitude ?? '0').not.toBe('-0')
        await anna.does('updateTask', { taskId: task.id, expectedVersion: version, ...stored })
        expect(await read(task)).toEqual({ version: version + 1, ...stored })
        const { id } = await anna.drafts(stored)
        expect(await read({ id })).toEqual({ version: 1, ...stored })
      }),
      { numRuns: 40 },
    )
  })
})

describe('a moment', () => {
  const LIST = 'query ($before: DateTime) { tasks(filter: { deadlineBefore: $before }) { nodes { id } } }'
  const inDocument = (moment: string) => `{ tasks(filter: { deadlineBefore: "${moment}" }) { nodes { id } } }`

  test.each([
    '9999-12-31T23:59:59-12:00',
    '9999-12-31T23:59:59.999-00:01',
    '0001-01-01T00:00:00+00:01',
    '0000-12-31T23:59:59Z',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-02-29T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
  ])('%s is refused, because the API could not return it', async (moment) => {
    expect(await refusal(anna, LIST, { before: moment })).toBe('BAD_USER_INPUT')
    expect((await anna.send(inDocument(moment))).errors).toHaveLength(1)
  })

  test.each([
    '0001-01-01T00:00:00Z',
    '0099-06-01T12:00:00+12:00',
    '9999-12-31T23:59:59.999Z',
    '2026-01-01t00:00:00.1234567z',
  ])('%s is accepted', async (moment) => {
    await ask(anna, LIST, { before: moment })
    await ask(anna, inDocument(moment))
    const near = '{ latitude: "0", longitude: "0", radiusKm: 1 }'
    await ask(anna, `{ tasks(filter: { deadlineBefore: "${moment}", near: ${near} }) { nodes { id } } }`)
  })
})

describe('a deadline', () => {
  const farthest = () => {
    const moment = new Date(Date.now() - DAY_MS)
    moment.setUTCFullYear(moment.getUTCFullYear() + 10)
    return moment.toISOString()
  }
  const tooFar = () => new Date(Date.parse(farthest()) + 2 * DAY_MS).toISOString()
  const refused = (path: string[]) => ({
    __typename: 'ValidationError',
    fields: [{ path, message: 'The deadline is more than 10 years ahead. Send an earlier one.' }],
  })

  test('is at most ten years ahead, in a new task and in a changed one', async () => {
    const task = await anna.posts({ deadline: farthest() })
    for (const deadline of [tooFar(), '9999-12-31T23:59:59.999Z']) {
      const content = { title: 'Paint', description: 'White.', budget: euros('20.00'), deadline }
      await expectRefusal(app, anna, 'createTask', content, refused(['input', 'deadline']))
      const change = { taskId: task.id, expectedVersion: 1, deadline }
      await expectRefusal(app, anna, 'updateTask', change, refused(['input', 'deadline']))
    }
  })

  test('of a draft that was written in another way is checked when it is published', async () => {
    const task = await anna.drafts()
    await app.database.run`/* testDeadline */ update tasks set deadline = ${new Date(tooFar())} where id = ${task.uuid}`
    await expectRefusal(app, anna, 'publishTask', { taskId: task.id }, refused(['task', 'deadline']))
    const query = 'query ($id: ID!) { task(id: $id) { availableActions { action allowed blockedBy { code } } } }'
    const { task: shown } = await ask<{ task: { availableActions: object[] } }>(anna, query, { id: task.id })
    expect(shown.availableActions).toContainEqual({
      action: 'PUBLISH',
      allowed: false,
      blockedBy: { code: 'VALIDATION_FAILED' },
    })
  })
})
