/** Two servers on one database, with and without the fast path: both must answer every request identically. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import pino from 'pino'
import { expect, vi } from 'vitest'
import { startApp, type TestApp } from './servers/app.ts'
import { makeReaderWorld, signInTo, uuidsOf } from './worlds/readerWorld.ts'

/** The origin that CORS allows. */
export const LISTED_ORIGIN = 'https://app.example.com'

export interface PlainRequest {
  /** Absent for GET. */
  body?: string | Buffer
  headers?: Record<string, string>
  /** Query string, appended to the URL. */
  search?: string
}

interface ReceivedResponse {
  status: number
  /** Without the Date header. */
  headers: IncomingHttpHeaders
  bytes: string
}

export interface FastAndSlowPath {
  fastApp: TestApp
  /** The headers of an anonymous caller and of some people of the world. */
  callers: Record<string, string>[]
  /** Sends a request to the server with the fast path. */
  send(sent: PlainRequest): Promise<ReceivedResponse>
  /** Sends a request to both servers, to the fast path three times, and expects identical responses. Returns the response. */
  expectSame(sent: PlainRequest): Promise<ReceivedResponse>
  /** The same for an endless stream: compares status and headers, then disconnects. */
  expectSameHead(sent: PlainRequest): Promise<Omit<ReceivedResponse, 'bytes'>>
  /** Returns how many requests the fast path has served. */
  fastPathCount(): Promise<number>
  stop(): Promise<void>
}

// The first request fills the document cache, the second is the first on the fast path, the third finds everything cached.
const TIMES = 3

/** Returns a JSON request by POST. */
export const postRequest = (
  query: string,
  variables?: unknown,
  headers: Record<string, string> = {},
): PlainRequest => ({
  body: JSON.stringify({ query, variables }),
  headers,
})

/** Returns a request by GET, with the CSRF header. */
export const getRequest = (
  parameters: Record<string, string>,
  headers: Record<string, string> = { 'x-errand-csrf': '1' },
): PlainRequest => ({ search: `?${new URLSearchParams(parameters)}`, headers })

/** Starts both servers on the reader world. */
export async function startFastAndSlowPath(): Promise<FastAndSlowPath> {
  const lane = await startApp({ fastPath: true, corsOrigins: [LISTED_ORIGIN], publicUrl: 'https://errand.test' })
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
    fastApp: lane,
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
    async fastPathCount() {
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

// Links are valid from the second of their request; two requests may be in two seconds.
const SIGNED = /expires=\d{10}&signature=[\w-]{43}/g

function send(
  url: string,
  agent: Agent,
  { body, headers, search = '' }: PlainRequest,
  headOnly = false,
): Promise<ReceivedResponse> {
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
        const bytes = Buffer.concat(pieces).toString('latin1').replace(SIGNED, 'signed')
        resolve({ status: response.statusCode ?? 0, headers: rest, bytes })
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
