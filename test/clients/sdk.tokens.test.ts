import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CreateTaskDocument,
  createClient,
  EventStreamDocument,
  orThrow,
  SignInDocument,
  SignUpDocument,
  type Tokens,
  ViewerDocument,
} from '../../schema/sdk/index.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { startFront, type UnreliableFront } from './unreliableFront.ts'

const PASSWORD = 'a long enough password'
const REQUESTS_AT_ONCE = 20

let app: TestApp
let front: UnreliableFront

beforeAll(async () => {
  app = await startApp({ rateLimits: false })
  front = await startFront(await app.listen())
})
afterAll(async () => {
  await front.stop()
  await app.stop()
})

/** Returns a client with an expired access token and a valid refresh token. */
async function withExpiredToken(onTokens?: (tokens: Tokens) => unknown) {
  const email = `${randomUUID()}@example.com`
  const input = { email, password: PASSWORD, displayName: 'Rita' }
  const { refreshToken } = orThrow((await createClient({ url: front.url }).send(SignUpDocument, { input })).signUp)
  front.requests.length = 0
  const client = createClient({ url: front.url, token: 'expired', refreshToken, onTokens })
  return { email, refreshToken, client }
}

const refreshesSent = () => front.requests.filter(({ body }) => body.includes('"refreshToken":')).length

test('concurrent requests with an expired token share one refresh, and all succeed', async () => {
  const handed: Tokens[] = []
  const { client, email, refreshToken } = await withExpiredToken((tokens) => handed.push(tokens))
  const viewers = await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, () => client.send(ViewerDocument)))
  expect(viewers.map(({ viewer }) => viewer?.email)).toEqual(Array(REQUESTS_AT_ONCE).fill(email))
  expect(refreshesSent()).toBe(1)
  expect(handed).toHaveLength(1)
  expect(handed[0]?.refreshToken).not.toBe(refreshToken)

  await client.send(ViewerDocument)
  expect(front.requests.at(-1)?.headers.authorization).toBe(`Bearer ${handed[0]?.accessToken}`)
})

test('a mutation refused because of its token is sent again with the same key', async () => {
  const { client } = await withExpiredToken()
  const budget = { amount: '20.00', currencyCode: 'EUR' }
  const { createTask } = await client.send(CreateTaskDocument, { input: { title: 'A', description: 'B', budget } })
  expect(createTask.__typename).toBe('TaskPayload')
  const [first, , second] = front.requests.map(({ body }) => JSON.parse(body).variables.input.idempotencyKey)
  expect(second).toBe(first)
})

test('a refresh whose response was lost is sent once more, and the session survives', async () => {
  const { client, email } = await withExpiredToken()
  front.fates = ['pass', 'lose the answer']
  expect((await client.send(ViewerDocument)).viewer?.email).toBe(email)
  expect(refreshesSent()).toBe(2)
})

test('a subscription refreshes an expired token, too', async () => {
  const { client } = await withExpiredToken()
  const stream = client.follow(EventStreamDocument)
  const first = stream.next()
  await expect.poll(() => front.requests.length).toBe(3)
  expect(refreshesSent()).toBe(1)
  await stream.return()
  expect(await first).toEqual({ done: true, value: undefined })
})

test('if the session has ended, the request fails, and no further refresh is tried', async () => {
  const handed: Tokens[] = []
  const { client } = await withExpiredToken((tokens) => handed.push(tokens))
  await app.database.run`/* testEndSessions */ update sessions set revoked_at = errand_now()`
  const unauthenticated = { name: 'RequestError', problems: [{ extensions: { code: 'UNAUTHENTICATED' } }] }
  await expect(client.send(ViewerDocument)).rejects.toMatchObject(unauthenticated)
  await expect(client.send(ViewerDocument)).rejects.toMatchObject(unauthenticated)
  expect(refreshesSent()).toBe(1)
  expect(handed).toEqual([])
})

test('a wrong password does not cause a refresh', async () => {
  const { client, email } = await withExpiredToken()
  const wrong = { input: { password: { email, password: 'not the password' } } }
  expect((await client.send(SignInDocument, wrong)).signIn.__typename).toBe('UnauthenticatedError')
  expect(refreshesSent()).toBe(0)
})

test('a client with only a refresh token refreshes first, even for public operations', async () => {
  const { email, refreshToken } = await withExpiredToken()
  const handed: Tokens[] = []
  const client = createClient({ url: front.url, refreshToken, onTokens: (tokens) => handed.push(tokens) })
  const viewers = await Promise.all([client.send(ViewerDocument), client.send(ViewerDocument)])
  expect(viewers.map(({ viewer }) => viewer?.email)).toEqual([email, email])
  expect(refreshesSent()).toBe(1)
  expect(handed).toHaveLength(1)
})

describe('signing out', () => {
  test('ends the session, and sends later requests anonymously', async () => {
    const { email } = await withExpiredToken()
    const signIn = async () => {
      const input = { password: { email, password: PASSWORD } }
      return orThrow((await createClient({ url: front.url }).send(SignInDocument, { input })).signIn)
    }
    const [here, elsewhere] = [await signIn(), await signIn()]
    const client = createClient({ url: front.url, token: here.accessToken, refreshToken: here.refreshToken })
    await client.signOut()
    expect((await client.send(ViewerDocument)).viewer).toBeNull()
    await client.signOut() // Already signed out.

    const again = await createClient({ url: front.url }).send(SignInDocument, {
      input: { refreshToken: here.refreshToken },
    })
    expect(again.signIn.__typename).toBe('UnauthenticatedError')
    const other = createClient({ url: front.url, token: elsewhere.accessToken })
    const sessions = (await other.send(ViewerDocument)).viewer?.sessions.map(({ id }) => id)
    expect(sessions).toContain(elsewhere.session.id)
    expect(sessions).not.toContain(here.session.id)
  })

  test('refreshes an expired token first', async () => {
    const { client, refreshToken } = await withExpiredToken()
    await client.signOut()
    const again = await createClient({ url: front.url }).send(SignInDocument, { input: { refreshToken } })
    expect(again.signIn.__typename).toBe('UnauthenticatedError')
  })

  test('succeeds if the session has ended already', async () => {
    const { client } = await withExpiredToken()
    await app.database.run`/* testEndSessions */ update sessions set revoked_at = errand_now()`
    await client.signOut()
    expect((await client.send(ViewerDocument)).viewer).toBeNull()
  })

  test('keeps the tokens if no response arrives, so that it can be repeated', async () => {
    const { client } = await withExpiredToken()
    await client.send(ViewerDocument)
    front.fates = ['pass', 'lose the request']
    await expect(client.signOut()).rejects.toMatchObject({ name: 'NoAnswerError' })
    expect((await client.send(ViewerDocument)).viewer).not.toBeNull()
    await client.signOut()
    expect((await client.send(ViewerDocument)).viewer).toBeNull()
  })
})
