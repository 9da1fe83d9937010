import { z } from 'zod'
import { idempotencyKey, line, optional, publicId } from '../domain/inputSchemas.ts'
import { isEventType } from '../events/eventTypes.ts'

export const DESCRIPTION_LENGTH_MAX = 200
const URL_LENGTH_MAX = 2_000
const EVENT_TYPES_MAX = 100
const PORT_MIN = 1_024
const WELL_KNOWN_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

const url = z.instanceof(URL).superRefine((value, context) => {
  const message = faultOf(value)
  if (message) context.addIssue({ code: 'custom', message })
})

function faultOf({ protocol, username, password, port, hash, href }: URL): string | undefined {
  if (!/^https?:$/.test(protocol)) return 'This must be an https address.'
  if (username !== '' || password !== '') return 'This must not contain a user name or a password.'
  if (hash !== '') return 'This must not contain a fragment.'
  if (href.length > URL_LENGTH_MAX) return `This has more than ${URL_LENGTH_MAX} characters.`
  // The lower ports belong to other protocols, such as mail and remote shells.
  if (port !== '' && port !== WELL_KNOWN_PORTS[protocol] && Number(port) < PORT_MIN)
    return `The port must be the one of the protocol, or at least ${PORT_MIN}.`
  return undefined
}

const eventTypes = z
  .array(z.string())
  .min(1, 'This has no entry. Leave it out for events of all types.')
  .max(EVENT_TYPES_MAX, `This has more than ${EVENT_TYPES_MAX} entries.`)
  .superRefine((types, context) => {
    const unknown = types.find((type) => !isEventType(type))
    if (unknown !== undefined)
      context.addIssue({ code: 'custom', message: 'This has an unknown event type. See apiInfo.eventTypes.' })
  })
  .transform((types) => [...new Set(types)])

const description = line(DESCRIPTION_LENGTH_MAX)

export const createWebhookEndpointSchema = z.object({
  url,
  description: optional(description),
  eventTypes: optional(eventTypes),
  platform: z
    .boolean()
    .nullish()
    .transform((platform) => platform ?? false),
})

export const updateWebhookEndpointSchema = z.object({
  endpointId: publicId,
  url: optional(url),
  // Null removes, absent keeps.
  description: description.nullish(),
  eventTypes: eventTypes.nullish(),
  enabled: optional(z.boolean()),
  rotateSecret: z
    .boolean()
    .nullish()
    .transform((rotates) => rotates ?? false),
})

export const webhookEndpointActionSchema = z.object({ endpointId: publicId })

export const redeliverSchema = z.object({ idempotencyKey, deliveryId: publicId })
