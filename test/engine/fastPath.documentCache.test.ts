/** The document cache of the fast path is bounded, keeps frequent documents, and prepares only repeated ones. */
import { buildSchema, type DocumentNode, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DocumentCache } from '../../src/engine/documents/documentCache.ts'
import { refusalByCost } from '../../src/http/limits.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'

const DOCUMENTS_MAX = 200
const STRANGERS = 1_000
const OFTEN = 'query Often { word }'

const strangers = Array.from({ length: STRANGERS }, (_, place) => `query Stranger${place} { word }`)
const schema = buildSchema('type Query { word: String }')

/** Returns a document that counts its accesses. */
function watched(text: string): { document: DocumentNode; looks: () => number } {
  const { kind, definitions } = parse(text)
  let looks = 0
  const document = {
    kind,
    get definitions() {
      looks++
      return definitions
    },
  }
  return { document, looks: () => looks }
}

describe('of a thousand documents that are sent once', () => {
  test('the cache keeps two hundred, and always the frequent ones', () => {
    const known = new DocumentCache(schema, refusalByCost)
    known.add(OFTEN, parse(OFTEN))
    for (const text of strangers) {
      known.add(text, parse(text))
      expect(known.find(OFTEN, undefined)?.name).toBe('Often')
    }
    const remembered = strangers.filter((text) => known.find(text, undefined))
    expect(remembered).toEqual(strangers.slice(-(DOCUMENTS_MAX - 1)))
  })

  test('an unused document is evicted after two hundred others', () => {
    const known = new DocumentCache(schema, refusalByCost)
    known.add(OFTEN, parse(OFTEN))
    for (const text of strangers.slice(0, DOCUMENTS_MAX - 1)) known.add(text, parse(text))
    const [last = ''] = strangers.slice(DOCUMENTS_MAX)
    known.add(last, parse(last))
    expect(known.find(OFTEN, undefined)).toBeUndefined()
    expect(known.find(last, undefined)).toBeDefined()
  })

  test('none is prepared before its second use', async () => {
    const known = new DocumentCache(schema, refusalByCost)
    const { document, looks } = watched(OFTEN)
    known.add(OFTEN, document)
    const learned = looks()
    known.add(OFTEN, document)
    expect(looks()).toBe(learned)
    await known.find(OFTEN, undefined)?.execute({}, {})
    const prepared = looks()
    expect(prepared).toBeGreaterThan(learned)
    await known.find(OFTEN, undefined)?.execute({}, {})
    expect(looks()).toBe(prepared)
  })
})

describe('a server', () => {
  const BEFORE = '{ categories { name } }'
  let app: TestApp
  let url: string

  beforeAll(async () => {
    app = await startApp({ fastPath: true })
    url = await app.listen()
  })
  afterAll(async () => {
    await app.stop()
  })

  const taken = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^errand_direct_lane_requests_total (\d+)/m.exec(text)?.[1])
  }

  test('serves none of them on the fast path, and keeps serving the frequent ones there', async () => {
    await post(url, { query: BEFORE })
    let often = 0
    for (const [place, text] of strangers.entries()) {
      await post(url, { query: text.replace('word', 'categories { name }') })
      if (place % 100 !== 0) continue
      await post(url, { query: BEFORE })
      often++
    }
    expect(await taken()).toBe(often)
    // The first of the new documents was evicted, the last one was not.
    for (const text of [strangers[0], strangers.at(-1)])
      await post(url, { query: String(text).replace('word', 'categories { name }') })
    expect(await taken()).toBe(often + 1)
  })
})
