/** Notifications of posters and their endpoints of webhooks. */
import {
  CreateWebhookEndpointDocument,
  DeleteWebhookEndpointDocument,
  MarkNotificationsReadDocument,
  NotificationDocument,
  NotificationSettingsDocument,
  NotificationsDocument,
  orThrow,
  RedeliverWebhookDocument,
  SetNotificationSettingDocument,
  TestWebhookEndpointDocument,
  UpdateWebhookEndpointDocument,
  WebhookDeliveriesDocument,
  WebhookDeliveryDocument,
  WebhookEndpointsDocument,
} from '../../../schema/sdk/index.ts'
import { inTurn, type Person, type Play, type Stage, step } from './steps.ts'

// A name that never resolves (RFC 6761).
const NOBODY = 'https://bench.invalid/webhooks'

interface OwnNotification {
  by: Person
  id: string
}

/** The people have notifications of the steps before. Each of them has a few endpoints, because a person has at most twenty. */
export function eventsPlay({ requests, posters }: Stage): Play {
  const poster = (index: number) => inTurn(posters, index)
  const notifications: OwnNotification[] = []
  const endpoints: { by: Person; id: string }[] = []
  const deliveries: { by: Person; id: string }[] = []
  const onEndpoint = (index: number) => {
    const { by, id: endpointId } = inTurn(endpoints, index)
    return { by, endpointId }
  }
  return [
    step(NotificationsDocument, requests, (index) => ({
      by: poster(index),
      variables: { first: 20 },
      keep: ({ viewer }) => {
        for (const { id } of viewer?.notifications.nodes.slice(0, 1) ?? [])
          notifications.push({ by: poster(index), id })
      },
    })),
    step(NotificationDocument, requests, (index) => {
      const { by, id } = inTurn(notifications, index)
      return { by, variables: { id } }
    }),
    step(MarkNotificationsReadDocument, requests, (index) => {
      const { by, id } = inTurn(notifications, index)
      return { by, variables: { input: { ids: [id] } } }
    }),
    step(NotificationSettingsDocument, requests, (index) => ({ by: poster(index), variables: {} })),
    step(SetNotificationSettingDocument, requests, (index) => ({
      by: poster(index),
      variables: { input: { kind: 'REVIEW' as const, channel: 'EMAIL' as const, frequency: 'DAILY' as const } },
    })),
    step(CreateWebhookEndpointDocument, Math.min(requests, posters.length), (index) => ({
      by: poster(index),
      variables: { input: { url: NOBODY, eventTypes: ['task.canceled'] } },
      keep: ({ createWebhookEndpoint }) => {
        endpoints.push({ by: poster(index), id: orThrow(createWebhookEndpoint).endpoint.id })
      },
    })),
    step(WebhookEndpointsDocument, requests, (index) => ({ by: onEndpoint(index).by, variables: { first: 20 } })),
    step(UpdateWebhookEndpointDocument, requests, (index) => {
      const { by, endpointId } = onEndpoint(index)
      return { by, variables: { input: { endpointId, description: 'Orders' } } }
    }),
    step(TestWebhookEndpointDocument, requests, (index) => {
      const { by, endpointId } = onEndpoint(index)
      return {
        by,
        variables: { input: { endpointId } },
        keep: ({ testWebhookEndpoint }) => {
          deliveries.push({ by, id: orThrow(testWebhookEndpoint).delivery.id })
        },
      }
    }),
    step(WebhookDeliveriesDocument, requests, (index) => {
      const { by, endpointId } = onEndpoint(index)
      return { by, variables: { endpointId, first: 20 } }
    }),
    step(WebhookDeliveryDocument, requests, (index) => {
      const { by, id } = inTurn(deliveries, index)
      return { by, variables: { id } }
    }),
    step(RedeliverWebhookDocument, requests, (index) => {
      const { by, id: deliveryId } = inTurn(deliveries, index)
      return { by, variables: { input: { deliveryId } } }
    }),
    step(DeleteWebhookEndpointDocument, Math.min(requests, posters.length), (index) => {
      const { by, endpointId } = onEndpoint(index)
      return { by, variables: { input: { endpointId } } }
    }),
  ]
}
