/**
 * The lower bound: node:http and one prepared statement per operation, written by hand for these four documents. It has no GraphQL, no
 * rights, no limits and no log, only what every server must do.
 */
import { createServer, type IncomingMessage } from 'node:http'
import pg from 'pg'
import { toDecimal } from '../../../src/domain/money.ts'
import { fromPublicId, type IdPrefix, newId, toPublicId } from '../../support/publicIds.ts'
import { DOCUMENTS } from '../operations.ts'
import { connectionString, idOfTask, POOL_MAX, place, WRITE_STATEMENT } from './common.ts'

interface Variables {
  id: string
  input: { chatId: string; body: string }
}

interface PersonRow {
  id: string
  display_name: string
}

interface TaskRow {
  id: string
  title: string
  description: string
  status: string
  budget_minor: string
  currency: string
  created_at: number
  application_count: number
  poster: PersonRow
  applications: ApplicationRow[]
  chat: { id: string; messages: MessageRow[] } | null
}

interface ApplicationRow {
  id: string
  status: string
  message: string
  price_minor: string
  currency: string
  created_at: number
  applicant: PersonRow
}

interface MessageRow {
  id: string
  sequence: number
  body: string
  sent_at: number
  author: PersonRow
}

const pool = new pg.Pool({ connectionString, max: POOL_MAX })

const ROW = 'select id, title, status from tasks where id = $1'

const LIST = `
  select coalesce(json_agg(listed), '[]') as tasks
  from (
    select
      task.id, title, status, budget_minor::text, currency, date_part('epoch', task.created_at) * 1000 as created_at,
      application_count,
      (select row_to_json(p) from (select id, display_name from users where id = task.poster_id) p) as poster
    from tasks task
    where status = 'OPEN'
      and acceptance_mode <> 'INVITE_ONLY'
    order by id desc
    limit 21
  ) listed`

const DETAIL = `
  select row_to_json(shown) as task
  from (
    select
      task.id, title, description, status, budget_minor::text, currency,
      date_part('epoch', task.created_at) * 1000 as created_at,
      (select row_to_json(p) from (select id, display_name from users where id = task.poster_id) p) as poster,
      (
        select coalesce(json_agg(a), '[]')
        from (
          select
            id, status, message, price_minor::text, currency, date_part('epoch', created_at) * 1000 as created_at,
            (select row_to_json(p) from (select id, display_name from users where id = applicant_id) p) as applicant
          from task_applications
          where task_id = task.id
          order by id desc
          limit 10
        ) a
      ) as applications,
      (
        select row_to_json(c)
        from (
          select
            chat.id,
            (
              select coalesce(json_agg(m), '[]')
              from (
                select
                  id, sequence, body, date_part('epoch', sent_at) * 1000 as sent_at,
                  (select row_to_json(p) from (select id, display_name from users where id = author_id) p) as author
                from messages
                where chat_id = chat.id
                order by sequence desc
                limit 20
              ) m
            ) as messages
          from chats chat
          where chat.task_id = task.id
          order by id desc
          limit 1
        ) c
      ) as chat
    from tasks task
    where task.id = $1
  ) shown`

const HANDLERS = new Map<string, (variables: Variables) => Promise<object>>([
  [DOCUMENTS.row, row],
  [DOCUMENTS.list, list],
  [DOCUMENTS.detail, detail],
  [DOCUMENTS.write, write],
])

async function row({ id }: Variables): Promise<object> {
  const { rows } = await pool.query({ name: 'row', text: ROW, values: [idOfTask(id)] })
  const { id: uuid, title, status } = rows[0]
  return { task: { id: toPublicId('tsk', uuid), title, status } }
}

async function list(): Promise<object> {
  const { rows } = await pool.query<{ tasks: TaskRow[] }>({ name: 'list', text: LIST, values: [] })
  const tasks = rows[0]?.tasks ?? []
  const edges = tasks.slice(0, 20).map((task) => ({
    cursor: Buffer.from(task.id).toString('base64url'),
    node: {
      id: toPublicId('tsk', task.id),
      title: task.title,
      status: task.status,
      budget: money(task.budget_minor, task.currency),
      createdAt: time(task.created_at),
      applicationCount: task.application_count,
      poster: person(task.poster),
    },
  }))
  return { tasks: { edges, pageInfo: { hasNextPage: tasks.length > 20 } } }
}

async function detail({ id }: Variables): Promise<object> {
  const { rows } = await pool.query<{ task: TaskRow }>({ name: 'detail', text: DETAIL, values: [idOfTask(id)] })
  const task = rows[0]?.task
  if (!task) return { task: null }
  return {
    task: {
      id: toPublicId('tsk', task.id),
      title: task.title,
      description: task.description,
      status: task.status,
      budget: money(task.budget_minor, task.currency),
      createdAt: time(task.created_at),
      poster: person(task.poster),
      applications: { nodes: task.applications.map(application) },
      chat: task.chat && {
        id: toPublicId('tch', task.chat.id),
        messages: { nodes: task.chat.messages.reverse().map(message) },
      },
    },
  }
}

async function write({ input }: Variables): Promise<object> {
  const values = [fromPublicId('tch', input.chatId), input.body, newId(), newId()]
  const { rows } = await pool.query({ name: 'write', text: WRITE_STATEMENT, values })
  const { id, sequence, sent_at: sentAt, author_id: authorId, display_name } = rows[0]
  const author = person({ id: authorId, display_name })
  const sentMessage = { id: toPublicId('msg', id), sequence, body: input.body, sentAt: sentAt.toISOString(), author }
  return { sendMessage: { __typename: 'MessagePayload', sentMessage } }
}

const application = (row: ApplicationRow) => ({
  id: toPublicId('app', row.id),
  status: row.status,
  message: row.message,
  price: money(row.price_minor, row.currency),
  createdAt: time(row.created_at),
  applicant: person(row.applicant),
})

const message = (row: MessageRow) => ({
  id: publicId('msg', row.id),
  sequence: row.sequence,
  body: row.body,
  sentAt: time(row.sent_at),
  author: person(row.author),
})

const publicId = (prefix: IdPrefix, id: string) => toPublicId(prefix, id)
const person = (row: PersonRow) => ({ id: publicId('usr', row.id), displayName: row.display_name })
const time = (milliseconds: number) => new Date(Math.round(milliseconds)).toISOString()
const money = (minorUnits: string, currencyCode: string) => ({
  amount: toDecimal({ minorUnits: BigInt(minorUnits), currencyCode }),
  currencyCode,
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString()
}

createServer(async (request, response) => {
  try {
    const { query, variables } = JSON.parse(await bodyOf(request))
    const text = JSON.stringify({ data: await HANDLERS.get(query)?.(variables) })
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    })
    response.end(text)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}).listen(place)
