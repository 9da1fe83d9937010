/** A client that disconnects during its request, on both paths: the work is finished, and all resources are released. */
import { type ClientRequest, request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SendMessageDocument } from '../../schema/sdk/index.ts'
import { pairInChat } from '../support/chatting.ts'
import { letAllGo, waitingCount } from '../support/inputs/edgeProbe.graphql.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'
import { waitsForLock, whileHolding } from '../support/story.ts'

const WARN = 40
// The in-flight limit: if one slot leaks, the next request is refused.
const IN_FLIGHT_MAX = 1_000
const WAIT = '{ edgeWait }'
// Waiting operations must not be logged as slow.
const NEVER_MS = 3_600_000
const AMPLE = { timeout: 20_000 }
const ONCE = { query: '{ apiInfo { version } }' }

describe.each([
  ['in the fast path', true],
  ['by the slow path', false],
])('a client that goes away while its request runs %s', (_way, fastPath) => {
  let app: TestApp
  let url: string

  beforeAll(async () => {
    app = await startApp({ fastPath, slowOperationMs: NEVER_MS, mediumOperationMs: NEVER_MS })
    url = await app.listen()
  })
  afterAll(async () => {
    await app.stop()
  })

  /** Sends a request without waiting for the response, and returns it, to destroy it. */
  function begin(request: object, headers: Record<string, string> = {}): ClientRequest {
    const body = JSON.stringify(request)
    const sent = httpRequest(`${url}/graphql`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
    })
    sent.on('error', () => {}) // Emitted after `destroy`.
    sent.end(body)
    return sent
  }

  const metric = async (name: string) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1])
  }
  const taken = () => metric('errand_direct_lane_requests_total')
  const busy = () => metric('errand_database_connections\\{state="busy"\\}')
  const complaints = () => app.logLines.filter(({ level }) => Number(level) >= WARN)

  test('has its mutation executed once, and the database connection is released', async () => {
    const { anna, chat } = await pairInChat(app)
    const authorization = { authorization: `Bearer ${anna.accessToken}` }
    const says = (body: string) => ({
      query: SendMessageDocument.text,
      variables: { input: { chatId: chat.id, body } },
    })
    await post(url, says('Known from now on.'), { headers: authorization })
    const takenBefore = await taken()
    const lockChat = 'select from chats where id = $1 for update'
    await whileHolding(app, [lockChat, chat.uuid], async (letGo) => {
      const gone = begin(says('Do you hear me?'), authorization)
      await waitsForLock(app, 'insertMessage')
      gone.destroy()
      // The response is written after the disconnect.
      expect((await post(url, ONCE)).status).toBe(200)
      await letGo()
    })
    const bodies = async () =>
      (await app.prisma.message.findMany({ where: { chatId: chat.uuid }, orderBy: { sequence: 'asc' } })).map(
        ({ body }) => body,
      )
    await expect.poll(bodies, AMPLE).toEqual(['Known from now on.', 'Do you hear me?'])
    await expect.poll(busy, AMPLE).toBe(0)
    expect((await taken()) - takenBefore).toBe(fastPath ? 1 : 0)
    const next = await post(url, says('And now?'), { headers: authorization })
    expect(next.body.data?.sendMessage).toMatchObject({ __typename: 'MessagePayload' })
    expect(complaints()).toEqual([])
  })

  test('releases its in-flight slot when its work is done', async () => {
    await Promise.all([post(url, { query: WAIT }), expect.poll(waitingCount, AMPLE).toBe(1).then(letAllGo)])
    const takenBefore = await taken()
    const gone = Array.from({ length: IN_FLIGHT_MAX }, () => begin({ query: WAIT }))
    await expect.poll(waitingCount, AMPLE).toBe(IN_FLIGHT_MAX)
    expect((await taken()) - takenBefore).toBe(fastPath ? IN_FLIGHT_MAX : 0)
    for (const one of gone) one.destroy()
    // The clients have disconnected, but their operations still run.
    expect((await post(url, ONCE)).status).toBe(503)
    letAllGo()
    await expect.poll(async () => (await post(url, ONCE)).status, AMPLE).toBe(200)
    expect(complaints()).toEqual([])
  })
})
