/** What the inputs of chats must look like, and what a rule gets of them. */
import { z } from 'zod'
import { idempotencyKey, optional, paragraphs, publicId } from '../domain/inputSchemas.ts'

export const BODY_LENGTH_MAX = 4_000
// As many as one looks at together; each is looked up and locked.
export const ATTACHMENTS_MAX = 10

const sequence = z.number().min(0, 'A message has a sequence from 1 on; 0 means none.')

export const sendMessageSchema = z.object({
  idempotencyKey,
  chatId: publicId,
  body: paragraphs(BODY_LENGTH_MAX),
  attachmentIds: optional(z.array(publicId).max(ATTACHMENTS_MAX, `At most ${ATTACHMENTS_MAX} of them.`)),
  lastSeenSequence: optional(sequence),
})

export const markReadSchema = z.object({ chatId: publicId, upToSequence: sequence })

export const setTypingSchema = z.object({ chatId: publicId, typing: z.boolean() })
