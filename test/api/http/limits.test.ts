/** Limits on operations, and the visibility of the schema. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  concatAST,
  getIntrospectionQuery,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  separateOperations,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { codesOf, post } from '../../support/servers/http.ts'

const OPERATIONS = join(import.meta.dirname, '../../../schema/operations')

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})

const repeated = (count: number, piece: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => piece(index)).join(' ')

describe('an operation', () => {
  test.each([
    ['is nested a thousand deep', `{${'node{'.repeat(1_000)}${'}'.repeat(1_000)}}`],
    ['is nested seventeen deep', `{${'tasks{nodes{poster{'.repeat(6)} id ${'}}}'.repeat(6)}}`],
    ['has a list nested two thousand deep', `{ node(id: ${'['.repeat(2_000)}) { id } }`],
    ['has five thousand aliases', `{ ${repeated(5_000, (n) => `a${n}: apiInfo { version }`)} }`],
    ['has thirty-one aliases', `{ ${repeated(31, (n) => `a${n}: apiInfo { version }`)} }`],
    [
      'has thirty-one aliases, most of them in a fragment',
      `{ x: apiInfo { version } ...f } fragment f on Query { ${repeated(30, (n) => `a${n}: apiInfo { version }`)} }`,
    ],
    ['has a hundred directives', `{ apiInfo { version ${repeated(100, () => '@include(if: true)')} } }`],
    ['has too many words', `{ apiInfo { ${repeated(2_000, () => 'version')} } }`],
    ['is too long', `{ apiInfo { version } } # ${'x'.repeat(40_000)}`],
    [
      'nests large pages',
      '{ tasks(first: 100) { nodes { applications(first: 100) { nodes { id price { amount } } } } } }',
    ],
    [
      'nests large pages by fragments',
      '{ tasks(first: 100) { nodes { ...a } } } fragment a on Task { applications(first: 100) { nodes { id price { amount } } } }',
    ],
  ])('that %s is refused as too costly', async (_what, query) => {
    const answer = await post(url, { query })
    expect(answer.status).toBe(400)
    expect(codesOf(answer)).toEqual(['COST_EXCEEDED'])
  })

  test('has a cost that depends on its variables', async () => {
    const query = `query ($first: Int) { tasks(first: $first) { nodes { applications(first: $first) { nodes { id price { amount } } } } } }`
    expect((await post(url, { query, variables: { first: 20 } })).body.errors).toBeUndefined()
    expect(codesOf(await post(url, { query, variables: { first: 100 } }))).toEqual(['COST_EXCEEDED'])
  })

  test('with an invalid argument does not bypass the cost limit', async () => {
    const query = `query ($ids: [ID!] = []) { nodes(ids: $ids) { id } tasks(first: 100) { nodes { applications(first: 100) { nodes { id } } } } }`
    const answer = await post(url, { query, variables: { ids: null } })
    expect(answer.body.data).toBeUndefined()
    expect(answer.status).toBe(200)
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT'])
  })

  test('that repeats a field up to the limit is answered or refused, never an outage', async () => {
    const answer = await post(url, { query: `{ apiInfo { ${repeated(1_900, () => 'version')} } }` })
    expect(codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect((await post(url, { query: '{ apiInfo { version } }' })).status).toBe(200)
  })
})

test('every operation of the SDK is within the cost limit, with the largest pages', async () => {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'))
  const documents = await Promise.all(files.map(async (name) => parse(await readFile(join(OPERATIONS, name), 'utf8'))))
  const operations = Object.values(separateOperations(concatAST(documents)))
  expect(operations.length).toBeGreaterThan(30)
  for (const document of operations) {
    // Nothing runs without the required variables, but the cost is checked before.
    const answer = await post(url, {
      query: print(document),
      variables: pagesOf(document.definitions.find(isOperation)),
    })
    expect(codesOf(answer)).not.toContain('COST_EXCEEDED')
    expect(codesOf(answer)).not.toContain('GRAPHQL_VALIDATION_FAILED')
  }
})

const isOperation = (node: { kind: string }): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION

function pagesOf(operation: OperationDefinitionNode | undefined): Record<string, unknown> {
  const names = (operation?.variableDefinitions ?? []).map(
    ({ variable, type }) => [variable.name.value, print(type)] as const,
  )
  return Object.fromEntries(
    names.flatMap(([name, type]): [string, unknown][] => {
      if (name === 'first' || name === 'last') return [[name, 100]]
      return type === 'ID!' ? [[name, 'tsk_nothing']] : []
    }),
  )
}

describe('the schema', () => {
  test('is visible to tools if introspection is on', async () => {
    const answer = await post(url, { query: getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }) })
    expect(answer.body.errors).toBeUndefined()
    const printed = await fetch(`${url}/schema.graphql`)
    expect(await printed.text()).toContain('type Task implements Node')
  })

  test('cannot be queried recursively', async () => {
    const query = '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }'
    expect(codesOf(await post(url, { query }))).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  test('is hidden if introspection is off, including suggestions', async () => {
    const closed = await startApp({ introspection: false, graphiql: false })
    try {
      const closedUrl = await closed.listen()
      const query = '{ __schema { queryType { name } } }'
      expect(new Set(codesOf(await post(closedUrl, { query })))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']))
      const guess = await post(closedUrl, { query: '{ categoriez { name } }' })
      expect(guess.body.errors?.[0]?.message).not.toContain('categories')
      expect((await fetch(`${closedUrl}/schema.graphql`)).status).toBe(404)
      const page = await fetch(`${closedUrl}/graphql`, { headers: { accept: 'text/html' } })
      expect([page.status, page.headers.get('content-type')]).toEqual([406, 'application/json; charset=utf-8'])
    } finally {
      await closed.stop()
    }
  })
})

describe('GraphiQL', () => {
  test('is one page without external resources, with the operations in its tabs', async () => {
    const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html,application/xhtml+xml' } })
    const html = await page.text()
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(html.includes('mutation AcceptTask($input: AcceptTaskInput!)')).toBe(true)
    const outside = html.slice(0, html.indexOf('<script>'))
    expect(/(?:src|href)="(?!data:)|url\((?!"?data:)|@import/.exec(outside)).toBeNull()
  })

  test('allows only its own script, and no framing', async () => {
    const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })
    const policy = page.headers.get('content-security-policy')
    await page.body?.cancel()
    expect(policy).toMatch(/^default-src 'none'; script-src( 'sha256-[\w+/]{43}='){2}; /)
    expect(policy).toContain("frame-ancestors 'none'")
  })

  test('is the target of the redirect from /', async () => {
    const response = await fetch(`${url}/`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql'])
  })
})
