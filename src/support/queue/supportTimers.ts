/**
 * Timers of customer service: warn silent customers and end their chats, take chats from silent agents, send a notice after a long
 * wait, end chats that no agent takes, and assign waiting chats that no rule could assign. Other losses of agents are in
 * `lossTimers`.
 */
import { appendSystemMessage } from '../../chats/appendMessage.ts'
import type { Config } from '../../config.ts'
import type { Statements } from '../../db/statements.ts'
import { type Tx, withTransaction } from '../../db/transaction.ts'
import { runEach } from '../../jobs/runEach.ts'
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
  timeoutMs: number
  readNext(database: Statements, timeout: { timeoutMs: number }): Promise<{ at: Date | null } | undefined>
  readDue(database: Statements, due: { timeoutMs: number; limit: number }): Promise<{ id: string }[]>
  /** The start of the silence, read under the lock; null if it is over or was handled already. */
  since(chat: LockedSupportChat): Date | null
  act(tx: Tx, chat: LockedSupportChat): Promise<void>
}

/** The timers of customer service, with the timeouts of the configuration. */
export function supportTimers({
  support: { warningMs, customerMs, agentMs },
  supportQueue: { noticeMs, endMs },
}: Pick<Config, 'support' | 'supportQueue'>): readonly Timer[] {
  const silences: Silence[] = [
    {
      name: 'silentCustomersToWarn',
      timeoutMs: warningMs,
      readNext: readNextWarning,
      readDue: readWarningsDue,
      since: ({ customerSilentSince, customerWarnedAt }) => (customerWarnedAt ? null : customerSilentSince),
      act: warnCustomer,
    },
    {
      name: 'silentCustomers',
      timeoutMs: customerMs,
      readNext: readNextSilentCustomer,
      readDue: readSilentCustomers,
      since: ({ customerSilentSince }) => customerSilentSince,
      act: (tx, chat) => endSupportChat(tx, { chat, reason: 'CUSTOMER_INACTIVE', actorId: null }),
    },
    {
      name: 'silentAgents',
      timeoutMs: agentMs,
      readNext: readNextSilentAgent,
      readDue: readSilentAgents,
      since: ({ agentSilentSince }) => agentSilentSince,
      act: returnFromSilentAgent,
    },
    {
      name: 'longWaits',
      timeoutMs: noticeMs,
      readNext: readNextLongWait,
      readDue: readLongWaits,
      since: (chat) => (chat.longWaitToldAt ? null : waitingSince(chat)),
      act: sendWaitNotice,
    },
    {
      name: 'hopelessWaits',
      timeoutMs: endMs,
      readNext: readNextHopelessWait,
      readDue: readHopelessWaits,
      since: waitingSince,
      act: (tx, chat) => endSupportChat(tx, { chat, reason: 'AGENT_INACTIVE', actorId: null }),
    },
  ]
  return [...silences.map(toTimer), ...lossTimers, waitingChats]
}

/** The start of the current wait; null if the chat is not waiting. */
const waitingSince = ({ status, returnedAt, queuedAt }: LockedSupportChat): Date | null =>
  status === 'QUEUED' ? (returnedAt ?? queuedAt) : null

async function warnCustomer(tx: Tx, { id: chatId, now: at }: LockedSupportChat): Promise<void> {
  await setWarned(tx, { chatId, at })
  await appendSystemMessage(tx, {
    chatId,
    body: 'Are you still there? This chat will end soon if you do not answer.',
    at,
  })
}

async function returnFromSilentAgent(tx: Tx, chat: LockedSupportChat): Promise<void> {
  const { agentId, now: at } = chat
  if (agentId) await setBusy(tx, { agentId })
  const explanation = 'The agent did not answer in time.'
  await returnChats(tx, { chats: [chat], formerAgentId: agentId, actorId: null, explanation, at })
}

async function sendWaitNotice(tx: Tx, { id: chatId, now: at }: LockedSupportChat): Promise<void> {
  await setLongWaitTold(tx, { chatId, at })
  const body = 'We are sorry for the long wait. You keep your position in the queue and do not need to ask again.'
  await appendSystemMessage(tx, { chatId, body, at })
}

function toTimer(silence: Silence): Timer {
  const { name, timeoutMs, readNext, readDue } = silence
  return {
    name,
    nextDue: async (database) => (await readNext(database, { timeoutMs }))?.at ?? null,
    runDue: async (work, limit) => {
      const rows = await readDue(work.database, { timeoutMs, limit })
      return runEach(work, { timer: name, name: 'chatId', rows }, (tx, { id }) => actIfDue(tx, silence, id))
    },
  }
}

async function actIfDue(tx: Tx, { since, timeoutMs, act }: Silence, chatId: string): Promise<boolean> {
  const chat = await lockSupportChatUnlessHeld(tx, { chatId })
  const silentSince = chat && since(chat)
  if (!silentSince || silentSince.getTime() + timeoutMs > chat.now.getTime()) return false
  await act(tx, chat)
  return true
}

// If a waiting chat and the free capacity of an agent are committed concurrently, neither transaction sees the other.
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
