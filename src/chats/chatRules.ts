/** Rules that customer service adds to those of all chats. It registers them here, because chats do not import support. */
import type { Statements } from '../db/statements.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import type { ChatOfPerson } from './chats.sql.ts'

interface ChatRules {
  /** True if a person who is not a participant may read the chat. */
  mayRead(database: Statements, chat: ChatOfPerson, caller: Caller): Promise<boolean>
  /** Admits a message, under the lock of the chat. Throws if the caller may not write. */
  admitMessage(tx: Tx, message: { chat: ChatOfPerson; caller: Caller; at: Date }): Promise<void>
}

let supportRules: ChatRules | undefined

/** Sets the rules of support chats for this process. */
export function registerSupportChatRules(rules: ChatRules): void {
  supportRules = rules
}

/** Returns the rules of support chats. Throws if none are registered, because without rules everyone could write. */
export function supportChatRules(): ChatRules {
  if (!supportRules) throw new Error('This process has no rules for support chats: import src/api/observers.ts.')
  return supportRules
}
