/** Customer service in the demo world: one chat ended and rated, one ended and not yet rated, and three customers in the queue. */
import { requiredChatReference } from '../src/chats/chatReference.ts'
import { sendMessage } from '../src/chats/sendMessage.ts'
import { toPublicId } from '../src/db/ids.ts'
import { type Tx, withTransaction } from '../src/db/transaction.ts'
import type { Caller } from '../src/domain/caller.ts'
import type { Work } from '../src/jobs/timer.ts'
import { setAgentAvailability } from '../src/support/agents/setAgentAvailability.ts'
import { endChat } from '../src/support/endChat.ts'
import { claimNextChat } from '../src/support/queue/claimNextChat.ts'
import { rateChat } from '../src/support/rateChat.ts'
import { startSupportChat } from '../src/support/startSupportChat.ts'
import type { DemoPeople } from './seed.ts'

const QUESTIONS = [
  { subject: 'A task that nobody takes', message: 'My task has been open for a week. What can I do?' },
  { subject: 'Another address', message: 'I have moved. Where do I write my new address?' },
  { subject: 'A receipt', message: 'I need a receipt for my accountant.' },
] as const

/** Creates the chats through the rules. The agent is BUSY afterwards, so that queued chats are not assigned at once. */
export async function makeSupportChats(work: Work, { poster, tasker, agent, customers }: DemoPeople): Promise<void> {
  const inTransaction = <Result>(rule: (tx: Tx) => Promise<Result>) => withTransaction(work.database, rule)
  const ask = (caller: Caller, subject: string, message: string) =>
    inTransaction((tx) => startSupportChat(tx, { caller, subject, message, aboutId: undefined, attachmentIds: [] }))
  const solve = async (customer: Caller, question: { subject: string; message: string; answer: string }) => {
    const { chatId } = await ask(customer, question.subject, question.message)
    await inTransaction((tx) => claimNextChat(tx, { caller: agent }))
    const reference = requiredChatReference(toPublicId('sch', chatId))
    const message = { reference, body: question.answer, attachmentIds: [], lastSeenSequence: undefined }
    await inTransaction((tx) => sendMessage(tx, { ...message, caller: agent }))
    await inTransaction((tx) => endChat(tx, { chatId, caller: agent }))
    return chatId
  }

  await inTransaction((tx) => setAgentAvailability(tx, { caller: agent, availability: 'BUSY', capacity: undefined }))
  const rated = await solve(tasker, {
    subject: 'When am I paid?',
    message: 'The sofa is upstairs. When does the money come?',
    answer: 'It was sent when the work was approved; your bank shows it within a day.',
  })
  const rating = { chatId: rated, score: 5, comment: 'Quick and clear.' }
  await inTransaction((tx) => rateChat(tx, { ...rating, caller: tasker }))
  await solve(poster, {
    subject: 'Two offers',
    message: 'May I accept two people for one task?',
    answer: 'One tasker a task; post it twice for two of them.',
  })
  for (const [index, { subject, message }] of QUESTIONS.entries()) {
    const customer = customers[index]
    if (customer) await ask(customer, subject, message)
  }
}
