/**
 * 10,000 messages, each an event, of eight pairs who write through two server processes on one database. Followers use the SDK through
 * a network that is cut 200 times, while one server is killed, the other stopped, both started again, and Redis, if there is
 * one, killed too. Each follower gets each of their events once, in order.
 */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  ChatStreamDocument,
  type Client,
  createClient,
  EventStreamDocument,
  SendMessageDocument,
} from '../../schema/sdk/index.ts'
import { openChat } from '../support/openChat.ts'
import { fromPublicId, toPublicId } from '../support/publicIds.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { type CuttingProxy, startCuttingProxy } from '../support/servers/cuttingProxy.ts'
import { noRedisOfOurOwn, type RedisServer, startRedis } from '../support/servers/redis.ts'
import { Follower } from './follower.ts'
import { type Ground, prepareGround } from './ground.ts'

const EVENTS = 10_000
const CUTS = 200
const PAIRS = 8
const EVENTS_EACH = EVENTS / PAIRS
// Concurrent writers of a pair, so that they compete for the lock of their chat.
const WRITERS_EACH = 2
const TRIES_MAX = 20
const RETRY_MS = 250
const LOOK_MS = 5

interface Someone {
  id: string
  /** Through a network that is never cut. Its servers are restarted. */
  writing: Client
  following: Client
}

interface Pair {
  chatId: string
  poster: Someone
  tasker: Someone
}

/** Runs `seeds` rounds (1 by default) from seed `from`, each with its own processes. */
export async function events({ from, seeds = 1 }: { from: number; seeds?: number }): Promise<void> {
  for (let seed = from; seed < from + seeds; seed++) await runOnce(seed)
}

async function runOnce(seed: number): Promise<void> {
  const redis = noRedisOfOurOwn ? undefined : await startRedis()
  const environment: Record<string, string> = redis ? { REDIS_URL: redis.url } : {}
  const ground = await prepareGround({ worker: 'inline', servers: 2, environment })
  const calm = await startCuttingProxy(ground.ports)
  const stormy = await startCuttingProxy(ground.ports)
  const followers: Follower[] = []
  try {
    await ground.start()
    const { poster, pairs } = await meet(ground, calm, stormy)
    const startedAt = Date.now()
    const feed = new Follower(poster.following.follow(EventStreamDocument, { after: 'ec_0' }))
    const chats = pairs.map(
      ({ chatId, tasker }) => new Follower(tasker.following.follow(ChatStreamDocument, { id: chatId, after: 'ec_0' })),
    )
    followers.push(feed, ...chats)
    const written = { count: 0 }
    const [, cuts] = await Promise.all([
      Promise.all(pairs.map((pair) => write(pair, written))),
      cutAtRandom(stormy, feed, seededRandom(seed)),
      breakThings(ground, written, redis),
    ])
    for (const [index, { chatId }] of pairs.entries()) await checkChat(ground, chatId, chats[index])
    await checkFeed(ground, poster.id, feed)
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    const broken = `${cuts} cuts, one server killed, one stopped, both started again${redis ? ', Redis killed and started again' : ''}`
    console.log(`seed ${seed}: ${EVENTS} events in ${seconds} s; ${broken}: none lost, none twice, in order.`)
  } finally {
    await Promise.all(followers.map((follower) => follower.stop()))
    await Promise.all([calm.stop(), stormy.stop()])
    await ground.end()
    await redis?.stop()
  }
}

async function meet(ground: Ground, calm: CuttingProxy, stormy: CuttingProxy) {
  const someone = async (name: string): Promise<Someone> => {
    const { id, accessToken: token } = await ground.signIn(name)
    const through = ({ url }: CuttingProxy) => createClient({ url: `${url}/graphql`, token })
    return { id, writing: through(calm), following: through(stormy) }
  }
  const poster = await someone('Poster')
  const pairs: Pair[] = []
  for (let number = 1; number <= PAIRS; number++) {
    const tasker = await someone(`Tasker${number}`)
    pairs.push({ chatId: await openChat(poster.writing, tasker.writing), poster, tasker })
  }
  return { poster, pairs }
}

async function write({ chatId, poster, tasker }: Pair, written: { count: number }): Promise<void> {
  const writers = Array.from({ length: WRITERS_EACH }, async (_, writer) => {
    for (let number = writer; number < EVENTS_EACH; number += WRITERS_EACH) {
      const { writing } = number % 2 ? poster : tasker
      await persist(writing, { chatId, body: `message ${number}`, idempotencyKey: `${chatId} ${number}` })
      written.count++
    }
  })
  await Promise.all(writers)
}

/** Retries with the same key for as long as a restart of the server takes. */
async function persist(client: Client, input: { chatId: string; body: string; idempotencyKey: string }): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { sendMessage } = await client.send(SendMessageDocument, { input })
      assert.equal(sendMessage.__typename, 'MessagePayload', JSON.stringify(sendMessage))
      return
    } catch (error) {
      if (attempt === TRIES_MAX || error instanceof assert.AssertionError) throw error
      await pause(RETRY_MS)
    }
  }
}

/** Cuts connections at moments that the seed chooses, spread over the whole feed. */
async function cutAtRandom(network: CuttingProxy, feed: Follower, random: () => number): Promise<number> {
  let cuts = 0
  while (cuts < CUTS) {
    const moment = ((cuts + random()) / CUTS) * EVENTS
    await until(() => feed.messageCount >= moment || feed.isOver)
    if (feed.isOver) throw new Error(`The feed ended after ${feed.messageCount} messages.`)
    // Nothing can be cut while all connections are being reopened.
    await until(() => network.cut(random()))
    cuts++
  }
  return cuts
}

async function breakThings(ground: Ground, written: { count: number }, redis: RedisServer | undefined): Promise<void> {
  await until(() => written.count >= EVENTS / 4)
  await ground.restart(0, 'killed')
  await until(() => written.count >= EVENTS / 2)
  await redis?.kill()
  await until(() => written.count >= (EVENTS * 5) / 8)
  await redis?.startAgain()
  await until(() => written.count >= (EVENTS * 3) / 4)
  await ground.restart(1, 'stopped')
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 300_000
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('It never came to that.')
    await pause(LOOK_MS)
  }
}

/** The tasker's stream equals the chat: every sequence once, in order. */
async function checkChat({ database }: Ground, chatId: string, chat: Follower | undefined): Promise<void> {
  const ids = await chat?.messages(EVENTS_EACH)
  const rows = await database.rows<{ id: string; sequence: number }>`
    /* trialMessages */
    select id, sequence
    from messages
    where chat_id = ${fromPublicId('tch', chatId)}
    order by sequence`
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    Array.from({ length: EVENTS_EACH }, (_, index) => index + 1),
  )
  assert.deepEqual(
    ids,
    rows.map(({ id }) => toPublicId('msg', id)),
  )
}

/** The poster's stream equals their feed: every message of every chat once, in the order of positions. */
async function checkFeed({ database }: Ground, posterId: string, feed: Follower): Promise<void> {
  const ids = await feed.messages(EVENTS)
  const rows = await database.rows<{ messageId: string }>`
    /* trialFeed */
    select event.message_id
    from feed_entries entry
    join events event on event.id = entry.event_id
    where entry.user_id = ${fromPublicId('usr', posterId)}
      and event.type = 'chat.message'
    order by entry.position`
  assert.equal(rows.length, EVENTS)
  assert.deepEqual(
    ids,
    rows.map(({ messageId }) => toPublicId('msg', messageId)),
  )
}
