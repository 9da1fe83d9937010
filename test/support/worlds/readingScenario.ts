/** People who write and read at random, and beside them a model that counts what must wait for each. */
import assert from 'node:assert/strict'
import { type Client, MarkReadDocument, MyChatsDocument, SendMessageDocument } from '../../../schema/sdk/index.ts'

export interface Player {
  client: Pick<Client, 'send'>
}

export interface PlayedChat {
  id: string
  players: readonly Player[]
  /** Has the system say something in it. */
  systemSays(body: string): Promise<unknown>
}

/** What has happened in a chat: who wrote each message (null: the system), and how far everybody has read. */
interface Model {
  authors: (Player | null)[]
  marks: Map<Player, number>
}

// A mark may be set this far beyond the end.
const BEYOND_END = 3
const CHATS_MAX = 100

/**
 * Does so many things at random, one after the other: messages, some of the system, and marks, back and forth and beyond the end.
 * Now and then, and at the end, what the API says that waits must be what the model counts.
 */
export async function playReading({
  random,
  operations,
  chats,
}: {
  random: () => number
  operations: number
  chats: readonly PlayedChat[]
}): Promise<{ sent: number; marked: number; checked: number }> {
  const models = new Map(chats.map((chat) => [chat, { authors: [], marks: new Map() } as Model]))
  const players = [...new Set(chats.flatMap((chat) => chat.players))]
  const counts = { sent: 0, marked: 0, checked: 0 }
  for (let number = 0; number < operations; number++) {
    const chat = oneOf(chats, random)
    const model = modelOf(models, chat)
    const player = oneOf(chat.players, random)
    const kind = random()
    if (kind < 0.4) {
      await send(player, chat, model, `message ${number}`)
      counts.sent++
    } else if (kind < 0.5) {
      await chat.systemSays(`message ${number}`)
      model.authors.push(null)
      counts.sent++
    } else if (kind < 0.9) {
      await mark(player, chat, model, Math.floor(random() * (model.authors.length + BEYOND_END)))
      counts.marked++
    } else {
      await check(oneOf(players, random), models)
      counts.checked++
    }
  }
  for (const player of players) await check(player, models)
  return counts
}

function oneOf<Thing>(things: readonly Thing[], random: () => number): Thing {
  const thing = things[Math.floor(random() * things.length)]
  assert.ok(thing !== undefined, 'There is nothing to choose from.')
  return thing
}

function modelOf(models: Map<PlayedChat, Model>, chat: PlayedChat): Model {
  const model = models.get(chat)
  assert.ok(model)
  return model
}

async function send(player: Player, chat: PlayedChat, model: Model, body: string): Promise<void> {
  const { sendMessage } = await player.client.send(SendMessageDocument, { input: { chatId: chat.id, body } })
  assert.equal(sendMessage.__typename, 'MessagePayload', JSON.stringify(sendMessage))
  model.authors.push(player)
  assert.equal(sendMessage.sentMessage.sequence, model.authors.length)
}

async function mark(player: Player, chat: PlayedChat, model: Model, upToSequence: number): Promise<void> {
  const { markRead } = await player.client.send(MarkReadDocument, { input: { chatId: chat.id, upToSequence } })
  assert.equal(markRead.__typename, 'MarkReadPayload', JSON.stringify(markRead))
  const before = model.marks.get(player) ?? 0
  model.marks.set(player, Math.max(before, Math.min(upToSequence, model.authors.length)))
  assert.equal(markRead.chat.unreadCount, waiting(player, model))
}

/** The recount: what others and the system have written behind the mark. */
function waiting(player: Player, { authors, marks }: Model): number {
  return authors.slice(marks.get(player) ?? 0).filter((author) => author !== player).length
}

async function check(player: Player, models: Map<PlayedChat, Model>): Promise<void> {
  const { viewer } = await player.client.send(MyChatsDocument, { first: CHATS_MAX })
  const said = new Map(viewer?.chats.nodes.map(({ id, unreadCount }) => [id, unreadCount]))
  const counted = new Map<string, number>()
  for (const [chat, model] of models) {
    if (chat.players.includes(player)) counted.set(chat.id, waiting(player, model))
  }
  const inOrder = (counts: Map<string, number>) => [...counts].sort()
  assert.deepEqual(inOrder(said), inOrder(counted))
  const some = [...counted.values()].filter((count) => count > 0)
  const unread = { chats: some.length, messages: some.reduce((sum, count) => sum + count, 0) }
  assert.deepEqual(viewer?.unread, unread)
}
