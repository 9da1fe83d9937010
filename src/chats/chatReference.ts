/** A chat id as a client sent it: its prefix is the kind of the chat, and a chat of another kind is not found by it. */
import type { ChatKind } from '../db/generated/enums.ts'
import { type NodeType, type PublicId, parsePublicId } from '../db/ids.ts'
import { NotFoundError } from '../domain/errors.ts'

export interface ChatReference {
  /** As the client sent it. */
  id: PublicId
  chatId: string
  kind: ChatKind
}

const KINDS: Partial<Record<NodeType, ChatKind>> = { TaskChat: 'TASK', SupportChat: 'SUPPORT' }

/** Parses the public id of a chat; undefined if it is malformed or of another type. */
export function chatReferenceOf(id: PublicId): ChatReference | undefined {
  const parsed = parsePublicId(id)
  const kind = parsed && KINDS[parsed.type]
  return kind && { id, chatId: parsed.uuid, kind }
}

/** Parses the public id of a chat; refuses with NotFoundError. */
export function requiredChatReference(id: PublicId): ChatReference {
  const reference = chatReferenceOf(id)
  if (!reference) throw new NotFoundError(id)
  return reference
}
