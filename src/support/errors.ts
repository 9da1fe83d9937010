/** Refusals of customer service, in order of precedence: the state of the agent, then that of the queue. */
import { DomainError, ForbiddenError, IllegalTransitionError } from '../domain/errors.ts'

export class AgentAtCapacityError extends DomainError {
  readonly code = 'AGENT_AT_CAPACITY'
  override readonly retryable = true
  readonly capacity: number
  constructor(capacity: number) {
    super(`The agent has ${capacity} chats, as many as they take at once. End one, or raise the capacity.`)
    this.capacity = capacity
  }
}

export class QueueEmptyError extends DomainError {
  readonly code = 'QUEUE_EMPTY'
  override readonly retryable = true
  constructor() {
    super('No chat waits that you could take. Be ONLINE, and the next one comes by itself.')
  }
}

/** The refusal of an agent who sees a chat but does not have it. */
export const notTheAgent = (): ForbiddenError =>
  new ForbiddenError('Only the agent to whom the chat is assigned and administrators can do this.')

/** The refusal of somebody who lost the role, or the account, since their request was admitted. */
export const noAgentAnyMore = (): ForbiddenError =>
  new ForbiddenError('You are no agent any more. An administrator can give you the role again.')

/** The refusal of an agent who is OFFLINE: they take no chat by any way. */
export const agentOffline = (action: string): IllegalTransitionError =>
  new IllegalTransitionError({
    from: 'OFFLINE',
    action,
    allowed: ['setAgentAvailability'],
    message: 'The agent is OFFLINE and takes no chat. Be ONLINE or BUSY first, by setAgentAvailability.',
  })
