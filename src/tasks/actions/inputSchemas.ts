/** Input schemas of tasks, and the columns that rules get from them. Ids stay public ids; the mutations convert them to UUIDs. */
import { z } from 'zod'
import {
  idempotencyKey,
  line,
  money,
  newPrice,
  optional,
  paragraphs,
  publicId,
  requiredIdempotencyKey,
} from '../../domain/inputSchemas.ts'
import type { Money } from '../../domain/money.ts'
import { attachmentIds } from '../../files/inputSchemas.ts'
import type { TaskContent } from '../tasks.sql.ts'
import { faultOfInvitee } from './invitation.ts'

const TITLE_LENGTH_MAX = 200
const DESCRIPTION_LENGTH_MAX = 20_000
const LABEL_LENGTH_MAX = 200
const MESSAGE_LENGTH_MAX = 5_000
const REASON_LENGTH_MAX = 1_000

const LATITUDE_MAX = 90
const LONGITUDE_MAX = 180

const degrees = (max: number) =>
  z.string().refine((text) => Math.abs(Number(text)) <= max, `This must be between -${max} and ${max}.`)

const location = z
  .object({
    label: line(LABEL_LENGTH_MAX),
    latitude: optional(degrees(LATITUDE_MAX)),
    longitude: optional(degrees(LONGITUDE_MAX)),
    remote: optional(z.boolean()),
  })
  .superRefine(({ latitude, longitude }, context) => {
    if ((latitude === undefined) === (longitude === undefined)) return
    const path = [latitude === undefined ? 'latitude' : 'longitude']
    context.addIssue({ code: 'custom', path, message: 'A place must have both coordinates or neither.' })
  })

type Location = z.infer<typeof location>

const acceptanceMode = z.enum(['FIRST_COME', 'POSTER_CHOICE', 'INVITE_ONLY'])
const expectedVersion = optional(z.number())
const reason = optional(line(REASON_LENGTH_MAX))

export const createTaskSchema = z
  .object({
    idempotencyKey,
    title: line(TITLE_LENGTH_MAX),
    description: paragraphs(DESCRIPTION_LENGTH_MAX),
    categoryId: optional(publicId),
    budget: newPrice,
    deadline: optional(z.date()),
    location: optional(location),
    acceptanceMode: optional(acceptanceMode),
    inviteeId: optional(publicId),
    attachmentIds,
    publish: optional(z.boolean()),
  })
  .superRefine(({ acceptanceMode = 'POSTER_CHOICE', inviteeId }, context) => {
    const message = faultOfInvitee({ acceptanceMode, isInvited: inviteeId !== undefined })
    if (message) context.addIssue({ code: 'custom', path: ['inviteeId'], message })
  })

/** A field that an update can omit, but not clear. */
const kept = <Output>(schema: z.ZodType<Output>) =>
  schema.nullish().transform((value, context): Output | undefined => {
    if (value !== null) return value
    context.addIssue({ code: 'custom', message: 'This can be changed but not cleared.' })
    return z.NEVER
  })

/** Absent fields stay; null clears a field that can be empty. */
export const updateTaskSchema = z.object({
  taskId: publicId,
  expectedVersion: z.number(),
  title: kept(line(TITLE_LENGTH_MAX)),
  description: kept(paragraphs(DESCRIPTION_LENGTH_MAX)),
  categoryId: publicId.nullish(),
  budget: kept(newPrice),
  deadline: z.date().nullish(),
  location: location.nullish(),
  acceptanceMode: kept(acceptanceMode),
  inviteeId: publicId.nullish(),
  attachmentIds: attachmentIds.nullish(),
})

export const taskActionSchema = z.object({ idempotencyKey, taskId: publicId, expectedVersion, reason })

export const applyToTaskSchema = z.object({
  idempotencyKey,
  taskId: publicId,
  message: optional(paragraphs(MESSAGE_LENGTH_MAX)),
  price: optional(money),
  expectedVersion,
})

/** Absent fields stay; null removes the message. */
export const updateApplicationSchema = z.object({
  idempotencyKey,
  applicationId: publicId,
  expectedVersion,
  expectedTaskVersion: z.number(),
  message: paragraphs(MESSAGE_LENGTH_MAX).nullish(),
  price: kept(money),
})

export const applicationActionSchema = z.object({ idempotencyKey, applicationId: publicId, expectedVersion, reason })

export const acceptTaskSchema = z.object({
  idempotencyKey,
  taskId: publicId,
  expectedPrice: optional(money),
  expectedVersion,
})

export const submitWorkSchema = z.object({
  idempotencyKey,
  taskId: publicId,
  message: optional(paragraphs(MESSAGE_LENGTH_MAX)),
  attachmentIds,
})

export const approveWorkSchema = z.object({ idempotencyKey: requiredIdempotencyKey, taskId: publicId, expectedVersion })

type Columns = Partial<TaskContent>

export const budgetColumns = ({ minorUnits, currencyCode }: Money) => ({
  budgetMinor: minorUnits,
  currency: currencyCode,
})

/** The columns of a place; null clears them. */
export const locationColumns = (place: Location | null) => ({
  locationLabel: place?.label ?? null,
  latitude: place?.latitude ?? null,
  longitude: place?.longitude ?? null,
  remote: place?.remote ?? false,
})

/** The columns of the fields that an update contains. */
export function changedColumns(
  { title, description, budget, deadline, location, acceptanceMode }: z.infer<typeof updateTaskSchema>,
  references: Pick<Columns, 'categoryId' | 'inviteeId'>,
): Columns {
  return {
    ...references,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(acceptanceMode !== undefined && { acceptanceMode }),
    ...(budget !== undefined && budgetColumns(budget)),
    ...(deadline !== undefined && { deadline }),
    ...(location !== undefined && locationColumns(location)),
  }
}
