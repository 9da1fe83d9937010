/** Mutations of customer service, for customers and agents. */
import { ATTACHMENTS_MAX, BODY_LENGTH_MAX } from '../chats/inputSchemas.ts'
import { builder } from '../graphql/builder.ts'
import { mutation, uuidOf } from '../graphql/mutation.ts'
import { addNote } from './addNote.ts'
import { AgentAvailabilityEnum } from './agents/agents.graphql.ts'
import { setAgentAvailability } from './agents/setAgentAvailability.ts'
import { endChat } from './endChat.ts'
import {
  addNoteSchema,
  assignChatSchema,
  CAPACITY_MAX,
  claimNextChatSchema,
  endChatSchema,
  rateChatSchema,
  SCORE_MAX,
  setAgentAvailabilitySchema,
  startSupportChatSchema,
} from './inputSchemas.ts'
import { assignChat } from './queue/assignChat.ts'
import { claimNextChat } from './queue/claimNextChat.ts'
import { rateChat } from './rateChat.ts'
import { startSupportChat } from './startSupportChat.ts'
import { AgentResult, NoteResult, SupportChatResult } from './supportResults.graphql.ts'

const idempotencyKey = {
  type: 'IdempotencyKey',
  description: 'A request that is repeated under the same key runs once.',
} as const
const chatId = { required: true, description: 'The support chat, `sch_...`.' } as const

const StartSupportChatInput = builder.inputType('StartSupportChatInput', {
  description: 'A request to customer service.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    subject: t.string({ description: 'A subject of one line. Ignored if the viewer has an open chat.' }),
    aboutId: t.id({
      description:
        'The task, transfer or dispute that the request is about. The assigned agent can see of it what the viewer sees while the chat is open.',
    }),
    message: t.string({ required: true, description: `The first message, of 1 to ${BODY_LENGTH_MAX} characters.` }),
    attachmentIds: t.idList({
      description: `Unattached files that the viewer has uploaded for CHAT; at most ${ATTACHMENTS_MAX}.`,
    }),
  }),
})

const ClaimNextChatInput = builder.inputType('ClaimNextChatInput', {
  description: 'Only a key, because the queue decides which chat is next.',
  fields: (t) => ({ idempotencyKey: t.field(idempotencyKey) }),
})

const AssignChatInput = builder.inputType('AssignChatInput', {
  description: 'The assignment of a chat to an agent.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    chatId: t.id(chatId),
    agentId: t.id({ required: true, description: 'The agent, `agt_...`.' }),
    note: t.string({ description: 'A note for the new agent, added to the chat.' }),
  }),
})

const EndChatInput = builder.inputType('EndChatInput', {
  description: 'The support chat to end.',
  fields: (t) => ({ idempotencyKey: t.field(idempotencyKey), chatId: t.id(chatId) }),
})

const RateChatInput = builder.inputType('RateChatInput', {
  description: 'A rating of a support chat.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    chatId: t.id(chatId),
    score: t.int({ required: true, description: `The score, from 1 (bad) to ${SCORE_MAX} (good).` }),
    comment: t.string({ description: 'A comment on the rating.' }),
  }),
})

const AddNoteInput = builder.inputType('AddNoteInput', {
  description: 'An internal note on a support chat.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    chatId: t.id(chatId),
    body: t.string({ required: true, description: `Plain text of 1 to ${BODY_LENGTH_MAX} characters.` }),
  }),
})

const SetAgentAvailabilityInput = builder.inputType('SetAgentAvailabilityInput', {
  description: 'The availability and capacity of the viewer as an agent.',
  fields: (t) => ({
    availability: t.field({ type: AgentAvailabilityEnum, required: true, description: 'The availability.' }),
    capacity: t.int({
      description: `The maximum number of chats at once, 1 to ${CAPACITY_MAX}. Unchanged if absent; initially 5.`,
    }),
  }),
})

mutation('startSupportChat', {
  description:
    'Starts a support chat. A person has at most one open support chat: if there is one, the message and the topic are added to it.',
  input: StartSupportChatInput,
  result: SupportChatResult,
  inputSchema: startSupportChatSchema,
  budget: 'creation',
  rule: (tx, { subject, aboutId, message, attachmentIds = [] }, { caller }) =>
    startSupportChat(tx, { caller, subject, aboutId, message, attachmentIds }),
})

mutation('claimNextChat', {
  description:
    'Assigns the next chat of the queue to the viewer. For agents who are ONLINE or BUSY with free capacity.',
  input: ClaimNextChatInput,
  result: SupportChatResult,
  inputSchema: claimNextChatSchema,
  roles: ['AGENT'],
  rule: (tx, _form, { caller, requestId }) => claimNextChat(tx, { caller, requestId }),
})

mutation('assignChat', {
  description:
    'Assigns a chat to an agent who is not OFFLINE and has free capacity. An agent can hand over their own chat, an administrator can assign any open one.',
  input: AssignChatInput,
  result: SupportChatResult,
  inputSchema: assignChatSchema,
  roles: ['AGENT'],
  rule: async (tx, input, { caller, requestId }) =>
    assignChat(tx, {
      chatId: uuidOf('sch', input.chatId),
      agentId: uuidOf('agt', input.agentId),
      note: input.note,
      caller,
      requestId,
    }),
})

mutation('endChat', {
  description:
    'Ends a support chat: its agent (RESOLVED), its customer (CUSTOMER_ENDED) or an administrator (AGENT_ENDED).',
  input: EndChatInput,
  result: SupportChatResult,
  inputSchema: endChatSchema,
  rule: async (tx, input, { caller, requestId }) =>
    endChat(tx, { chatId: uuidOf('sch', input.chatId), caller, requestId }),
})

mutation('rateChat', {
  description: 'Rates a support chat. For its customer, once, within 7 days of its end.',
  input: RateChatInput,
  result: SupportChatResult,
  inputSchema: rateChatSchema,
  rule: async (tx, { chatId: id, score, comment }, { caller }) =>
    rateChat(tx, { chatId: uuidOf('sch', id), score, comment, caller }),
})

mutation('addNote', {
  description:
    'Adds an internal note to a support chat. Customers never see notes. For agents and administrators who may see the chat.',
  input: AddNoteInput,
  result: NoteResult,
  inputSchema: addNoteSchema,
  roles: ['AGENT'],
  rule: async (tx, { chatId: id, body }, { caller, requestId }) =>
    addNote(tx, { chatId: uuidOf('sch', id), body, caller, requestId }),
})

mutation('setAgentAvailability', {
  description:
    'Sets the availability and capacity of the viewer as an agent. With ONLINE, waiting chats are assigned immediately, up to the capacity. Assigned chats stay assigned.',
  input: SetAgentAvailabilityInput,
  result: AgentResult,
  inputSchema: setAgentAvailabilitySchema,
  roles: ['AGENT'],
  rule: (tx, { availability, capacity }, { caller, requestId }) =>
    setAgentAvailability(tx, { caller, availability, capacity, requestId }),
})
