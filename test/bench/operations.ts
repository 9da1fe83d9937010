/** The four operations and their senders: people who arrive, send up to ten requests, as a screen of an application does, and leave. */
import type pg from 'pg'
import { signAccessToken } from '../../src/accounts/sessions/accessToken.ts'
import { toPublicId } from '../support/publicIds.ts'
import type { Shot } from './load.ts'

export const DOCUMENTS = {
  row: 'query Row($id: ID!) { task(id: $id) { id title status } }',
  list: `query List {
    tasks(first: 20) {
      edges {
        cursor
        node { id title status budget { amount currencyCode } createdAt applicationCount poster { id displayName } }
      }
      pageInfo { hasNextPage }
    }
  }`,
  detail: `query Detail($id: ID!) {
    task(id: $id) {
      id
      title
      description
      status
      budget { amount currencyCode }
      createdAt
      poster { id displayName }
      applications(first: 10) {
        nodes { id status message price { amount currencyCode } createdAt applicant { id displayName } }
      }
      chat {
        id
        messages(last: 20) { nodes { id sequence body sentAt author { id displayName } } }
      }
    }
  }`,
  write: `mutation Write($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on MessagePayload { sentMessage { id sequence body sentAt author { id displayName } } }
    }
  }`,
} as const

export type OperationName = keyof typeof DOCUMENTS

export const OPERATION_NAMES = Object.keys(DOCUMENTS) as OperationName[]

export interface Shots {
  /** Returns the next request. */
  next: () => Shot
  /** One request of each person. An access token lives longer than a measurement, so all people have arrived before it begins. */
  arrivals: readonly Shot[]
}

const PEOPLE_MAX = 2_000
const TOKEN_HOURS = 6
const TASKS = 2_000
// The rate limits of 600 requests and 30 messages a minute for each person are counted but never exceeded.
const SHOTS_OF_A_VISIT = { row: 10, list: 10, detail: 10, write: 5 } as const

interface Visit {
  token: string
  ids: string[]
}

/** Returns the requests for the world in this database, with tokens signed by this secret. */
export async function shotsFor(client: pg.Client, secret: Uint8Array): Promise<Record<OperationName, Shots>> {
  const anybody = await visitsOf(client, secret, ANYBODY)
  const posters = await visitsOf(client, secret, POSTERS)
  const writers = await visitsOf(client, secret, WRITERS)
  const tasks = await client.query<{ id: string }>(
    `select id
    from bench_tasks
    where n > 150000
      and not assigned
    order by md5(n::text)
    limit ${TASKS}`,
  )
  const taskIds = tasks.rows.map(({ id }) => toPublicId('tsk', id))
  let count = 0
  return {
    row: walk(anybody, SHOTS_OF_A_VISIT.row, () => ({ id: taskIds[count++ % taskIds.length] }), 'row'),
    list: walk(anybody, SHOTS_OF_A_VISIT.list, () => ({}), 'list'),
    detail: walk(posters, SHOTS_OF_A_VISIT.detail, (id) => ({ id: toPublicId('tsk', id) }), 'detail'),
    write: walk(
      writers,
      SHOTS_OF_A_VISIT.write,
      (id) => ({ input: { chatId: toPublicId('tch', id), body: `Message ${count++} of the bench.` } }),
      'write',
    ),
  }
}

const ANYBODY = `
  select user_id, id as session_id, array[]::uuid[] as ids
  from sessions
  order by md5(id::text)
  limit ${PEOPLE_MAX}`

const POSTERS = `
  select tasks.poster_id as user_id, min(session.id::text)::uuid as session_id, array_agg(tasks.id) as ids
  from bench_tasks
  join tasks on tasks.id = bench_tasks.id
  join sessions session on session.user_id = tasks.poster_id
  where discussed
  group by tasks.poster_id
  order by md5(tasks.poster_id::text)
  limit ${PEOPLE_MAX}`

const WRITERS = `
  select distinct on (tasker_id) tasker_id as user_id, session.id as session_id, array[chats.id] as ids
  from chats
  join sessions session on session.user_id = tasker_id
  where last_sequence between 15 and 1000
  order by tasker_id, chats.id
  limit ${PEOPLE_MAX}`

async function visitsOf(client: pg.Client, secret: Uint8Array, people: string): Promise<Visit[]> {
  const { rows } = await client.query<{ user_id: string; session_id: string; ids: string[] }>(people)
  const expiresAt = new Date(Date.now() + TOKEN_HOURS * 3_600_000)
  return Promise.all(
    rows.map(async ({ user_id: userId, session_id: sessionId, ids }) => ({
      token: await signAccessToken(secret, { userId, sessionId }, expiresAt),
      ids,
    })),
  )
}

function walk(
  visits: readonly Visit[],
  shotsOfAVisit: number,
  variablesOf: (id: string) => object,
  name: OperationName,
): Shots {
  let count = 0
  const shot = ({ ids, token }: Visit): Shot => ({
    body: JSON.stringify({ query: DOCUMENTS[name], variables: variablesOf(ids[count % ids.length] ?? '') }),
    token,
  })
  return {
    next() {
      const visit = visits[Math.floor(count++ / shotsOfAVisit) % visits.length]
      if (!visit) throw new Error(`The world has no person who can send ${name}.`)
      return shot(visit)
    },
    arrivals: visits.map(shot),
  }
}
