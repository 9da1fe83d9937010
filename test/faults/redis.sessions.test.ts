/**
 * A session that has ended is refused by every server at once, because its cache entry is invalidated, not only when the entry expires. The
 * clock is frozen, so no entry expires.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'
import { noRedisOfOurOwn, type RedisServer, redisSettings, startRedis } from '../support/servers/redis.ts'
import { type SecondServer, secondServer } from '../support/servers/secondServer.ts'
import { Subscription } from '../support/servers/streams.ts'

const VIEWER = '{ viewer { user { displayName } sessions { id } } }'
const REVOKE = 'mutation ($id: ID!) { revokeSession(id: $id) { __typename } }'
const SUSPEND = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { __typename } }'
const SET_ROLES = 'mutation ($input: SetRolesInput!) { setRoles(input: $input) { __typename } }'
// NotFoundError for an administrator, ForbiddenError for others.
const FOR_ADMINISTRATORS = `mutation { restoreUser(input: { userId: "usr_nobody", reason: "No." }) { __typename } }`
const EVENTS = 'subscription { events { __typename } }'

const refuses = async (url: string, { accessToken }: Person): Promise<boolean> =>
  (await post(url, { query: VIEWER }, { headers: { authorization: `Bearer ${accessToken}` } })).status === 401

interface Servers {
  /** The server that makes the change. */
  app: TestApp
  /** The server that must know of it. */
  url: string
}

function refusedAtOnce(servers: () => Servers): void {
  beforeAll(() => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.now())
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })

  test('a session that its person ends', async () => {
    const { app, url } = servers()
    const anna = await person(app, 'Anna')
    expect(await refuses(url, anna)).toBe(false)
    const { viewer } = await ask<{ viewer: { sessions: { id: string }[] } }>(anna, VIEWER)
    expect(await ask(anna, REVOKE, { id: viewer.sessions[0]?.id })).toMatchObject({
      revokeSession: { __typename: 'OkPayload' },
    })
    await vi.waitFor(async () => expect(await refuses(url, anna)).toBe(true))
  })

  test('every session of a suspended person, streams included', async () => {
    const { app, url } = servers()
    const [boss, ben] = [await person(app, 'Boss', 'ADMIN'), await person(app, 'Ben')]
    expect(await refuses(url, ben)).toBe(false)
    const stream = await Subscription.open(url, ben.accessToken, EVENTS)
    await ask(boss, SUSPEND, { input: { userId: ben.id, reason: 'Spam.' } })
    await vi.waitFor(async () => expect(await refuses(url, ben)).toBe(true))
    expect((await stream.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('roles that were taken away', async () => {
    const { app, url } = servers()
    const [boss, carla] = [await person(app, 'Boss', 'ADMIN'), await person(app, 'Carla', 'ADMIN')]
    const asksAsAdministrator = async () => {
      const headers = { authorization: `Bearer ${carla.accessToken}` }
      const { body } = await post(url, { query: FOR_ADMINISTRATORS }, { headers })
      return body.data?.restoreUser
    }
    expect(await asksAsAdministrator()).toEqual({ __typename: 'NotFoundError' })
    await ask(boss, SET_ROLES, { input: { userId: carla.id, roles: ['USER'], reason: 'Left.' } })
    await vi.waitFor(async () => expect(await asksAsAdministrator()).toEqual({ __typename: 'ForbiddenError' }))
  })

  test('but no session of other people', async () => {
    const { app, url } = servers()
    const [dora, emil] = [await person(app, 'Dora'), await person(app, 'Emil')]
    for (const who of [dora, emil]) expect(await refuses(url, who)).toBe(false)
    const { viewer } = await ask<{ viewer: { sessions: { id: string }[] } }>(dora, VIEWER)
    await ask(dora, REVOKE, { id: viewer.sessions[0]?.id })
    await vi.waitFor(async () => expect(await refuses(url, dora)).toBe(true))
    expect(await refuses(url, emil)).toBe(false)
  })
}

describe('by the server itself, which needs no Redis', () => {
  let app: TestApp
  let url: string
  beforeAll(async () => {
    app = await startApp()
    url = await app.listen()
  })
  afterAll(async () => {
    await app.stop()
  })
  refusedAtOnce(() => ({ app, url }))
})

describe.skipIf(noRedisOfOurOwn)(
  `by another server${noRedisOfOurOwn ? `, where there is a Redis: ${noRedisOfOurOwn}` : ''}`,
  () => {
    let redis: RedisServer
    let app: TestApp
    let other: SecondServer
    beforeAll(async () => {
      redis = await startRedis()
      app = await startApp({ redis: redisSettings(redis.url) })
      other = await secondServer(app, { redis: redisSettings(redis.url) })
      await app.listen()
      await vi.waitFor(
        async () => {
          const channel = 'errand:signal:account changed'
          expect(await redis.asks.pubsub('NUMSUB', channel)).toEqual([channel, 2])
        },
        { timeout: 20_000 },
      )
    })
    afterAll(async () => {
      await other?.stop()
      await app?.stop()
      await redis?.stop()
    })
    refusedAtOnce(() => ({ app, url: other.url }))
  },
)
