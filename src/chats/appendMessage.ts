/** The one way in which a message is written, whoever writes it. */
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { notifySequencer } from '../events/notifySequencer.ts'
import { insertMessage } from './messages.sql.ts'

interface Draft {
  /** Where the caller has made it already. */
  messageId?: string
  chatId: string
  body: string
  /** The clock of the rule, read after its lock. */
  at: Date
}

/** Appends what a person says to a chat that is locked, with its event; gives the id of the message. */
export const appendMessage = (tx: Tx, { authorId, ...draft }: Draft & { authorId: string }): Promise<string> =>
  append(tx, { ...draft, kind: 'TEXT', authorId })

/** Appends what the system says. Only rules call it: no client can have the system say something. */
export const appendSystemMessage = (tx: Tx, draft: Draft): Promise<string> =>
  append(tx, { ...draft, kind: 'SYSTEM', authorId: null })

/**
 * Writes what a person says where a glance shows that nothing speaks against it, in one statement that locks, looks and writes,
 * so that others who write in the same chat wait as short as can be. Gives where it stands then, with which the rule has to end;
 * undefined when it has written nothing: a rule says why.
 */
export async function appendAtOnce(
  tx: Tx,
  message: { messageId: string; chatId: string; authorId: string; body: string; lastSeenSequence: number | undefined },
): Promise<{ chatId: string; messageId: string } | undefined> {
  const { messageId: id, chatId, authorId, body, lastSeenSequence = null } = message
  const written = { chatId, messageId: id }
  const count = await insertMessage(tx.autocommit(written), {
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
  if (count === 0) return undefined
  tx.afterCommit(notifySequencer)
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
  }: Draft & { kind: 'TEXT' | 'SYSTEM'; authorId: string | null },
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
