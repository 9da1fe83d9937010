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
    // Whoever is ONLINE and has room gets the next chat without asking.
    { name: 'assignmentByItself', from: ['QUEUED'], to: ['ASSIGNED'], actors: ['time'] },
    { name: 'agentIsSilent', from: ['ASSIGNED'], to: ['QUEUED'], actors: ['time'] },
    { name: 'customerIsSilent', from: ['ASSIGNED'], to: ['ENDED'], actors: ['time'] },
    { name: 'endChat', from: ['QUEUED'], to: ['ENDED'], actors: ['customer', 'administrator'] },
    { name: 'endChat', from: ['ASSIGNED'], to: ['ENDED'], actors: ['customer', 'agent', 'administrator'] },
    { name: 'rateChat', from: ['ENDED'], to: ['ENDED'], actors: ['customer'] },
  ],
}
