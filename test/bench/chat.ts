/** A chat of 20,000 messages beside one of some dozens: reading the newest page, and sending. */
import type pg from 'pg'
import { ChatDocument, SendMessageDocument } from '../../schema/sdk/index.ts'
import { signAccessToken } from '../../src/accounts/sessions/accessToken.ts'
import { toPublicId } from '../support/publicIds.ts'
import { COUNT_UNREAD_BY_OWNER } from '../support/unreadByOwner.ts'
import { type BenchGround, prepareBenchGround } from './ground.ts'
import type { Shot } from './load.ts'
import type { Options } from './requests.ts'
import { type MeasuredServer, startOurs } from './servers.ts'
import { compare, type Side } from './twoSides.ts'

const HOT_MESSAGES = 20_000
// As many as in the cold chats, of which no message was read.
const USUALLY_UNREAD = 20
const TIMES_AT_MOST = 1.5
// Both sides of a chat on two screens each.
const CONNECTIONS = 4
const ROUNDS = 7
const READS = 500
// Few, so that a cold chat stays cold.
const WRITES = 100
const TOKEN_MS = 3_600_000

interface Talk {
  chatId: string
  /** Tokens of poster and tasker. */
  tokens: readonly string[]
}

/** Measures and prints. Rate limits are off, because two people write more than the limits allow. */
export async function chat({ data, rounds = ROUNDS, requests = READS }: Options): Promise<void> {
  const ground = await prepareBenchGround({ data })
  let server: MeasuredServer | undefined
  try {
    const hot = await hotTalk(ground, { place: 0, unread: USUALLY_UNREAD })
    const unread = await hotTalk(ground, { place: 1, unread: HOT_MESSAGES })
    const cold = await coldTalks(ground, 3 * (rounds + 1))
    server = await startOurs({ ...ground.environment, RATE_LIMITS: 'off' })
    const { postmaster } = ground
    const measuring = { server, postmaster, connections: CONNECTIONS, rounds, timesAtMost: TIMES_AT_MOST }
    for (const [what, talk, shotsOf, ofRound] of [
      ['Reading the newest page', hot, readsOf, requests],
      ['Reading it where all is unread', unread, readsOf, requests],
      ['Sending', hot, writesOf, WRITES],
    ] as const) {
      const sides = sidesOf(server, talk, cold.splice(0, rounds + 1), shotsOf)
      await compare({ ...measuring, what, sides, requests: ofRound })
    }
  } finally {
    await server?.stop()
    await ground.end()
  }
}

function sidesOf(
  server: MeasuredServer,
  hot: Talk,
  cold: readonly Talk[],
  shotsOf: (talk: Talk) => () => Shot,
): readonly [Side, Side] {
  return [
    { name: 'hot', server, shotsOf: () => shotsOf(hot) },
    // Another one each round, so that none becomes hot.
    { name: 'cold', server, shotsOf: (round) => shotsOf(cold[round] ?? hot) },
  ]
}

function readsOf(talk: Talk): () => Shot {
  const body = JSON.stringify({ query: ChatDocument.text, variables: { id: talk.chatId } })
  return inTurn(talk, () => body)
}

const writesOf = (talk: Talk) =>
  inTurn(talk, (count) =>
    JSON.stringify({
      query: SendMessageDocument.text,
      variables: { input: { chatId: talk.chatId, body: `Message ${count} of the bench.` } },
    }),
  )

function inTurn({ tokens }: Talk, bodyOf: (count: number) => string): () => Shot {
  let count = 0
  return () => ({ body: bodyOf(count), token: tokens[count++ % tokens.length] ?? '' })
}

/** Returns one of the largest chats, filled up to 20,000 messages, of which both sides have read all but `unread`. */
async function hotTalk(ground: BenchGround, { place, unread }: { place: number; unread: number }): Promise<Talk> {
  const [id] = await chatIds(ground.client, `order by last_sequence desc, id limit 1 offset ${place}`)
  // The triggers would count thousands of messages one by one.
  await ground.client.query('set session_replication_role = replica')
  await ground.client.query({ text: FILL, values: [id, HOT_MESSAGES] })
  await ground.client.query(
    `update chat_participants
    set last_read_sequence = greatest(0, last_sequence - $2)
    from chats
    where chats.id = chat_id
      and chat_id = $1`,
    [id, unread],
  )
  await ground.client.query({ text: `${COUNT_UNREAD_BY_OWNER} where chat_id = $1`, values: [id] })
  await ground.client.query('set session_replication_role = origin')
  await ground.client.query('vacuum analyze messages')
  return talkOf(ground, id ?? '')
}

const FILL = `
  with room as (
    select chats.id, tasker_id, poster_id, last_sequence
    from chats
    join tasks on tasks.id = task_id
    where chats.id = $1
  ),
  written as (
    insert into messages (id, chat_id, sequence, kind, author_id, body, sent_at)
    select
      gen_random_uuid(), id, s, 'TEXT', case when s % 2 = 0 then poster_id else tasker_id end,
      'Message ' || s || ' of a long conversation: ' || md5(s::text), errand_now()
    from room
    cross join generate_series(last_sequence + 1, $2::integer) s
    returning 1
  )
  update chats
  set last_sequence = greatest(last_sequence, $2)
  where id = $1`

async function coldTalks(ground: BenchGround, count: number): Promise<Talk[]> {
  const ids = await chatIds(ground.client, `and last_sequence between 15 and 40 order by md5(id::text) limit ${count}`)
  const talks: Talk[] = []
  for (const id of ids) talks.push(await talkOf(ground, id))
  return talks
}

async function chatIds(client: pg.Client, rest: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from chats where kind = 'TASK' and ended_at is null ${rest}`,
  )
  return rows.map(({ id }) => id)
}

async function talkOf({ client, secret }: BenchGround, id: string): Promise<Talk> {
  const { rows } = await client.query<{ user_id: string; session_id: string }>(
    `select participant.user_id, min(session.id::text)::uuid as session_id
    from chat_participants participant
    join sessions session on session.user_id = participant.user_id
    where chat_id = $1
    group by participant.user_id`,
    [id],
  )
  const expiresAt = new Date(Date.now() + TOKEN_MS)
  const tokens = rows.map(({ user_id: userId, session_id: sessionId }) =>
    signAccessToken(secret, { userId, sessionId }, expiresAt),
  )
  return { chatId: toPublicId('tch', id), tokens: await Promise.all(tokens) }
}
