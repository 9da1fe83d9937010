/** The rules that customer service adds to those of all chats. It registers them, because chats do not import it. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import type { ChatOfPerson } from './chats.sql.ts'

interface ChatRules {
  /** Whether a person who does not take part in the chat may read it. */
  mayRead(database: Statements, chat: ChatOfPerson, caller: Caller): Promise<boolean>
  /** Admits a message under the lock of the chat. Throws where the caller may not write. */
  admitMessage(tx: Tx, message: { chat: ChatOfPerson; caller: Caller; at: Date }): Promise<void>
}

let supportRules: ChatRules | undefined

/** Sets the rules of support chats for this process. */
export function registerSupportChatRules(rules: ChatRules): void {
  supportRules = rules
}

/** The rules of support chats. Throws where nobody registered them, because without rules everybody could write. */
export function supportChatRules(): ChatRules {
  if (!supportRules) throw new Error('This process has no rules for support chats: import src/api/observers.ts.')
  return supportRules
}
