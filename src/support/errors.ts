/** Refusals of customer service, in order of precedence: the state of the agent, then that of the queue. */
import { DomainError, ForbiddenError, IllegalTransitionError } from '../domain/errors.ts'

export class AgentAtCapacityError extends DomainError {
  readonly code = 'AGENT_AT_CAPACITY'
  override readonly retryable = true
  readonly capacity: number
  constructor(capacity: number) {
    super(`The agent is at their capacity of ${capacity} chats. End a chat, or raise the capacity.`)
    this.capacity = capacity
  }
}

export class QueueEmptyError extends DomainError {
  readonly code = 'QUEUE_EMPTY'
  override readonly retryable = true
  constructor() {
    super('No chat is waiting that you may take. Set your availability to ONLINE to get the next one automatically.')
  }
}

/** Refuses an agent who may see a chat that is not assigned to them. */
export const notTheAgent = (): ForbiddenError =>
  new ForbiddenError('Only the assigned agent and administrators can do this.')

/** Refuses a person who lost the role or the account since their request was admitted. */
export const noLongerAgent = (): ForbiddenError =>
  new ForbiddenError('You are no longer an agent. An administrator can give you the role again.')

/** Refuses an agent who is OFFLINE: they can neither claim a chat nor be assigned one. */
export const agentOffline = (action: string): IllegalTransitionError =>
  new IllegalTransitionError({
    from: 'OFFLINE',
    action,
    allowed: ['setAgentAvailability'],
    message: 'The agent is OFFLINE and gets no chats. They can set ONLINE or BUSY with setAgentAvailability.',
  })
