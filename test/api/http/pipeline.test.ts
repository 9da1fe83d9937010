import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { trace } from '../../support/inputs/probe.graphql.ts'
import { type Person, person, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const PROBE = /* GraphQL */ `
  mutation ($input: ProbeInput!) {
    probe(input: $input) {
      __typename
      ... on ProbePayload { replayed categories }
      ... on Error { code message retryable requestId }
      ... on NotFoundError { id }
      ... on ValidationError { fields { path message } }
    }
  }
`

let app: TestApp
let anna: Person

beforeAll(async () => {
  app = await startApp()
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(() => {
  trace.length = 0
})

const countOf = (slug: string) => app.prisma.category.count({ where: { slug } })

test('a success commits before the fields of its payload are read', async () => {
  const answer = await anna.send(PROBE, { input: { slug: 'one', fate: 'succeed' } })
  expect(answer.data?.probe).toEqual({ __typename: 'ProbePayload', replayed: false, categories: 1 })
  expect(trace).toEqual(['rule ran', 'committed', 'child field sees 1'])
})

test('a refusal rolls back before it becomes data', async () => {
  const answer = await anna.send(PROBE, { input: { slug: 'two', fate: 'refuse' } })
  expect(answer.data?.probe).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND', id: 'tsk_nothing' })
  expect(trace).toEqual(['rule ran'])
  expect(await countOf('two')).toBe(0)
})

test('a failing statement rolls back, and its error is masked', async () => {
  const answer = await anna.send(PROBE, { input: { slug: 'three', fate: 'fail' } })
  expect(answer.data).toBeNull()
  expect(JSON.stringify(answer)).not.toMatch(/division|select/i)
  expect(await countOf('three')).toBe(0)
})

test('an anonymous caller is refused before the input is validated', async () => {
  const answer = await send(app, PROBE, { input: { slug: '', fate: 'succeed' } })
  expect(answer.data?.probe).toMatchObject({ __typename: 'UnauthenticatedError' })
  expect(trace).toEqual([])
})

test('another default value under the same key is another request, regardless of the name of its variable', async () => {
  const byDefault = (slug: string) => `
    mutation ($constructor: ProbeInput! = { idempotencyKey: "byDefault", slug: "${slug}", fate: "succeed" }) {
      probe(input: $constructor) { __typename }
    }`
  expect((await anna.send(byDefault('default-one'))).data?.probe).toEqual({ __typename: 'ProbePayload' })
  const { errors } = await anna.send(byDefault('default-two'))
  expect(errors?.[0]?.message).toContain('key')
  expect(await countOf('default-two')).toBe(0)
})

test('an input schema reports every problem at once', async () => {
  const answer = await anna.send(PROBE, { input: { slug: ' ', fate: 'succeed' } })
  expect(answer.data?.probe).toMatchObject({
    __typename: 'ValidationError',
    fields: [{ path: ['input', 'slug'], message: 'This must not be empty.' }],
  })
})

test('the same request under the same key is executed once and replayed', async () => {
  const input = { idempotencyKey: 'k1', slug: 'four', fate: 'succeed' }
  await anna.send(PROBE, { input })
  const again = await anna.send(PROBE, { input })
  expect(again.data?.probe).toEqual({ __typename: 'ProbePayload', replayed: true, categories: 1 })
})
