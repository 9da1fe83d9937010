/** The life cycle of a support chat. */
import { SupportChatStatus } from '../db/generated/enums.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

export const supportChatLifeCycle: LifeCycle<SupportChatStatus> = {
  subject: 'support_chat',
  states: Object.values(SupportChatStatus),
  transitions: [
    { name: 'claimNextChat', from: ['QUEUED'], to: ['ASSIGNED'], actors: ['agent'] },
    { name: 'assignChat', from: ['QUEUED'], to: ['ASSIGNED'], actors: ['administrator'] },
    { name: 'assignChat', from: ['ASSIGNED'], to: ['ASSIGNED'], actors: ['agent', 'administrator'] },
    // An agent who is ONLINE with free capacity gets the next chat automatically.
    { name: 'assignmentByItself', from: ['QUEUED'], to: ['ASSIGNED'], actors: ['time'] },
    { name: 'agentIsSilent', from: ['ASSIGNED'], to: ['QUEUED'], actors: ['time'] },
    // The agent lost the role, the account or the last session, through a rule or through time.
    { name: 'agentIsLost', from: ['ASSIGNED'], to: ['QUEUED'], actors: ['agent', 'administrator', 'time'] },
    // The customer adds a topic in which the agent has a conflict of interest, or the agent acquires one.
    { name: 'startSupportChat', from: ['ASSIGNED'], to: ['QUEUED'], actors: ['customer'] },
    { name: 'ownMatter', from: ['ASSIGNED'], to: ['QUEUED'], actors: ['time'] },
    { name: 'nobodyTakesIt', from: ['QUEUED'], to: ['ENDED'], actors: ['time'] },
    { name: 'customerIsSilent', from: ['ASSIGNED'], to: ['ENDED'], actors: ['time'] },
    { name: 'endChat', from: ['QUEUED'], to: ['ENDED'], actors: ['customer', 'administrator'] },
    { name: 'endChat', from: ['ASSIGNED'], to: ['ENDED'], actors: ['customer', 'agent', 'administrator'] },
    { name: 'rateChat', from: ['ENDED'], to: ['ENDED'], actors: ['customer'] },
  ],
}
