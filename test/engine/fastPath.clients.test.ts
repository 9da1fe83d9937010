/** Requests of common clients take the fast path: libraries with their defaults, and tools by their documented headers. */
import { createHash } from 'node:crypto'
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { Client, fetchExchange } from '@urql/core'
import { initGraphQLTada } from 'gql.tada'
import { type DocumentNode, parse } from 'graphql'
import { GraphQLClient } from 'graphql-request'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CategoriesDocument, createClient, SetTypingDocument } from '../../schema/sdk/index.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const READ = 'query Read($first: Int) { tasks(first: $first) { nodes { id title } } }'
const CHANGE = 'mutation Change($input: SetTypingInput!) { setTyping(input: $input) { __typename } }'
const VARIABLES = { first: 2 }
const INPUT = { input: { chatId: 'tch_nothing', typing: true } }

let app: TestApp
let url: string
let anna: Person
let authorization: Record<string, string>

beforeAll(async () => {
  app = await startApp({ fastPath: true })
  url = `${await app.listen()}/graphql`
  anna = await person(app, 'Anna')
  authorization = { authorization: `Bearer ${anna.accessToken}` }
})
afterAll(async () => {
  await app.stop()
})

const taken = async () => {
  const text = await (await fetch(url.replace('/graphql', '/metrics'))).text()
  return Number(/^errand_direct_lane_requests_total (\d+)/m.exec(text)?.[1])
}

/** Expects that the fast path serves the request after the slow path has seen its document. */
async function expectTaken(send: () => Promise<unknown>): Promise<void> {
  const first = await send()
  expect(JSON.stringify(first)).toMatch(/"(nodes|categories|__typename)"/)
  const before = await taken()
  expect(await send()).toEqual(first)
  expect((await taken()) - before).toBe(1)
}

describe('with its defaults', () => {
  test('Apollo Client', async () => {
    const client = new ApolloClient({
      link: new HttpLink({ uri: url, headers: authorization }),
      cache: new InMemoryCache(),
    })
    await expectTaken(async () => {
      const { data } = await client.query({ query: gql(READ), variables: VARIABLES, fetchPolicy: 'network-only' })
      return data
    })
    await expectTaken(async () => {
      const { data } = await client.mutate({ mutation: gql(CHANGE), variables: INPUT })
      return data
    })
  })

  test('urql, whose queries come by GET', async () => {
    const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers: authorization } })
    await expectTaken(async () => (await client.query(READ, VARIABLES).toPromise()).data)
    await expectTaken(async () => (await client.mutation(CHANGE, INPUT).toPromise()).data)
  })

  test('urql, anonymous', async () => {
    const client = new Client({ url, exchanges: [fetchExchange] })
    await expectTaken(async () => (await client.query(READ.replace('Read', 'Nobody'), VARIABLES).toPromise()).data)
  })

  test('graphql-request, also with documents of gql.tada and graphql-codegen', async () => {
    const client = new GraphQLClient(url, { headers: authorization })
    await expectTaken(() => client.request(READ, VARIABLES))
    await expectTaken(() => client.request(CHANGE, INPUT))
    const graphql = initGraphQLTada<{ introspection: never }>() as unknown as (text: string) => DocumentNode
    await expectTaken(() => client.request(graphql(READ.replace('Read', 'ByTada')), VARIABLES))
    await expectTaken(() => client.request(parse(READ.replace('Read', 'ByCodegen')), VARIABLES))
  })

  test('the SDK', async () => {
    const client = createClient({ url, token: anna.accessToken })
    await expectTaken(() => client.send(CategoriesDocument))
    await expectTaken(async () => {
      // A refusal contains its request id, which differs.
      const { __typename } = (await client.send(SetTypingDocument, INPUT)).setTyping
      return { __typename }
    })
  })
})

interface Tool {
  name: string
  headers: Record<string, string>
  /** The body besides the document. */
  body: object
}

// From their documentation, or recorded. All send `content-length` and `host`, too.
const TOOLS: Tool[] = [
  {
    name: 'curl --json',
    headers: { accept: 'application/json', 'user-agent': 'curl/8.11.0' },
    body: {},
  },
  { name: 'curl -d', headers: { accept: '*/*', 'user-agent': 'curl/8.11.0' }, body: {} },
  {
    name: 'Insomnia',
    headers: { accept: '*/*', 'user-agent': 'insomnia/11.0.0' },
    body: { operationName: 'Read', variables: VARIABLES },
  },
  {
    name: 'Postman',
    headers: {
      accept: '*/*',
      'user-agent': 'PostmanRuntime/7.43.0',
      'accept-encoding': 'gzip, deflate, br',
      'cache-control': 'no-cache',
      'postman-token': '5f0f6d5e-6f5c-4e0f-8f6e-0a4f6a1f9d0b',
      connection: 'keep-alive',
    },
    body: { variables: VARIABLES },
  },
  {
    name: 'GraphiQL',
    headers: { accept: 'application/json, multipart/mixed' },
    body: { operationName: 'Read', variables: VARIABLES },
  },
  {
    name: 'Relay, by the network function of its guide',
    headers: { accept: '*/*' },
    body: { variables: VARIABLES },
  },
  {
    name: 'graphql-codegen, by the function of its client preset',
    headers: { accept: 'application/graphql-response+json' },
    body: { variables: VARIABLES },
  },
  {
    name: 'Apollo Kotlin',
    headers: {
      accept: 'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
      'user-agent': 'okhttp/4.12.0',
    },
    body: {
      operationName: 'Read',
      variables: VARIABLES,
      extensions: { clientLibrary: { name: 'apollo-kotlin', version: '4.3.0' } },
    },
  },
  {
    name: 'Apollo Client with persisted queries, once the server has asked for the text',
    headers: { accept: 'application/graphql-response+json,application/json;q=0.9' },
    body: {
      operationName: 'Read',
      variables: VARIABLES,
      extensions: {
        clientLibrary: { name: '@apollo/client', version: '4.3.8' },
        persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(READ).digest('hex') },
      },
    },
  },
  {
    name: 'a page in a browser',
    headers: {
      accept: '*/*',
      'accept-language': 'de-DE,de;q=0.9',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'sec-ch-ua': '"Chromium";v="131"',
      'sec-fetch-dest': 'empty',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'same-origin',
      referer: 'http://127.0.0.1/app',
      cookie: 'theme=dark',
      priority: 'u=1, i',
    },
    body: { variables: VARIABLES, operationName: null, extensions: null },
  },
]

describe('as it documents its requests', () => {
  test.each(TOOLS)('$name', async ({ headers, body }) => {
    await expectTaken(async () => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers, ...authorization },
        body: JSON.stringify({ query: READ, ...body }),
      })
      return answer.json()
    })
  })
})
