/**
 * What time alone does in customer service: it warns silent customers and ends their chats, takes chats from silent agents, speaks
 * to customers who wait for long and ends what nobody takes, and gives those who wait to agents who have room where nobody's act
 * did so in the same moment. What agents lose otherwise stands in `lossTimers`.
 */
import { appendSystemMessage } from '../../chats/appendMessage.ts'
import type { Config } from '../../config.ts'
import type { Statements } from '../../db/statements.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import type { Timer, Work } from '../../jobs/timer.ts'
import { setBusy } from '../agents/agents.sql.ts'
import { endSupportChat } from '../endChat.ts'
import { type LockedSupportChat, lockSupportChatUnlessHeld, setLongWaitTold, setWarned } from '../supportChats.sql.ts'
import { giveWaitingChats } from './giveToAgent.ts'
import { lossTimers } from './lossTimers.ts'
import { readWaitingSince } from './queue.sql.ts'
import { returnChats } from './returnChats.ts'
import {
  readHopelessWaits,
  readLongWaits,
  readNextHopelessWait,
  readNextLongWait,
  readNextSilentAgent,
  readNextSilentCustomer,
  readNextWarning,
  readSilentAgents,
  readSilentCustomers,
  readWarningsDue,
} from './silence.sql.ts'

interface Silence {
  name: string
  patienceMs: number
  readNext(database: Statements, patience: { patienceMs: number }): Promise<{ at: Date | null } | undefined>
  readDue(database: Statements, due: { patienceMs: number; limit: number }): Promise<{ id: string }[]>
  /** Since when it lasts, now that the chat is locked; null when somebody was faster. */
  since(chat: LockedSupportChat): Date | null
  act(tx: Tx, chat: LockedSupportChat): Promise<void>
}

/** The timers of customer service, with this patience. */
export function supportTimers({
  support: { warningMs, customerMs, agentMs },
  supportQueue: { noticeMs, endMs },
}: Pick<Config, 'support' | 'supportQueue'>): readonly Timer[] {
  const silences: Silence[] = [
    {
      name: 'silentCustomersToWarn',
      patienceMs: warningMs,
      readNext: readNextWarning,
      readDue: readWarningsDue,
      since: ({ customerSilentSince, customerWarnedAt }) => (customerWarnedAt ? null : customerSilentSince),
      act: warnCustomer,
    },
    {
      name: 'silentCustomers',
      patienceMs: customerMs,
      readNext: readNextSilentCustomer,
      readDue: readSilentCustomers,
      since: ({ customerSilentSince }) => customerSilentSince,
      act: (tx, chat) => endSupportChat(tx, { chat, reason: 'CUSTOMER_INACTIVE', actorId: null }),
    },
    {
      name: 'silentAgents',
      patienceMs: agentMs,
      readNext: readNextSilentAgent,
      readDue: readSilentAgents,
      since: ({ agentSilentSince }) => agentSilentSince,
      act: takeFromAgent,
    },
    {
      name: 'longWaits',
      patienceMs: noticeMs,
      readNext: readNextLongWait,
      readDue: readLongWaits,
      since: (chat) => (chat.longWaitToldAt ? null : waitingSince(chat)),
      act: tellOfLongWait,
    },
    {
      name: 'hopelessWaits',
      patienceMs: endMs,
      readNext: readNextHopelessWait,
      readDue: readHopelessWaits,
      since: waitingSince,
      act: (tx, chat) => endSupportChat(tx, { chat, reason: 'AGENT_INACTIVE', actorId: null }),
    },
  ]
  return [...silences.map(toTimer), ...lossTimers, waitingChats]
}

/** Since when it waits this time; null when it does not. */
const waitingSince = ({ status, returnedAt, queuedAt }: LockedSupportChat): Date | null =>
  status === 'QUEUED' ? (returnedAt ?? queuedAt) : null

async function warnCustomer(tx: Tx, { id: chatId, now: at }: LockedSupportChat): Promise<void> {
  await setWarned(tx, { chatId, at })
  await appendSystemMessage(tx, { chatId, body: 'Are you still there? Without an answer this chat will end soon.', at })
}

async function takeFromAgent(tx: Tx, chat: LockedSupportChat): Promise<void> {
  const { agentId, now: at } = chat
  if (agentId) await setBusy(tx, { agentId })
  const explanation = 'The agent did not answer in time.'
  await returnChats(tx, { chats: [chat], formerAgentId: agentId, actorId: null, explanation, at })
}

async function tellOfLongWait(tx: Tx, { id: chatId, now: at }: LockedSupportChat): Promise<void> {
  await setLongWaitTold(tx, { chatId, at })
  const body =
    'Nobody could answer yet, and we are sorry. Your question keeps its place in the queue: you need not ask again.'
  await appendSystemMessage(tx, { chatId, body, at })
}

function toTimer(silence: Silence): Timer {
  const { name, patienceMs, readNext, readDue } = silence
  return {
    name,
    nextDue: async (database) => (await readNext(database, { patienceMs }))?.at ?? null,
    runDue: async ({ database, log }, limit) => {
      let count = 0
      for (const { id } of await readDue(database, { patienceMs, limit })) {
        try {
          if (await withTransaction(database, (tx) => actIfDue(tx, silence, id))) count++
        } catch (error) {
          // One chat that cannot be moved must not keep the others waiting.
          log.error({ err: error, timer: name, chatId: id }, 'time could not move a support chat')
        }
      }
      return count
    },
  }
}

async function actIfDue(tx: Tx, { since, patienceMs, act }: Silence, chatId: string): Promise<boolean> {
  const chat = await lockSupportChatUnlessHeld(tx, { chatId })
  const silentSince = chat && since(chat)
  if (!silentSince || silentSince.getTime() + patienceMs > chat.now.getTime()) return false
  await act(tx, chat)
  return true
}

// Where the one who waits and the one who has room are committed in the same moment, neither sees the other.
const waitingChats: Timer = {
  name: 'waitingChats',
  nextDue: async (database) => (await readWaitingSince(database))?.at ?? null,
  runDue: async ({ database }: Work, limit) => {
    let count = 0
    while (
      count < limit &&
      (await withTransaction(database, (tx) => giveWaitingChats(tx, { agentId: null, limit: 1 })))
    )
      count++
    return count
  },
}
