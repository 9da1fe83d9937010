/** Typing indicators reach other servers while Redis answers; messages do so without it, too. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { asksChat, pairInChat, says } from '../support/chatting.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { noRedisOfOurOwn, type RedisServer, redisSettings, startRedis } from '../support/servers/redis.ts'
import { type SecondServer, secondServer } from '../support/servers/secondServer.ts'
import { Subscription } from '../support/servers/streams.ts'

const WAIT = { timeout: 20_000, interval: 50 }
const CHAT = /* GraphQL */ `
  subscription ($id: ID!) {
    chat(id: $id) { __typename ... on TypingSignal { typing user { id } } ... on ChatEvent { message { body } } }
  }
`

describe.skipIf(noRedisOfOurOwn)(
  `two servers${noRedisOfOurOwn ? `, where there is a Redis: ${noRedisOfOurOwn}` : ''}`,
  () => {
    let redis: RedisServer
    let app: TestApp
    let other: SecondServer

    beforeAll(async () => {
      redis = await startRedis()
      app = await startApp({ redis: redisSettings(redis.url) })
      other = await secondServer(app, { redis: redisSettings(redis.url) })
    })
    afterAll(async () => {
      await other?.stop()
      await app?.stop()
      await redis?.stop()
    })

    test('show typing indicators, and lose no message when Redis dies', async () => {
      const { anna, ben, chat } = await pairInChat(app)
      const stream = await Subscription.open(other.url, ben.accessToken, CHAT, { id: chat.id })
      const channel = `errand:signal:typing ${chat.uuid}`
      await vi.waitFor(async () => expect(await redis.asks.pubsub('NUMSUB', channel)).toEqual([channel, 1]), WAIT)
      await vi.waitFor(async () => {
        await asksChat(anna, 'setTyping', { chatId: chat.id, typing: true })
        expect((await stream.next(500))?.data?.chat).toEqual({
          __typename: 'TypingSignal',
          typing: true,
          user: { id: anna.id },
        })
      }, WAIT)
      await redis.kill()
      await says(anna, chat, 'Are you there?')
      const next = async () => (await stream.next())?.data?.chat
      let item = await next()
      while (item?.__typename === 'TypingSignal') item = await next()
      expect(item).toEqual({ __typename: 'ChatEvent', message: { body: 'Are you there?' } })
      stream.close()
    })
  },
)
