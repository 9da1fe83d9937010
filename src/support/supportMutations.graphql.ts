/** What customers and agents do with support chats: which rule each mutation is, and who gives it what. */
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
  description: 'The same request under the same key is done once, however often it is sent.',
} as const
const chatId = { required: true, description: 'The support chat, `sch_...`.' } as const

const StartSupportChatInput = builder.inputType('StartSupportChatInput', {
  description: 'What a customer asks.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    subject: t.string({ description: 'What it is called, in one line. An open chat keeps the one that it has.' }),
    aboutId: t.id({
      description:
        'The task or transfer that it is about; the agent who gets it sees of it what the viewer sees as long as the chat goes on.',
    }),
    message: t.string({ required: true, description: `The first message, of 1 to ${BODY_LENGTH_MAX} characters.` }),
    attachmentIds: t.idList({
      description: `Files for the message, uploaded before by the viewer for CHAT, at most ${ATTACHMENTS_MAX}.`,
    }),
  }),
})

const ClaimNextChatInput = builder.inputType('ClaimNextChatInput', {
  description: 'Nothing but a key: which chat is next, the queue decides.',
  fields: (t) => ({ idempotencyKey: t.field(idempotencyKey) }),
})

const AssignChatInput = builder.inputType('AssignChatInput', {
  description: 'Who is to have a chat.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    chatId: t.id(chatId),
    agentId: t.id({ required: true, description: 'The agent, `agt_...`.' }),
    note: t.string({ description: 'What they should know; a note of the chat.' }),
  }),
})

const EndChatInput = builder.inputType('EndChatInput', {
  description: 'Which chat is over.',
  fields: (t) => ({ idempotencyKey: t.field(idempotencyKey), chatId: t.id(chatId) }),
})

const RateChatInput = builder.inputType('RateChatInput', {
  description: 'What a customer made of a chat.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    chatId: t.id(chatId),
    score: t.int({ required: true, description: `From 1, bad, to ${SCORE_MAX}, good.` }),
    comment: t.string({ description: 'Why.' }),
  }),
})

const AddNoteInput = builder.inputType('AddNoteInput', {
  description: 'What staff should know of a chat.',
  fields: (t) => ({
    idempotencyKey: t.field(idempotencyKey),
    chatId: t.id(chatId),
    body: t.string({ required: true, description: `Plain text of 1 to ${BODY_LENGTH_MAX} characters.` }),
  }),
})

const SetAgentAvailabilityInput = builder.inputType('SetAgentAvailabilityInput', {
  description: 'Whether the viewer works as an agent, and how much they take.',
  fields: (t) => ({
    availability: t.field({ type: AgentAvailabilityEnum, required: true, description: 'Whether they get chats.' }),
    capacity: t.int({
      description: `How many chats they take at once, 1 to ${CAPACITY_MAX}. Absent leaves it; 5 in the beginning.`,
    }),
  }),
})

mutation('startSupportChat', {
  description:
    'Asks customer service. A person has one open support chat: whoever asks again gets it back with the message appended.',
  input: StartSupportChatInput,
  result: SupportChatResult,
  form: startSupportChatSchema,
  budget: 'creation',
  rule: (tx, { subject, aboutId, message, attachmentIds = [] }, { caller }) =>
    startSupportChat(tx, { caller, subject, aboutId, message, attachmentIds }),
})

mutation('claimNextChat', {
  description: 'Takes the chat whose turn it is. For agents who are ONLINE or BUSY and have room.',
  input: ClaimNextChatInput,
  result: SupportChatResult,
  form: claimNextChatSchema,
  roles: ['AGENT'],
  rule: (tx, _form, { caller }) => claimNextChat(tx, { caller }),
})

mutation('assignChat', {
  description:
    'Hands a chat to an agent who is not OFFLINE and has room: an agent their own, an administrator any that has not ended.',
  input: AssignChatInput,
  result: SupportChatResult,
  form: assignChatSchema,
  roles: ['AGENT'],
  rule: async (tx, form, { caller }) =>
    assignChat(tx, {
      chatId: uuidOf('sch', form.chatId),
      agentId: uuidOf('agt', form.agentId),
      note: form.note,
      caller,
    }),
})

mutation('endChat', {
  description:
    'Ends a support chat: its agent (RESOLVED), its customer (CUSTOMER_ENDED) or an administrator (AGENT_ENDED).',
  input: EndChatInput,
  result: SupportChatResult,
  form: endChatSchema,
  rule: async (tx, form, { caller }) => endChat(tx, { chatId: uuidOf('sch', form.chatId), caller }),
})

mutation('rateChat', {
  description: 'Says how a support chat was: its customer, once, within 7 days of its end.',
  input: RateChatInput,
  result: SupportChatResult,
  form: rateChatSchema,
  rule: async (tx, { chatId: id, score, comment }, { caller }) =>
    rateChat(tx, { chatId: uuidOf('sch', id), score, comment, caller }),
})

mutation('addNote', {
  description:
    'Writes a note about a support chat, which customers never see. For agents and administrators who see the chat.',
  input: AddNoteInput,
  result: NoteResult,
  form: addNoteSchema,
  roles: ['AGENT'],
  rule: async (tx, { chatId: id, body }, { caller }) => addNote(tx, { chatId: uuidOf('sch', id), body, caller }),
})

mutation('setAgentAvailability', {
  description:
    'Says whether the viewer works as an agent. ONLINE brings those who wait at once, as many as there is room for; the chats that one has stay.',
  input: SetAgentAvailabilityInput,
  result: AgentResult,
  form: setAgentAvailabilitySchema,
  roles: ['AGENT'],
  rule: (tx, { availability, capacity }, { caller }) => setAgentAvailability(tx, { caller, availability, capacity }),
})
