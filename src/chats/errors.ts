/** Refusals of chats, in order of precedence: not a participant, unread messages, ended. */
import { DomainError, ForbiddenError } from '../domain/errors.ts'

/** Refuses a caller who may read the chat but is not a participant. */
export const notAParticipant = (): ForbiddenError => new ForbiddenError('Only participants of this chat can do this.')

/** Others have written since the last message that the sender saw. */
export class StaleChatError extends DomainError {
  readonly code = 'STALE_CHAT'
  readonly chatId: string
  readonly readerId: string
  /** The missed messages follow this one. */
  readonly afterSequence: number
  readonly upToSequence: number
  constructor(missed: { chatId: string; readerId: string; afterSequence: number; upToSequence: number }) {
    super('The chat has newer messages that you have not seen. Read them, then send yours again if it still fits.')
    this.chatId = missed.chatId
    this.readerId = missed.readerId
    this.afterSequence = missed.afterSequence
    this.upToSequence = missed.upToSequence
  }
}

export class ChatEndedError extends DomainError {
  readonly code = 'CHAT_ENDED'
  readonly endedAt: Date
  constructor(endedAt: Date) {
    super(`This chat ended at ${endedAt.toISOString()}. You can read it, but no longer write in it.`)
    this.endedAt = endedAt
  }
}
