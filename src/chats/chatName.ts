/** A chat by the id that a client sent: its prefix says of which kind it is, and one of another kind is not found by it. */
import type { ChatKind } from '../db/generated/enums.ts'
import { type NodeType, type PublicId, parsePublicId } from '../db/ids.ts'
import { NotFoundError } from '../domain/errors.ts'

export interface ChatName {
  /** As the client sent it. */
  id: PublicId
  chatId: string
  kind: ChatKind
}

const KINDS: Partial<Record<NodeType, ChatKind>> = { TaskChat: 'TASK', SupportChat: 'SUPPORT' }

/** The chat behind an id; undefined when it is malformed or names no chat. */
export function chatNameOf(id: PublicId): ChatName | undefined {
  const parsed = parsePublicId(id)
  const kind = parsed && KINDS[parsed.type]
  return kind && { id, chatId: parsed.uuid, kind }
}

/** The same; refuses with NotFoundError. */
export function namedChat(id: PublicId): ChatName {
  const name = chatNameOf(id)
  if (!name) throw new NotFoundError(id)
  return name
}
