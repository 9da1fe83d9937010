/** Two servers on one database, one of which answers plain requests before Yoga: whatever is sent, both must say the same. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import pino from 'pino'
import { expect, vi } from 'vitest'
import { startApp, type TestApp } from './servers/app.ts'
import { makeReaderWorld, signInTo, uuidsOf } from './worlds/readerWorld.ts'

/** A site whose pages may read answers. */
export const LISTED_ORIGIN = 'https://app.example.com'

export interface Sent {
  /** None with a GET. */
  body?: string | Buffer
  headers?: Record<string, string>
  /** What is appended to the address. */
  search?: string
}

interface Received {
  status: number
  /** Without the date. */
  headers: IncomingHttpHeaders
  bytes: string
}

export interface TwoWays {
  lane: TestApp
  /** The headers of nobody, and of some people of the world. */
  callers: Record<string, string>[]
  /** Answered by the server with the fast path. */
  send(sent: Sent): Promise<Received>
  /** Sends it to both, and to the one with the fast path until it must have taken it; gives what all of them said. */
  expectSame(sent: Sent): Promise<Received>
  /** The same for a request whose answer may be a stream without end: compares status and headers, and goes away then. */
  expectSameHead(sent: Sent): Promise<Omit<Received, 'bytes'>>
  /** How many requests the fast path has taken. */
  taken(): Promise<number>
  stop(): Promise<void>
}

// The first teaches the fast path the document, the second is the first that it takes, the third finds everything prepared.
const TIMES = 3

/** A request by POST, in JSON. */
export const ask = (query: string, variables?: unknown, headers: Record<string, string> = {}): Sent => ({
  body: JSON.stringify({ query, variables }),
  headers,
})

/** The same by GET, as somebody who may be no other site's page. */
export const askByGet = (
  parameters: Record<string, string>,
  headers: Record<string, string> = { 'x-errand-csrf': '1' },
): Sent => ({ search: `?${new URLSearchParams(parameters)}`, headers })

/** Starts both on the world that readers are compared on. */
export async function startTwoWays(): Promise<TwoWays> {
  const lane = await startApp({ fastPath: true, corsOrigins: [LISTED_ORIGIN] })
  const { createApp } = await import('../../src/app.ts')
  const { connectionString, authSecret, config } = lane
  const silent = pino({ level: 'silent' })
  const long = createApp({ config: { ...config, fastPath: false }, connectionString, authSecret, log: silent })
  await makeReaderWorld(lane.database)
  await vi.waitFor(async () => expect(await lane.prisma.eventInbox.count()).toBe(0), { timeout: 20_000, interval: 100 })
  const laneUrl = await lane.listen()
  const longUrl = await long.listen({ host: '127.0.0.1', port: 0 })
  const people = await uuidsOf(lane.database, 'user', 3)
  const agent = new Agent({ keepAlive: true })
  return {
    lane,
    callers: [{}, ...(await Promise.all(people.map((id) => signInTo(lane, id))))],
    send: (sent) => send(laneUrl, agent, sent),
    async expectSame(sent) {
      const expected = await send(longUrl, agent, sent)
      for (let time = 1; time <= TIMES; time++)
        expect(await send(laneUrl, agent, sent), `${sent.body ?? sent.search}, time ${time}`).toEqual(expected)
      return expected
    },
    async expectSameHead(sent) {
      const { bytes: _nothing, ...expected } = await send(longUrl, agent, sent, true)
      for (let time = 1; time <= TIMES; time++)
        expect(await send(laneUrl, agent, sent, true), `${sent.body ?? sent.search}, time ${time}`).toMatchObject(
          expected,
        )
      return expected
    },
    async taken() {
      const text = await (await fetch(`${laneUrl}/metrics`)).text()
      return Number(/^errand_direct_lane_requests_total (\d+)/m.exec(text)?.[1])
    },
    async stop() {
      agent.destroy()
      await long.stop()
      await lane.stop()
    },
  }
}

function send(url: string, agent: Agent, { body, headers, search = '' }: Sent, headOnly = false): Promise<Received> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const all = {
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      }),
      'x-request-id': 'the-same-for-both',
      ...headers,
    }
    const sent = httpRequest(`${url}/graphql${search}`, { method, agent, headers: all }, (response) => {
      const pieces: Buffer[] = []
      const receive = () => {
        const { date: _date, ...rest } = response.headers
        resolve({ status: response.statusCode ?? 0, headers: rest, bytes: Buffer.concat(pieces).toString('latin1') })
      }
      if (headOnly) {
        receive()
        response.destroy()
        return
      }
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', receive)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
