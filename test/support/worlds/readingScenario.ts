/** Random writes and reads in chats, compared with a model that counts the unread messages of each participant. */
import assert from 'node:assert/strict'
import { type Client, MarkReadDocument, MyChatsDocument, SendMessageDocument } from '../../../schema/sdk/index.ts'

export interface Participant {
  client: Pick<Client, 'send'>
}

export interface ScenarioChat {
  id: string
  participants: readonly Participant[]
  /** Adds a system message. */
  sendSystemMessage(body: string): Promise<unknown>
}

/** The authors of a chat's messages (null: the system), and the read mark of each participant. */
interface ChatModel {
  authors: (Participant | null)[]
  marks: Map<Participant, number>
}

// A mark may be set this far beyond the end.
const BEYOND_END = 3
const CHATS_MAX = 100

/**
 * Runs random operations in sequence: messages, system messages, and read marks, backward, forward and beyond the end.
 * Sometimes, and at the end, the unread counts of the API must equal those of the model.
 */
export async function runReadingScenario({
  random,
  operations,
  chats,
}: {
  random: () => number
  operations: number
  chats: readonly ScenarioChat[]
}): Promise<{ sent: number; marked: number; checked: number }> {
  const models = new Map(chats.map((chat) => [chat, { authors: [], marks: new Map() } as ChatModel]))
  const players = [...new Set(chats.flatMap((chat) => chat.participants))]
  const counts = { sent: 0, marked: 0, checked: 0 }
  for (let number = 0; number < operations; number++) {
    const chat = pickRandom(chats, random)
    const model = modelOf(models, chat)
    const player = pickRandom(chat.participants, random)
    const kind = random()
    if (kind < 0.4) {
      await send(player, chat, model, `message ${number}`)
      counts.sent++
    } else if (kind < 0.5) {
      await chat.sendSystemMessage(`message ${number}`)
      model.authors.push(null)
      counts.sent++
    } else if (kind < 0.9) {
      await mark(player, chat, model, Math.floor(random() * (model.authors.length + BEYOND_END)))
      counts.marked++
    } else {
      await check(pickRandom(players, random), models)
      counts.checked++
    }
  }
  for (const player of players) await check(player, models)
  return counts
}

function pickRandom<Thing>(things: readonly Thing[], random: () => number): Thing {
  const thing = things[Math.floor(random() * things.length)]
  assert.ok(thing !== undefined, 'The list is empty.')
  return thing
}

function modelOf(models: Map<ScenarioChat, ChatModel>, chat: ScenarioChat): ChatModel {
  const model = models.get(chat)
  assert.ok(model)
  return model
}

async function send(player: Participant, chat: ScenarioChat, model: ChatModel, body: string): Promise<void> {
  const { sendMessage } = await player.client.send(SendMessageDocument, { input: { chatId: chat.id, body } })
  assert.equal(sendMessage.__typename, 'MessagePayload', JSON.stringify(sendMessage))
  model.authors.push(player)
  assert.equal(sendMessage.sentMessage.sequence, model.authors.length)
}

async function mark(player: Participant, chat: ScenarioChat, model: ChatModel, upToSequence: number): Promise<void> {
  const { markRead } = await player.client.send(MarkReadDocument, { input: { chatId: chat.id, upToSequence } })
  assert.equal(markRead.__typename, 'MarkReadPayload', JSON.stringify(markRead))
  const before = model.marks.get(player) ?? 0
  model.marks.set(player, Math.max(before, Math.min(upToSequence, model.authors.length)))
  assert.equal(markRead.chat.unreadCount, waiting(player, model))
}

/** Counts the messages of others and the system after the read mark. */
function waiting(player: Participant, { authors, marks }: ChatModel): number {
  return authors.slice(marks.get(player) ?? 0).filter((author) => author !== player).length
}

async function check(player: Participant, models: Map<ScenarioChat, ChatModel>): Promise<void> {
  const { viewer } = await player.client.send(MyChatsDocument, { first: CHATS_MAX })
  const said = new Map(viewer?.chats.nodes.map(({ id, unreadCount }) => [id, unreadCount]))
  const counted = new Map<string, number>()
  for (const [chat, model] of models) {
    if (chat.participants.includes(player)) counted.set(chat.id, waiting(player, model))
  }
  const inOrder = (counts: Map<string, number>) => [...counts].sort()
  assert.deepEqual(inOrder(said), inOrder(counted))
  const some = [...counted.values()].filter((count) => count > 0)
  const unread = { chats: some.length, messages: some.reduce((sum, count) => sum + count, 0) }
  assert.deepEqual(viewer?.unread, unread)
}
