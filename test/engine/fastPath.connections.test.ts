/** The fast path with HTTP pipelining, and with bodies in several chunks. */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'

const READS = { query: '{ categories { slug } }' }
const KNOWS = { query: '{ apiInfo { version } }' }
const PIECES_APART_MS = 20

let app: TestApp
let url: string

beforeAll(async () => {
  app = await startApp({ fastPath: true })
  url = await app.listen()
  // Fills the document cache.
  for (const request of [READS, KNOWS]) await post(url, request)
})
afterAll(async () => {
  await app.stop()
})

function bytesOf(request: object): Buffer {
  const body = JSON.stringify(request)
  const head = [
    'POST /graphql HTTP/1.1',
    'host: errand',
    'content-type: application/json',
    `content-length: ${body.length}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Sends these chunks on one connection, and returns the bodies of `count` responses. */
async function bodiesOf(pieces: readonly Buffer[], count: number): Promise<unknown[]> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
  })
  for (const piece of pieces) {
    socket.write(piece)
    await pause(PIECES_APART_MS)
  }
  await expect.poll(() => answersIn(received).length, { timeout: 10_000 }).toBe(count)
  socket.destroy()
  return answersIn(received)
}

/** Returns the bodies of the complete responses. Throws if the text is not a response. */
function answersIn(text: string): unknown[] {
  if (text === '') return []
  const [, length, rest = ''] =
    /^HTTP\/1\.1 200 OK\r\n.*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n(.*)$/s.exec(text) ?? []
  if (length === undefined) throw new Error(`Not an answer: ${text.slice(0, 200)}`)
  if (rest.length < Number(length)) return []
  return [JSON.parse(rest.slice(0, Number(length))), ...answersIn(rest.slice(Number(length)))]
}

const taken = async () => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^errand_direct_lane_requests_total (\d+)/m.exec(text)?.[1])
}

const CATEGORIES = { data: { categories: expect.any(Array) } }
const INFO = { data: { apiInfo: { version: expect.any(String) } } }

test('responds in the order of the requests, even if a later one is ready first', async () => {
  const before = await taken()
  const all = Buffer.concat([bytesOf(READS), bytesOf(KNOWS), bytesOf(READS), bytesOf(KNOWS)])
  expect(await bodiesOf([all], 4)).toEqual([CATEGORIES, INFO, CATEGORIES, INFO])
  expect(await taken()).toBe(before + 4)
})

test('reads a body in several chunks, followed by the next request', async () => {
  const before = await taken()
  const all = Buffer.concat([bytesOf(KNOWS), bytesOf(READS)])
  for (let place = 40; place < all.length; place += 37) {
    expect(await bodiesOf([all.subarray(0, place), all.subarray(place)], 2)).toEqual([INFO, CATEGORIES])
  }
  const pieces = Array.from({ length: Math.ceil(all.length / 16) }, (_, place) =>
    all.subarray(place * 16, place * 16 + 16),
  )
  expect(await bodiesOf(pieces, 2)).toEqual([INFO, CATEGORIES])
  expect(await taken()).toBe(before + 2 * (Math.ceil((all.length - 40) / 37) + 1))
})

test('sends nothing to a client that disconnects before the end of its body, and keeps serving', async () => {
  const whole = bytesOf(KNOWS)
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(whole.subarray(0, -1))
  await pause(PIECES_APART_MS)
  socket.destroy()
  expect(await bodiesOf([whole], 1)).toEqual([INFO])
  expect(app.logLines.filter(({ level }) => Number(level) >= 40)).toEqual([])
})
