/** The only writer of messages, for people and for the system. */
import { newId } from '../db/ids.ts'
import type { RuleResult, Tx } from '../db/transaction.ts'
import { notifySequencer } from '../events/notifySequencer.ts'
import { insertMessage } from './messages.sql.ts'

interface MessageDraft {
  /** A new one by default. */
  messageId?: string
  chatId: string
  body: string
  /** The clock of the rule, read after its lock. */
  at: Date
}

/** Appends a person's message and its event to a locked chat; returns the id of the message. */
export const appendMessage = (tx: Tx, { authorId, ...draft }: MessageDraft & { authorId: string }): Promise<string> =>
  append(tx, { ...draft, kind: 'TEXT', authorId })

/** Appends a system message. Called by rules only: no client can write one. */
export const appendSystemMessage = (tx: Tx, draft: MessageDraft): Promise<string> =>
  append(tx, { ...draft, kind: 'SYSTEM', authorId: null })

/**
 * Single-statement fast path: locks, checks and inserts in one autocommitted statement, so that other writers of the chat wait
 * for as short a time as possible. If it returns a value, the rule must return that value. If it returns undefined, nothing was
 * written, and the full rule finds out why.
 */
export async function tryAppend(
  tx: Tx,
  message: { messageId: string; chatId: string; authorId: string; body: string; lastSeenSequence: number | undefined },
): Promise<RuleResult<{ chatId: string; messageId: string }> | undefined> {
  const { messageId: id, chatId, authorId, body, lastSeenSequence = null } = message
  const written = await insertMessage(tx.autocommit({ chatId, messageId: id }), {
    id,
    chatId,
    kind: 'TEXT',
    authorId,
    body,
    eventId: newId(),
    sentAt: null,
    isAdmitted: false,
    lastSeenSequence,
  })
  if (written) tx.afterCommit(notifySequencer)
  return written
}

async function append(
  tx: Tx,
  {
    messageId = newId(),
    chatId,
    body,
    at,
    kind,
    authorId,
  }: MessageDraft & { kind: 'TEXT' | 'SYSTEM'; authorId: string | null },
): Promise<string> {
  await insertMessage(tx, {
    id: messageId,
    chatId,
    kind,
    authorId,
    body,
    eventId: newId(),
    sentAt: at,
    isAdmitted: true,
    lastSeenSequence: null,
  })
  tx.afterCommit(notifySequencer)
  return messageId
}
