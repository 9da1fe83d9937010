/** People who chat through the API, with the operations of the SDK. */
import { expect } from 'vitest'
import { MarkReadDocument, SendMessageDocument, SetTypingDocument } from '../../schema/sdk/index.ts'
import type { FilePurpose } from '../../src/db/generated/enums.ts'
import { type Person, person } from './people.ts'
import { newId, toPublicId } from './publicIds.ts'
import type { TestApp } from './servers/app.ts'
import type { Named, Outcome } from './story.ts'
import { chatRow, taskRow } from './worlds/rows.ts'

const DOCUMENTS = { sendMessage: SendMessageDocument, markRead: MarkReadDocument, setTyping: SetTypingDocument }

export type ChatMutation = keyof typeof DOCUMENTS

/** Sends a chat mutation, and returns its payload or refusal. */
export async function asksChat(
  someone: Person,
  mutation: ChatMutation,
  input: Record<string, unknown>,
): Promise<Outcome> {
  const answer = await someone.send(DOCUMENTS[mutation].text, { input })
  const outcome: Outcome | undefined = answer.data?.[mutation]
  if (!outcome) throw new Error(`${mutation} had no answer: ${JSON.stringify(answer.errors)}`)
  return outcome
}

export interface SentMessage {
  id: string
  sequence: number
  kind: string
  body: string
  author: { id: string } | null
}

/** Sends a message, and expects success. */
export async function says(
  someone: Person,
  chat: Named,
  body: string,
  fields: Record<string, unknown> = {},
): Promise<SentMessage> {
  const outcome = await asksChat(someone, 'sendMessage', { chatId: chat.id, body, ...fields })
  expect(outcome.__typename).toBe('MessagePayload')
  return outcome.sentMessage as SentMessage
}

/** Creates a poster and a tasker in the chat of an assigned task. */
export async function pairInChat(app: TestApp) {
  const anna = await person(app, 'Anna')
  const ben = await person(app, 'Ben')
  const task = await taskRow(app, { poster: anna, assignee: ben })
  const chat = await chatRow(app, { task, poster: anna, tasker: ben })
  return { anna, ben, task, chat }
}

/** Inserts an uploaded file that is not attached; the store has no bytes of it. */
export async function uploadedRow(app: TestApp, uploader: Person, purpose: FilePurpose = 'CHAT'): Promise<Named> {
  const uuid = newId()
  await app.database.run`
    /* testUploaded */
    insert into attachments (
      id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, unattached_until
    )
    values (
      ${uuid}, ${uploader.uuid}, ${purpose}, 'AVAILABLE', 'plan.png', 'image/png', 100, ${'0'.repeat(64)},
      errand_now(), now() + interval '1 day'
    )`
  return { uuid, id: toPublicId('att', uuid) }
}

/** Returns every row that a chat rule may change, to compare before and after. */
export async function everythingInChats(app: TestApp): Promise<unknown> {
  const tables = ['chats', 'chat_participants', 'messages', 'attachments', 'events', 'idempotency_keys']
  const selects = tables.map((table) => `select '${table}' as name, to_jsonb(row) as content from ${table} row`)
  const { rows } = await app.database.pool.query(`${selects.join(' union all ')} order by name, content`)
  return rows
}
