/** What the compiler says to those who use the SDK: right use compiles, and each mistake does not. */
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  AcceptTaskDocument,
  type AcceptTaskMutation,
  CategoriesDocument,
  type Client,
  type FundTaskMutation,
  isRefusal,
  match,
  orThrow,
  type SuccessOf,
  TasksDocument,
} from '../../schema/sdk/index.ts'
import { complaints } from '../support/compile.ts'
import { told } from './results.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PAYLOAD = { __typename: 'OkPayload', ok: true } as const
const NOT_FOUND = { __typename: 'NotFoundError', code: 'NOT_FOUND', message: 'Gone.', retryable: false } as const
const SMALL = `import { match } from '../../schema/sdk/index.ts'
declare const small: { __typename: 'OkPayload' } | { __typename: 'NotFoundError'; message: string }`
type Small = typeof PAYLOAD | typeof NOT_FOUND

/** The text of a fixture. */
const fixture = (name: string): Promise<string> => readFile(join(import.meta.dirname, name), 'utf8')

test('a refusal that is forgotten does not compile, whichever it is', async () => {
  const whole = await fixture('results.ts')
  const members = [...whole.matchAll(/^ {4}(\w+): \(.*\n/gm)]
  const files = Object.fromEntries(members.map(([line, name]) => [`without${name}`, whole.replace(line, '')]))
  const said = await complaints({ whole, ...files })
  expect(said.whole).toBe('')
  expect(members.length).toBeGreaterThan(10)
  for (const [, name = ''] of members) expect(said[`without${name}`]).toContain(`Property '${name}' is missing`)
})

test('a case that is forgotten does not compile, with `unreachable` as the default', async () => {
  const whole = await fixture('switches.ts')
  const cases = [...whole.matchAll(/^ {4}case '(\w+)':\n.*\n/gm)]
  const files = Object.fromEntries(cases.map(([lines, name]) => [`without${name}`, whole.replace(lines, '')]))
  const said = await complaints({ whole, ...files })
  expect(said.whole).toBe('')
  expect(cases.length).toBe(8)
  for (const [, name] of cases) expect(said[`without${name}`]).toContain("not assignable to parameter of type 'never'")
})

test('wrong variables, unknown members and fields that were not asked for do not compile', async () => {
  const head = `import { AcceptTaskDocument, CategoriesDocument, createClient, FundTaskDocument, orThrow, TaskDocument } from '../../schema/sdk/index.ts'
const client = createClient({ url: 'http://127.0.0.1/graphql' })
`
  const said = await complaints({
    right: `${head}
await client.send(CategoriesDocument)
await client.send(FundTaskDocument, { input: { taskId: 'tsk_1', paymentMethodId: 'pm_ok' } })
export const title = orThrow((await client.send(AcceptTaskDocument, { input: { taskId: 'tsk_1' } })).acceptTask).task.title`,
    noVariables: `${head}await client.send(TaskDocument)`,
    wrongType: `${head}await client.send(TaskDocument, { id: 1 })`,
    unknownField: `${head}await client.send(FundTaskDocument, { input: { taskId: 't', paymentMethodId: 'p', amount: 1 } })`,
    notAsked: `${head}export const { deletedAt } = (await client.send(CategoriesDocument)).categories[0]!`,
  })
  expect(said.right).toBe('')
  expect(said.noVariables).toContain('Expected 2-3 arguments')
  expect(said.wrongType).toContain("'number' is not assignable to type 'string'")
  expect(said.unknownField).toContain("'amount' does not exist")
  expect(said.notAsked).toContain("Property 'deletedAt' does not exist")
})

test('answers have the types that were asked for', () => {
  expectTypeOf<SuccessOf<FundTaskMutation['fundTask']>['__typename']>().toEqualTypeOf<'FundTaskPayload'>()
  expectTypeOf<SuccessOf<AcceptTaskMutation['acceptTask']>['task']['id']>().toEqualTypeOf<string>()
  const asked = (client: Client) => client.nodes(TasksDocument, { first: 5 }, ({ tasks }) => tasks)
  expectTypeOf<Awaited<ReturnType<ReturnType<typeof asked>['next']>>['value']>()
    .extract<{ id: string }>()
    .not.toBeNever()
  expectTypeOf(CategoriesDocument.kind).toEqualTypeOf<'query' | 'mutation' | 'subscription'>()
  expect(AcceptTaskDocument).toMatchObject({ kind: 'mutation', name: 'AcceptTask', takesKey: true })
  expect(CategoriesDocument).toMatchObject({ kind: 'query', name: 'Categories', takesKey: false })
})

describe('match', () => {
  test('calls the function of the member that came', () => {
    const say = (result: Small) =>
      match(result, { OkPayload: ({ ok }) => `${ok}`, NotFoundError: ({ message }) => message })
    expect([say(PAYLOAD), say(NOT_FOUND)]).toEqual(['true', 'Gone.'])
  })

  test('has the type of what the functions give, which may differ', async () => {
    const lengthOf = (result: Small) =>
      match(result, { OkPayload: ({ ok }) => [ok], NotFoundError: ({ message }) => message.length })
    expectTypeOf(lengthOf).returns.toEqualTypeOf<number | true[]>()
    expectTypeOf(told).returns.toEqualTypeOf<string>()
    expect([lengthOf(PAYLOAD), lengthOf(NOT_FOUND)]).toEqual([[true], 5])
    const { wrongUse, noMember } = await complaints({
      wrongUse: `${SMALL}
export const text: string = match(small, { OkPayload: () => 1, NotFoundError: ({ message }) => message })`,
      noMember: `${SMALL}
export const text = match(small, { OkPayload: () => 1, NotFoundError: () => 2, ForbiddenError: () => 3 })`,
    })
    expect(wrongUse).toContain("'string | number' is not assignable to type 'string'")
    expect(noMember).toContain("is not assignable to type 'never'")
  })

  test('says so when a newer server answers with what it does not know', () => {
    const unknown = { __typename: 'BrandNewError', code: 'NEW' } as unknown as AcceptTaskMutation['acceptTask']
    expect(() => told(unknown)).toThrow('This version of the SDK does not support BrandNewError')
  })
})

test('orThrow gives the success, and throws a refusal with all that is known of it', () => {
  const given = (result: Small) => orThrow(result)
  expect(given(PAYLOAD).ok).toBe(true)
  expect(() => given(NOT_FOUND)).toThrow(
    expect.objectContaining({ name: 'RefusedError', message: 'Gone.', refusal: NOT_FOUND }),
  )
  expect([isRefusal<Small>(PAYLOAD), isRefusal<Small>(NOT_FOUND)]).toEqual([false, true])
})

test('the documents name no package, and neither does the code', async () => {
  const index = join(ROOT, 'schema/sdk/index.ts')
  const seen = new Set([index, join(ROOT, 'schema/sdk/node.ts')])
  const foreign: string[] = []
  for (const path of seen) {
    const text = await readFile(path, 'utf8')
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      if (target.startsWith('./')) seen.add(join(dirname(path), target))
      else foreign.push(`${path.slice(ROOT.length + 1)}: ${target}`)
    }
  }
  expect(seen.size).toBeGreaterThan(10)
  expect(foreign.every((one) => one.startsWith('schema/sdk/node.ts: node:'))).toBe(true)
})
