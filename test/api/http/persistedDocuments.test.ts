/** Persisted documents: by `documentId` and by Apollo's extension, on both paths, and a server that executes nothing else. */
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CategoriesDocument,
  createClient,
  FeeRulesDocument,
  RequestError,
  SignUpDocument,
  TasksDocument,
} from '../../../schema/sdk/index.ts'
import { PersistedDocuments, readPersistedDocuments } from '../../../src/engine/documents/persistedDocuments.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { codesOf, resultOf } from '../../support/servers/http.ts'

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const CATEGORIES = hashOf(CategoriesDocument.text)
const OWN = 'query Own { categories { name } __typename }'
const STRANGERS = 201

let app: TestApp
let url: string
let exclusive: TestApp
let exclusiveUrl: string
const folder = join(tmpdir(), `errand-manifests-${process.pid}`)

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  exclusive = await startApp({ persistedOnly: true })
  exclusiveUrl = await exclusive.listen()
})
afterAll(async () => {
  await app.stop()
  await exclusive.stop()
})

const send = (to: string, body: object, accept = 'application/graphql-response+json') =>
  fetch(`${to}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  }).then(resultOf)

const get = (to: string, parameters: Record<string, string>) =>
  fetch(`${to}/graphql?${new URLSearchParams(parameters)}`, { headers: { 'x-errand-csrf': '1' } }).then(resultOf)

const byHash = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } })

const fastAnswers = async (): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^errand_direct_lane_requests_total (\d+)$/m.exec(text)?.[1] ?? 0)
}

describe('a document of the SDK', () => {
  test.each([
    ['its hash as documentId', { documentId: CATEGORIES }],
    ['the prefix sha256:', { documentId: `sha256:${CATEGORIES}` }],
    ["Apollo's extension", byHash(CATEGORIES)],
    ['its hash and its text', { ...byHash(CATEGORIES), query: CategoriesDocument.text }],
  ])('is executed twice by %s', async (_what, body) => {
    for (const _time of [1, 2]) {
      const answer = await send(url, body)
      expect(answer.status).toBe(200)
      expect(answer.body.data?.categories).toContainEqual(expect.objectContaining({ name: 'Cleaning' }))
    }
  })

  test('is served by the fast path when it is known', async () => {
    await send(url, { documentId: CATEGORIES })
    const before = await fastAnswers()
    await send(url, { documentId: CATEGORIES })
    await send(url, byHash(CATEGORIES))
    await get(url, { documentId: `sha256:${CATEGORIES}` })
    expect((await fastAnswers()) - before).toBe(3)
  })

  test('takes variables and refuses bad ones as its text does', async () => {
    const documentId = hashOf(TasksDocument.text)
    const first = await send(url, { documentId, variables: { first: 1 } })
    expect(first.body.data).toHaveProperty('tasks')
    expect(codesOf(await send(url, { documentId, variables: { first: 'one' } }))).toEqual(['BAD_USER_INPUT'])
  })

  test('is executed by GET on the slow path, too', async () => {
    const fresh = hashOf(FeeRulesDocument.text)
    expect((await get(url, { documentId: fresh })).body).not.toHaveProperty('errors')
  })

  test('that is a mutation is refused by GET', async () => {
    const input = { email: 'get@example.com', password: 'a long password', displayName: 'Get' }
    const answer = await get(url, { documentId: hashOf(SignUpDocument.text), variables: JSON.stringify({ input }) })
    expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
    expect(answer.status).toBe(405)
  })
})

describe('a document that the server does not know', () => {
  test.each([
    ['an unknown hash', { documentId: hashOf('{ __typename }') }],
    ['an unknown id', { documentId: 'none' }],
    ['an empty id', { documentId: '' }],
    ['an id that is no text', { documentId: 1 }],
    ['an unknown hash of Apollo', byHash(hashOf('{ a }'))],
  ])('is refused with the code that Apollo expects: %s', async (_what, body) => {
    const answer = await send(url, body)
    expect(answer.status).toBe(404)
    expect(codesOf(answer)).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
    expect(answer.body.errors?.[0]?.message).toBe('PersistedQueryNotFound')
    expect((await send(url, body, 'application/json')).status).toBe(200)
  })

  test('is executed by its hash once its text was sent with it', async () => {
    expect(codesOf(await send(url, byHash(hashOf(OWN))))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
    expect((await send(url, { ...byHash(hashOf(OWN)), query: OWN })).body.data).toHaveProperty('categories')
    expect((await send(url, byHash(hashOf(OWN)))).body.data).toHaveProperty('categories')
  })

  test('is not kept with the hash of another document, or if it is invalid', async () => {
    const mismatch = await send(url, { ...byHash(hashOf('{ b }')), query: '{ __typename }' })
    expect([mismatch.status, codesOf(mismatch)]).toEqual([400, ['BAD_REQUEST']])
    const invalid = '{ noSuchField }'
    expect(codesOf(await send(url, { ...byHash(hashOf(invalid)), query: invalid }))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ])
    expect(codesOf(await send(url, byHash(hashOf(invalid))))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
  })
})

test('strangers evict each other, but no listed document', () => {
  const documents = new PersistedDocuments(new Map([['listed', '{ listed }']]), false)
  for (let place = 0; place < STRANGERS; place++) documents.keepExecuted(`${place}`, `{ a${place} }`)
  documents.keepExecuted('listed', '{ other }')
  expect(documents.find('0')).toBeUndefined()
  expect(documents.find(`${STRANGERS - 1}`)).toBeDefined()
  expect(documents.find('listed')).toBe('{ listed }')
})

describe('with PERSISTED_ONLY', () => {
  test('listed documents are executed, by id and as text', async () => {
    expect((await send(exclusiveUrl, { documentId: CATEGORIES })).body.data).toHaveProperty('categories')
    expect((await send(exclusiveUrl, { query: CategoriesDocument.text })).body.data).toHaveProperty('categories')
    expect((await send(exclusiveUrl, { query: CategoriesDocument.text })).body.data).toHaveProperty('categories')
  })

  test.each([
    ['as text', { query: OWN }],
    ['with its hash', { ...byHash(hashOf(OWN)), query: OWN }],
    ['as introspection', { query: '{ __schema { types { name } } }' }],
  ])('another document is refused %s, and not remembered', async (_what, body) => {
    expect(codesOf(await send(exclusiveUrl, body))).toEqual(['PERSISTED_ONLY'])
    expect(codesOf(await send(exclusiveUrl, byHash(hashOf(body.query))))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
  })
})

describe('a manifest', () => {
  test.each([
    ['of Relay or Code Generator', JSON.stringify({ own: OWN })],
    [
      'of Apollo',
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'own', name: 'Own', type: 'query', body: OWN }],
      }),
    ],
  ])('%s is read', async (_what, text) => {
    const path = `${folder}-read.json`
    await writeFile(path, text)
    const documents = await readPersistedDocuments({ persistedDocuments: [path], persistedOnly: false })
    expect(documents.find('own')).toBe(OWN)
    expect(documents.find(CATEGORIES)).toBe(CategoriesDocument.text)
    await rm(path)
  })

  test.each([
    ['is missing', undefined],
    ['is no JSON', 'query'],
    ['has another format', '{"operations": 1}'],
  ])('that %s prevents the start with one sentence', async (_what, text) => {
    const path = `${folder}-bad.json`
    if (text !== undefined) await writeFile(path, text)
    const reading = readPersistedDocuments({ persistedDocuments: [path], persistedOnly: false })
    await expect(reading).rejects.toThrow(/^PERSISTED_DOCUMENTS must name/)
    await rm(path, { force: true })
  })

  test('of the SDK has each operation as the SDK sends it', async () => {
    const manifest = JSON.parse(await readFile('schema/persistedDocuments.json', 'utf8'))
    for (const [id, text] of Object.entries(manifest)) expect(hashOf(text as string)).toBe(id)
    expect(manifest[hashOf(TasksDocument.text)]).toBe(TasksDocument.text)
  })
})

describe('the SDK with persisted documents', () => {
  test('sends hashes, and gets the same data', async () => {
    const client = createClient({ url: `${exclusiveUrl}/graphql`, persisted: true })
    const plain = createClient({ url: `${exclusiveUrl}/graphql` })
    expect(await client.send(CategoriesDocument)).toEqual(await plain.send(CategoriesDocument))
  })

  test('sends the text of an operation that the server does not know', async () => {
    const own = { kind: 'query', name: 'Mine', text: 'query Mine { categories { id } }', takesKey: false } as const
    const client = createClient({ url: `${url}/graphql`, persisted: true })
    expect(await client.send(own)).toHaveProperty('categories')
    expect((await send(url, byHash(hashOf(own.text)))).body.data).toHaveProperty('categories')
    const refused = createClient({ url: `${exclusiveUrl}/graphql`, persisted: true }).send(own)
    await expect(refused).rejects.toBeInstanceOf(RequestError)
  })
})
