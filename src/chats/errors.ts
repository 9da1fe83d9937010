/** Refusals of chats, in order of precedence: not a participant, something unread, ended. */
import { DomainError, ForbiddenError } from '../domain/errors.ts'

/** The refusal of somebody who may read the chat but does not take part in it. */
export const notAParticipant = (): ForbiddenError =>
  new ForbiddenError('Only the participants of the chat can do this.')

/** Others have written since the sender looked. */
export class StaleChatError extends DomainError {
  readonly code = 'STALE_CHAT'
  readonly chatId: string
  readonly readerId: string
  /** What was missed lies behind this message. */
  readonly afterSequence: number
  readonly upToSequence: number
  constructor(missed: { chatId: string; readerId: string; afterSequence: number; upToSequence: number }) {
    super('Others have written in the meantime. Read what you have missed, then send it again if it still fits.')
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
    super(`This chat ended at ${endedAt.toISOString()}. It can be read, but nothing more can be written in it.`)
    this.endedAt = endedAt
  }
}
