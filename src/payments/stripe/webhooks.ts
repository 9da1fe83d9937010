/**
 * Webhooks of Stripe: snapshot events, which carry the object as it was, and thin events, which only name it
 * (https://docs.stripe.com/event-destinations). Both are hints: they tell which order, account or dispute to look up.
 */
import type Stripe from 'stripe'
import { z } from 'zod'
import type { MovementKind, Notice, Subject, Webhook } from '../port/provider.ts'
import { isMissing } from './failures.ts'
import { referenceOn } from './ourReferences.ts'

const SIGNATURE_HEADER = 'stripe-signature'
const TOLERANCE_S = 300

const metadata = z.record(z.string(), z.string()).nullish()
const related = z.object({ id: z.string(), type: z.string() })

/** An object within a snapshot event, as far as it is read. */
const objectSchema = z.object({
  id: z.string(),
  object: z.string(),
  metadata,
  reversals: z.object({ data: z.array(z.object({ metadata })) }).optional(),
})
type EventObject = z.infer<typeof objectSchema>

const eventSchema = z.discriminatedUnion('object', [
  z.object({ object: z.literal('event'), id: z.string(), type: z.string(), data: z.object({ object: objectSchema }) }),
  z.object({ object: z.literal('v2.core.event'), id: z.string(), type: z.string(), related_object: related.nullish() }),
])

/** The kind of order that each type of object belongs to. A reversal comes with its transfer. */
const ORDER_KINDS: ReadonlyMap<string, MovementKind> = new Map([
  ['payment_intent', 'charge'],
  ['charge', 'charge'],
  ['transfer', 'transfer'],
  ['refund', 'refund'],
])

/**
 * Reads a webhook; undefined if no secret signed exactly this body in the last five minutes. Each destination at Stripe signs with a
 * secret of its own, so there may be several. Throws if a thin event's object cannot be fetched: Stripe then sends the event again.
 */
export async function readStripeWebhook(
  stripe: Stripe,
  secrets: readonly string[],
  { body, headers }: Webhook,
): Promise<Notice | undefined> {
  const header = headers[SIGNATURE_HEADER]
  if (typeof header !== 'string' || !secrets.some((secret) => isGenuine(stripe, { body, header, secret })))
    return undefined
  const event = eventSchema.safeParse(parsed(body))
  // Signed, but of a kind that we do not know. Stripe must not send it for days.
  if (!event.success) return { eventId: idOf(body), about: null }
  const { id: eventId, type } = event.data
  if (event.data.object === 'event') return { eventId, about: subjectOf(type, event.data.data.object) }
  const { related_object: object } = event.data
  return { eventId, about: object ? await subjectOfThin(stripe, type, object) : null }
}

function isGenuine(stripe: Stripe, signed: { body: Buffer; header: string; secret: string }): boolean {
  const { body, header, secret } = signed
  try {
    return stripe.webhooks.signature?.verifyHeader(body, header, secret, TOLERANCE_S) ?? false
  } catch {
    return false
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function idOf(body: Buffer): string {
  const { data } = z.object({ id: z.string() }).safeParse(parsed(body))
  return data?.id ?? 'unknown'
}

function subjectOf(type: string, object: EventObject): Subject | null {
  if (object.object === 'dispute') return { kind: 'chargeback', providerReference: object.id }
  if (object.object === 'account' || object.object === 'v2.core.account')
    return { kind: 'account', accountReference: object.id }
  if (type.endsWith('transfer.reversed')) return reversalOn(object)
  const kind = ORDER_KINDS.get(object.object)
  return kind ? orderSubject(kind, object.metadata) : null
}

/** The newest reversal of the transfer: the one that this event tells of, or a later one that has an event of its own. */
function reversalOn({ reversals }: EventObject): Subject | null {
  return orderSubject('reversal', reversals?.data[0]?.metadata)
}

function orderSubject(kind: MovementKind, metadata: EventObject['metadata']): Subject | null {
  const reference = referenceOn({ metadata: metadata ?? null })
  return reference === null ? null : { kind, reference }
}

/** Fetches the object of a thin event, but for those whose id says everything. */
async function subjectOfThin(
  stripe: Stripe,
  type: string,
  { id, type: objectType }: z.infer<typeof related>,
): Promise<Subject | null> {
  if (!ORDER_KINDS.has(objectType)) return subjectOf(type, { id, object: objectType })
  try {
    const object = await fetchObject(stripe, objectType, id)
    return object && subjectOf(type, object)
  } catch (error) {
    // Not of this account: nothing of ours.
    if (isMissing(error)) return null
    throw error
  }
}

async function fetchObject(stripe: Stripe, type: string, id: string): Promise<EventObject | null> {
  if (type === 'payment_intent') return stripe.paymentIntents.retrieve(id)
  if (type === 'charge') return stripe.charges.retrieve(id)
  if (type === 'transfer') return stripe.transfers.retrieve(id)
  return type === 'refund' ? stripe.refunds.retrieve(id) : null
}
