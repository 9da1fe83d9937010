/** Input schemas of the mutations of chats. */
import { z } from 'zod'
import { idempotencyKey, optional, paragraphs, publicId } from '../domain/inputSchemas.ts'

export const BODY_LENGTH_MAX = 4_000
// Enough for one message; each is read and locked.
export const ATTACHMENTS_MAX = 10

const sequence = z.number().min(0, 'A sequence must be 0 or greater. Messages start at 1; 0 means none.')

export const sendMessageSchema = z.object({
  idempotencyKey,
  chatId: publicId,
  body: paragraphs(BODY_LENGTH_MAX),
  attachmentIds: optional(
    z.array(publicId).max(ATTACHMENTS_MAX, `At most ${ATTACHMENTS_MAX} attachments are allowed. Remove some.`),
  ),
  lastSeenSequence: optional(sequence),
})

export const markReadSchema = z.object({ chatId: publicId, upToSequence: sequence })

export const setTypingSchema = z.object({ chatId: publicId, typing: z.boolean() })
