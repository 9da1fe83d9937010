/** The one way in which a message is written, whoever writes it. */
import { newId } from '../db/ids.ts'
import type { Tx } from '../db/transaction.ts'
import { wakeNumberer } from '../events/wakeNumberer.ts'
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
  await insertMessage(tx, { id: messageId, chatId, kind, authorId, body, sentAt: at, eventId: newId() })
  tx.afterCommit(wakeNumberer)
  return messageId
}
