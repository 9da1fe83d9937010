/** Graceful shutdown: requests in flight finish, streams end, and new connections are refused. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { letAllGo, waitArrives } from '../support/inputs/edgeProbe.graphql.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'

const AMPLE_MS = 20_000

let app: TestApp
let url: string
let anna: Person

beforeEach(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterEach(async () => {
  await app.stop()
})

test('a request in flight is answered, and a new one is refused', async () => {
  const arrived = waitArrives()
  const running = post(url, { query: '{ edgeWait }' })
  await arrived
  const drained = app.drain(AMPLE_MS)
  await expect(fetch(`${url}/health/live`)).rejects.toThrow()
  letAllGo()
  expect((await running).body).toEqual({ data: { edgeWait: 1 } })
  await drained
})

test('a request that takes longer than the grace period is disconnected', async () => {
  const arrived = waitArrives()
  const running = post(url, { query: '{ edgeWait }' })
  const cut = expect(running).rejects.toThrow()
  await arrived
  await app.drain(100)
  await cut
  letAllGo()
})

test('a stream completes, so that its client resumes at another server', async () => {
  const stream = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${anna.accessToken}`,
    },
    body: JSON.stringify({ query: 'subscription { events { __typename } }' }),
  })
  const received = stream.text()
  await app.drain(AMPLE_MS)
  expect(await received).toMatch(/event: complete\ndata:\n\n$/)
})

test('an idle keep-alive connection does not delay the shutdown', async () => {
  await post(url, { query: '{ apiInfo { version } }' })
  await app.drain(AMPLE_MS)
  await expect(post(url, { query: '{ apiInfo { version } }' })).rejects.toThrow()
})
