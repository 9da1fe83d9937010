/** Input schemas of the mutations of customer service. */
import { z } from 'zod'
import { ATTACHMENTS_MAX, BODY_LENGTH_MAX } from '../chats/inputSchemas.ts'
import { idempotencyKey, line, optional, paragraphs, publicId } from '../domain/inputSchemas.ts'

const SUBJECT_LENGTH_MAX = 200
const COMMENT_LENGTH_MAX = 2_000
export const CAPACITY_MAX = 50
export const SCORE_MAX = 5

const wholeNumber = (least: number, most: number) => {
  const message = `The value must be between ${least} and ${most}.`
  return z.number().min(least, message).max(most, message)
}

export const startSupportChatSchema = z.object({
  idempotencyKey,
  subject: optional(line(SUBJECT_LENGTH_MAX)),
  aboutId: optional(publicId),
  message: paragraphs(BODY_LENGTH_MAX),
  attachmentIds: optional(
    z.array(publicId).max(ATTACHMENTS_MAX, `At most ${ATTACHMENTS_MAX} attachments are allowed. Remove some.`),
  ),
})

export const claimNextChatSchema = z.object({ idempotencyKey })

export const assignChatSchema = z.object({
  idempotencyKey,
  chatId: publicId,
  agentId: publicId,
  note: optional(paragraphs(BODY_LENGTH_MAX)),
})

export const endChatSchema = z.object({ idempotencyKey, chatId: publicId })

export const rateChatSchema = z.object({
  idempotencyKey,
  chatId: publicId,
  score: wholeNumber(1, SCORE_MAX),
  comment: optional(paragraphs(COMMENT_LENGTH_MAX)),
})

export const addNoteSchema = z.object({ idempotencyKey, chatId: publicId, body: paragraphs(BODY_LENGTH_MAX) })

export const setAgentAvailabilitySchema = z.object({
  availability: z.enum(['ONLINE', 'BUSY', 'OFFLINE']),
  capacity: optional(wholeNumber(1, CAPACITY_MAX)),
})
