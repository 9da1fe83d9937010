/** Common clients work with their defaults: a query, a mutation, and an upload or a subscription if they support it. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ApolloClient, gql, InMemoryCache } from '@apollo/client'
import { cacheExchange, fetchExchange, Client as UrqlClient } from '@urql/core'
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs'
import { GraphQLClient } from 'graphql-request'
import { createClient as createSseClient } from 'graphql-sse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from '../support/people.ts'
import { recordTestEvent } from '../support/recordTestEvent.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { taskRow } from '../support/worlds/rows.ts'

const TASK = 'query Task($id: ID!) { task(id: $id) { id title poster { displayName } } }'
const CREATE = `mutation Create($input: CreateTaskInput!) {
  createTask(input: $input) { __typename ... on TaskPayload { task { id title } } ... on ValidationError { message } }
}`
const UPLOAD = `mutation Upload($input: UploadFileInput!) {
  uploadFile(input: $input) { __typename ... on AttachmentPayload { attachment { id filename byteSize } } }
}`
const STREAM = `subscription Stream($id: ID!, $after: EventCursor) {
  task(id: $id, after: $after) { __typename ... on TaskEvent { reason } }
}`
const INPUT = {
  title: 'From the field',
  description: 'As clients send it.',
  budget: { amount: '20.00', currencyCode: 'EUR' },
}
const TEXT = 'Notes for the tasker.\n'
const BEGINNING = 'ec_0'

const hasCurl = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'curl')))

let app: TestApp
let url: string
let anna: Person
let task: Awaited<ReturnType<typeof taskRow>>
let headers: Record<string, string>

beforeAll(async () => {
  app = await startApp()
  url = `${await app.listen()}/graphql`
  anna = await person(app, 'Anna')
  task = await taskRow(app, { poster: anna })
  headers = { authorization: `Bearer ${anna.accessToken}` }
  await recordTestEvent(app, { task, by: anna, concerns: [anna], reason: 'something new' })
})
afterAll(() => app.stop())

const TASK_SEEN = { title: 'Paint the fence', poster: { displayName: 'Anna' } }
const CREATED = { __typename: 'TaskPayload', task: { title: 'From the field' } }
const UPLOADED = {
  __typename: 'AttachmentPayload',
  attachment: { filename: 'notes.txt', byteSize: String(TEXT.length) },
}
const HAPPENED = { __typename: 'TaskEvent', reason: 'something new' }

const file = () => new File([TEXT], 'notes.txt', { type: 'text/plain' })

test('Apollo Client with its upload link', async () => {
  // The CSRF header that Apollo Server requires for uploads, too.
  const link = new UploadHttpLink({ uri: url, headers: { ...headers, 'apollo-require-preflight': 'true' } })
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  const read = await client.query({ query: gql(TASK), variables: { id: task.id } })
  expect(read.data).toMatchObject({ task: TASK_SEEN })
  const created = await client.mutate({ mutation: gql(CREATE), variables: { input: INPUT } })
  expect(created.data).toMatchObject({ createTask: CREATED })
  const variables = { input: { purpose: 'TASK', file: file() } }
  const uploaded = await client.mutate({ mutation: gql(UPLOAD), variables })
  expect(uploaded.data).toMatchObject({ uploadFile: UPLOADED })
})

test('urql, with files and subscriptions', async () => {
  const client = new UrqlClient({
    url,
    preferGetMethod: false,
    fetchSubscriptions: true,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: { headers: { ...headers, 'x-graphql-yoga-csrf': '1' } },
  })
  expect((await client.query(TASK, { id: task.id })).data).toMatchObject({ task: TASK_SEEN })
  expect((await client.mutation(CREATE, { input: INPUT })).data).toMatchObject({ createTask: CREATED })
  const uploaded = await client.mutation(UPLOAD, { input: { purpose: 'TASK', file: file() } })
  expect(uploaded.data).toMatchObject({ uploadFile: UPLOADED })
  const item = await new Promise((resolve) => {
    const { unsubscribe } = client.subscription(STREAM, { id: task.id, after: BEGINNING }).subscribe(({ data }) => {
      resolve(data)
      setTimeout(() => unsubscribe())
    })
  })
  expect(item).toMatchObject({ task: HAPPENED })
})

test('urql with its defaults, anonymous, which sends queries by GET', async () => {
  const client = new UrqlClient({ url, exchanges: [cacheExchange, fetchExchange] })
  expect(await client.query(TASK, { id: task.id })).toMatchObject({ error: undefined, data: { task: TASK_SEEN } })
  expect((await client.mutation(CREATE, { input: INPUT })).data).toEqual({
    createTask: { __typename: 'UnauthenticatedError' },
  })
})

test('graphql-request', async () => {
  const client = new GraphQLClient(url, { headers })
  expect(await client.request(TASK, { id: task.id })).toMatchObject({ task: TASK_SEEN })
  expect(await client.request(CREATE, { input: INPUT })).toMatchObject({ createTask: CREATED })
})

test('graphql-sse', async () => {
  const client = createSseClient({ url, headers })
  const items = client.iterate({ query: STREAM, variables: { id: task.id, after: BEGINNING } })
  expect((await items.next()).value).toMatchObject({ data: { task: HAPPENED } })
  await items.return?.()
  client.dispose()
})

describe.skipIf(!hasCurl)('curl (skipped if it is not installed)', () => {
  const token = () => ['-H', `authorization: Bearer ${anna.accessToken}`]
  const json = (query: string, variables: object) => [
    ...['-sS', url, ...token(), '-H', 'content-type: application/json'],
    ...['-d', JSON.stringify({ query, variables })],
  ]
  const curl = async (...options: string[]) => JSON.parse((await promisify(execFile)('curl', options)).stdout)

  test('sends queries and mutations', async () => {
    expect(await curl(...json(TASK, { id: task.id }))).toMatchObject({ data: { task: TASK_SEEN } })
    expect(await curl(...json(CREATE, { input: INPUT }))).toMatchObject({ data: { createTask: CREATED } })
  })

  test('uploads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'errand-curl-'))
    try {
      await writeFile(join(folder, 'notes.txt'), TEXT)
      const operations = JSON.stringify({ query: UPLOAD, variables: { input: { purpose: 'TASK', file: null } } })
      const form = ['-F', `operations=${operations}`, '-F', 'map={"0":["variables.input.file"]}', '-F', '0=@notes.txt']
      const options = ['-sS', url, ...token(), '-H', 'x-errand-csrf: 1', ...form]
      const { stdout } = await promisify(execFile)('curl', options, { cwd: folder })
      expect(JSON.parse(stdout)).toMatchObject({ data: { uploadFile: UPLOADED } })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('follows a subscription', async () => {
    const options = [...json(STREAM, { id: task.id, after: BEGINNING }), '-N', '-H', 'accept: text/event-stream']
    const child = spawn('curl', options, { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    for await (const piece of child.stdout.setEncoding('utf8')) {
      output += piece
      if (output.includes('something new')) break
    }
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(output).toMatch(/^event: next\ndata: \{"data":\{"task":\{.*"reason":"something new"/m)
  })
})
