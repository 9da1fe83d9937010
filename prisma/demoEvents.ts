/** Notifications of the demo world, and an endpoint of webhooks with a delivery that failed. */
import { withTransaction } from '../src/db/transaction.ts'
import { sequenceCommittedEvents } from '../src/events/sequencer.ts'
import type { Services } from '../src/graphql/services.ts'
import type { Work } from '../src/jobs/timer.ts'
import { notifyOfEvents } from '../src/notifications/notify.ts'
import { createWebhookEndpoint } from '../src/webhooks/createWebhookEndpoint.ts'
import { deliverWebhook } from '../src/webhooks/deliverWebhook.ts'
import { testWebhookEndpoint } from '../src/webhooks/testWebhookEndpoint.ts'
import type { DemoPeople } from './seed.ts'

const BATCH_SIZE = 100
const BATCHES_MAX = 100
// A name that never resolves (RFC 6761), so that the demo calls nobody.
const NOBODY = new URL('https://orders.invalid/webhooks')

/** Notifies the people of everything that has happened in the demo world. */
export async function makeNotifications(work: Work): Promise<void> {
  await sequenceCommittedEvents(work.database)
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    if ((await notifyOfEvents(work, BATCH_SIZE)) < BATCH_SIZE) return
  }
}

/** Creates an endpoint of the tasker whose test failed, because its host has no address. */
export async function makeWebhookEndpoint(
  work: Work,
  services: Pick<Services, 'authSecret' | 'webhooks'>,
  { tasker: caller }: DemoPeople,
): Promise<void> {
  const eventTypes = ['transfer.succeeded', 'transfer.failed']
  const draft = { caller, url: NOBODY, eventTypes, platform: false, requestId: 'demo' }
  const { deliveryId } = await withTransaction(work.database, async (tx) => {
    // One to delete.
    await createWebhookEndpoint(tx, services, { ...draft, description: 'Old system' })
    const { endpointId } = await createWebhookEndpoint(tx, services, { ...draft, description: 'Orders' })
    return testWebhookEndpoint(tx, { callerId: caller.id, endpointId })
  })
  const unresolved: Work = { ...work, webhooks: { ...work.webhooks, lookup: async () => [] } }
  await deliverWebhook(unresolved, { deliveryId, signal: new AbortController().signal })
}
