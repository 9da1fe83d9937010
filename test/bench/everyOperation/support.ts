/** Customer service: chats of customers, agents and administrators. */
import {
  AddNoteDocument,
  AgentsDocument,
  AssignChatDocument,
  ClaimNextChatDocument,
  EndChatDocument,
  MyAssignedChatsDocument,
  orThrow,
  RateChatDocument,
  SetAgentAvailabilityDocument,
  StartSupportChatDocument,
  SupportChatDocument,
  SupportQueueDocument,
} from '../../../schema/sdk/index.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { peopleFrom } from './cast.ts'
import { inTurn, type Person, type Play, type Stage, step } from './steps.ts'

const CAPACITY = 50
const FIRST_CUSTOMER = 5_001

/** Half of the chats are claimed, the other half assigned; all are ended and rated. */
export function supportPlay({ ground, requests, agents, admins }: Stage): Play {
  const customers: Person[] = []
  const chatIds: string[] = []
  const waiting: string[] = []
  const agentId = (index: number) => inTurn(agents, index).id.replace(/^usr/, 'agt')
  const half = Math.floor(requests / 2)
  return [
    async () => {
      customers.push(...(await peopleFrom(ground, FIRST_CUSTOMER, requests)))
    },
    step(SetAgentAvailabilityDocument, requests, (index) => ({
      by: inTurn(agents, index),
      variables: { input: { availability: 'BUSY' as const, capacity: CAPACITY } },
    })),
    step(StartSupportChatDocument, requests, (index) => ({
      by: inTurn(customers, index),
      variables: { input: { subject: 'The fee', message: 'When is it taken?' } },
      keep: ({ startSupportChat }) => {
        chatIds[index] = orThrow(startSupportChat).chat.id
      },
    })),
    step(SupportQueueDocument, requests, (index) => ({ by: inTurn(agents, index), variables: { first: 20 } })),
    step(ClaimNextChatDocument, half, (index) => ({ by: inTurn(agents, index), variables: { input: {} } })),
    async () => {
      const { rows } = await ground.client.query<{ id: string }>(`select id from chats where status = 'QUEUED'`)
      waiting.push(...rows.map(({ id }) => toPublicId('sch', id)))
    },
    step(AssignChatDocument, half, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { chatId: inTurn(waiting, index), agentId: agentId(index) } },
    })),
    step(MyAssignedChatsDocument, requests, (index) => ({ by: inTurn(agents, index), variables: { first: 20 } })),
    step(AgentsDocument, requests, (index) => ({ by: inTurn(admins, index), variables: {} })),
    step(AddNoteDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { chatId: inTurn(chatIds, index), body: 'Asked before.' } },
    })),
    step(SupportChatDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { id: inTurn(chatIds, index) },
    })),
    step(EndChatDocument, requests, (index) => ({
      by: inTurn(admins, index),
      variables: { input: { chatId: inTurn(chatIds, index) } },
    })),
    step(RateChatDocument, requests, (index) => ({
      by: inTurn(customers, index),
      variables: { input: { chatId: inTurn(chatIds, index), score: 5 } },
    })),
  ]
}
