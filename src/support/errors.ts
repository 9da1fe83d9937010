/** Refusals of customer service, in order of precedence: the state of the agent, then that of the queue. */
import { DomainError, ForbiddenError, IllegalTransitionError } from '../domain/errors.ts'

export class AgentAtCapacityError extends DomainError {
  readonly code = 'AGENT_AT_CAPACITY'
  override readonly retryable = true
  readonly capacity: number
  constructor(capacity: number) {
    super(`The agent has as many chats as they take at once, which is ${capacity}. End one, or raise the capacity.`)
    this.capacity = capacity
  }
}

export class QueueEmptyError extends DomainError {
  readonly code = 'QUEUE_EMPTY'
  override readonly retryable = true
  constructor() {
    super('Nobody waits whom you could serve.')
  }
}

/** The refusal of whoever sees a chat but does not have it. */
export const notTheAgent = (): ForbiddenError =>
  new ForbiddenError('This is for the agent to whom the chat is assigned, and for administrators.')

/** The refusal of an agent who is OFFLINE: they take no chat by any way. */
export const agentOffline = (action: string): IllegalTransitionError =>
  new IllegalTransitionError({ from: 'OFFLINE', action, allowed: ['setAgentAvailability'] })
