/** Mercurius on Fastify with compiled queries and loaders over prepared statements, without authentication or limits. */
import fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'
import { toDecimal } from '../../../src/domain/money.ts'
import { fromPublicId, newId, toPublicId } from '../../support/publicIds.ts'
import { connectionString, idOfTask, POOL_MAX, place, WRITE_STATEMENT } from './common.ts'

interface TaskRow {
  id: string
  poster_id: string
  budget_minor: string
  currency: string
  created_at: Date
}

interface ApplicationRow {
  id: string
  task_id: string
  applicant_id: string
  price_minor: string
  currency: string
  created_at: Date
}

interface ChatRow {
  id: string
  task_id: string
}

interface MessageRow {
  id: string
  chat_id: string
  author_id: string
  sent_at: Date
}

interface UserRow {
  id: string
  display_name: string
}

interface Asked<Row> {
  obj: Row
  params: { first?: number; last?: number }
}

const pool = new pg.Pool({ connectionString, max: POOL_MAX })

async function rows<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
  return (await pool.query<Row>({ name, text, values })).rows
}

const schema = `
  type User { id: ID! displayName: String! }
  type Money { amount: String! currencyCode: String! }
  type Message { id: ID! sequence: Int! body: String! sentAt: String! author: User }
  type MessageConnection { nodes: [Message!]! }
  type TaskChat { id: ID! messages(first: Int, last: Int): MessageConnection! }
  type TaskApplication {
    id: ID! status: String! message: String price: Money! createdAt: String! applicant: User!
  }
  type TaskApplicationConnection { nodes: [TaskApplication!]! }
  type Task {
    id: ID! title: String! description: String! status: String! budget: Money! createdAt: String!
    applicationCount: Int! poster: User! applications(first: Int): TaskApplicationConnection! chat: TaskChat
  }
  type PageInfo { hasNextPage: Boolean! }
  type TaskEdge { cursor: String! node: Task! }
  type TaskConnection { edges: [TaskEdge!]! pageInfo: PageInfo! }
  type Query { task(id: ID!): Task tasks(first: Int!): TaskConnection! }
  input SendMessageInput { chatId: ID! body: String! }
  type MessagePayload { sentMessage: Message! }
  type Mutation { sendMessage(input: SendMessageInput!): MessagePayload! }
`

const money = (minorUnits: string, currencyCode: string) => ({
  amount: toDecimal({ minorUnits: BigInt(minorUnits), currencyCode }),
  currencyCode,
})

const TASK_COLUMNS =
  'id, title, description, status, budget_minor, currency, created_at, application_count as "applicationCount", poster_id'

const resolvers = {
  Query: {
    task: async (_root: unknown, { id }: { id: string }) => {
      const [task] = await rows<TaskRow>('task', `select ${TASK_COLUMNS} from tasks where id = $1`, [idOfTask(id)])
      return task ?? null
    },
    tasks: async (_root: unknown, { first }: { first: number }) => {
      const tasks = await rows<TaskRow>(
        'tasks',
        `select ${TASK_COLUMNS}
        from tasks
        where status = 'OPEN'
          and acceptance_mode <> 'INVITE_ONLY'
        order by id desc
        limit $1`,
        [first + 1],
      )
      const edges = tasks.slice(0, first).map((node) => ({ cursor: Buffer.from(node.id).toString('base64url'), node }))
      return { edges, pageInfo: { hasNextPage: tasks.length > first } }
    },
  },
  Mutation: {
    sendMessage: async (_root: unknown, { input }: { input: { chatId: string; body: string } }) => {
      const ids = [fromPublicId('tch', input.chatId), input.body, newId(), newId()]
      const [message] = await rows<MessageRow>('write', WRITE_STATEMENT, ids)
      return { sentMessage: { ...message, body: input.body } }
    },
  },
  User: { id: ({ id }: UserRow) => toPublicId('usr', id), displayName: (user: UserRow) => user.display_name },
  Message: {
    id: ({ id }: MessageRow) => toPublicId('msg', id),
    sentAt: ({ sent_at }: MessageRow) => sent_at.toISOString(),
  },
  TaskChat: { id: ({ id }: ChatRow) => toPublicId('tch', id) },
  TaskApplication: {
    id: ({ id }: ApplicationRow) => toPublicId('app', id),
    createdAt: ({ created_at }: ApplicationRow) => created_at.toISOString(),
    price: (row: ApplicationRow) => money(row.price_minor, row.currency),
  },
  Task: {
    id: ({ id }: TaskRow) => toPublicId('tsk', id),
    createdAt: ({ created_at }: TaskRow) => created_at.toISOString(),
    budget: (row: TaskRow) => money(row.budget_minor, row.currency),
  },
}

async function usersOf(ids: readonly string[]): Promise<(UserRow | undefined)[]> {
  const users = await rows<UserRow>('users', 'select id, display_name from users where id = any($1)', [
    [...new Set(ids)],
  ])
  const byId = new Map(users.map((user) => [user.id, user]))
  return ids.map((id) => byId.get(id))
}

async function applicationsOf(queries: Asked<TaskRow>[]): Promise<{ nodes: ApplicationRow[] }[]> {
  const found = await rows<ApplicationRow>(
    'applications',
    `select a.*
    from unnest($1::uuid[]) as asked (task_id)
    cross join lateral (
      select id, task_id, applicant_id, status, message, price_minor, currency, created_at
      from task_applications
      where task_id = asked.task_id
      order by id desc
      limit $2
    ) a`,
    [queries.map(({ obj }) => obj.id), queries[0]?.params.first ?? 20],
  )
  return queries.map(({ obj }) => ({ nodes: found.filter((row) => row.task_id === obj.id) }))
}

async function chatsOf(queries: Asked<TaskRow>[]): Promise<(ChatRow | null)[]> {
  const found = await rows<ChatRow>('chats', 'select id, task_id from chats where task_id = any($1) order by id desc', [
    queries.map(({ obj }) => obj.id),
  ])
  return queries.map(({ obj }) => found.find((row) => row.task_id === obj.id) ?? null)
}

async function messagesOf(queries: Asked<ChatRow>[]): Promise<{ nodes: MessageRow[] }[]> {
  const found = await rows<MessageRow>(
    'messages',
    `select m.*
    from unnest($1::uuid[]) as asked (chat_id)
    cross join lateral (
      select id, chat_id, sequence, author_id, body, sent_at
      from messages
      where chat_id = asked.chat_id
      order by sequence desc
      limit $2
    ) m`,
    [queries.map(({ obj }) => obj.id), queries[0]?.params.last ?? 20],
  )
  return queries.map(({ obj }) => ({ nodes: found.filter((row) => row.chat_id === obj.id).reverse() }))
}

const loaders = {
  Task: {
    poster: (queries: Asked<TaskRow>[]) => usersOf(queries.map(({ obj }) => obj.poster_id)),
    applications: applicationsOf,
    chat: chatsOf,
  },
  TaskApplication: {
    applicant: (queries: Asked<ApplicationRow>[]) => usersOf(queries.map(({ obj }) => obj.applicant_id)),
  },
  TaskChat: { messages: messagesOf },
  Message: { author: (queries: Asked<MessageRow>[]) => usersOf(queries.map(({ obj }) => obj.author_id)) },
}

const app = fastify()
await app.register(mercurius, { schema, resolvers, loaders, jit: 1 } as never)
await app.listen(place)
