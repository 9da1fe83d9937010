/** Endpoints of webhooks and their deliveries, for tests. */
import { CreateWebhookEndpointDocument, WebhookDeliveriesDocument } from '../../../schema/sdk/generated.ts'
import { sequenceCommittedEvents } from '../../../src/events/sequencer.ts'
import type { Timer, Work } from '../../../src/jobs/timer.ts'
import { webhookTimers } from '../../../src/webhooks/webhookTimers.ts'
import type { Person } from '../people.ts'
import type { TestApp } from '../servers/app.ts'

/** Addresses on which receivers of tests listen. */
export const LOOPBACK = { webhookAllowedAddresses: ['127.0.0.0/8'] }

export interface Endpoint {
  id: string
  secret: string
}

/** Creates an endpoint. */
export async function endpointOf(someone: Person, url: string, more: Record<string, unknown> = {}): Promise<Endpoint> {
  const { data, errors } = await someone.send(CreateWebhookEndpointDocument.text, { input: { url, ...more } })
  const created = data?.createWebhookEndpoint as unknown as { secret?: string; endpoint?: { id: string } } | undefined
  if (!created?.endpoint || !created.secret) throw new Error(JSON.stringify({ data, errors }))
  return { id: created.endpoint.id, secret: created.secret }
}

export interface ShownDelivery {
  id: string
  status: string
  nextAttemptAt: string | null
  event: { id: string; type: string } | null
  attempts: { number: number; statusCode: number | null; error: string | null; durationMs: number }[]
}

/** The deliveries of an endpoint as its owner sees them, oldest first. */
export async function deliveriesOf(someone: Person, { id }: Endpoint, status?: string[]): Promise<ShownDelivery[]> {
  const { data, errors } = await someone.send(WebhookDeliveriesDocument.text, { endpointId: id, status, first: 100 })
  const node = data?.node as unknown as { deliveries: { nodes: ShownDelivery[] } } | null | undefined
  if (!node) throw new Error(JSON.stringify({ data, errors }))
  return node.deliveries.nodes.toReversed()
}

/** The timers of a worker that sends webhooks, with `changes` to what it works with. */
export function courierOf(app: TestApp, changes: Partial<Work['webhooks']> = {}) {
  const [ofEvents, due, old] = webhookTimers() as [Timer, Timer, Timer]
  const work: Work = { ...app.work, webhooks: { ...app.work.webhooks, ...changes } }
  return {
    work,
    /** Makes the deliveries of new events. */
    async reads(): Promise<void> {
      await sequenceCommittedEvents(app.database)
      while ((await ofEvents.runDue(work, 100)) > 0);
    },
    /** Sends due deliveries, and returns the number of attempts. */
    sends: (): Promise<number> => due.runDue(work, 100),
    nextDue: (): Promise<Date | null> => due.nextDue(app.database),
    cleans: (): Promise<number> => old.runDue(work, 100),
    stop: (): Promise<void> => due.stop?.() ?? Promise.resolve(),
  }
}
