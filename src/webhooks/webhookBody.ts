/** The body of a webhook: the event with the fields that the API shows to the owner of the endpoint at this moment. */
import type { ChatKind, EventKind } from '../db/generated/enums.ts'
import { newId, textOf, toPublicId } from '../db/ids.ts'
import type { Statements } from '../db/statements.ts'
import { isPublicEventType } from '../events/eventTypes.ts'
import type { ReadAs } from '../jobs/readAs.ts'
import { readEventOfDelivery } from './webhookEvents.sql.ts'

/** The type of a test delivery, which has no event. */
export const TEST_TYPE = 'webhook.test'

// Amounts as in the API. The fields need no link that expires: a receiver may keep a body.
const QUERY = /* GraphQL */ `
  query WebhookBody($event: ID!, $subject: ID!) {
    subject: node(id: $subject) {
      id
    }
    event: node(id: $event) {
      __typename
      id
      ... on Event {
        cursor
        type
        occurredAt
        actor {
          __typename
          ... on User {
            id
            displayName
          }
          ... on System {
            name
          }
        }
      }
      ... on TaskEvent {
        taskStatusBefore
        taskStatusAfter
        reason
        task {
          id
          version
          title
          status
          acceptanceMode
          deadline
          budget {
            ...Amount
          }
          agreedPrice {
            ...Amount
          }
          poster {
            id
            displayName
          }
          assignee {
            id
            displayName
          }
        }
      }
      ... on ChatEvent {
        chat {
          __typename
          id
          ... on TaskChat {
            task {
              id
              title
            }
          }
          ... on SupportChat {
            status
            subject
          }
        }
        message {
          id
          sequence
          kind
          body
          sentAt
        }
      }
      ... on TransferEvent {
        transferStatusBefore
        transferStatusAfter
        transfer {
          id
          status
          gross {
            ...Amount
          }
          fee {
            ...Amount
          }
          net {
            ...Amount
          }
          task {
            id
            title
          }
          destination {
            id
            displayName
          }
        }
      }
    }
  }
  fragment Amount on Money {
    amount
    currencyCode
    minorUnits
  }
`

const EVENT_PREFIXES = { TASK: 'tev', CHAT: 'cev', TRANSFER: 'xev' } as const satisfies Record<EventKind, string>
const CHAT_PREFIXES = { TASK: 'tch', SUPPORT: 'sch' } as const satisfies Record<ChatKind, string>

interface Reading {
  eventId: string
  ownerId: string
  /** True for an endpoint of an administrator who follows the platform. */
  platform: boolean
}

/**
 * Returns the body; undefined if the owner may not see the event now. The last event of a task that was public, which hides it from
 * its recipients, is shown to them with the public part of the task, as in a stream.
 */
export async function webhookBody(
  { database, readAs }: { database: Statements; readAs: ReadAs },
  { eventId, ownerId, platform }: Reading,
): Promise<string | undefined> {
  const row = await readEventOfDelivery(database, { eventId })
  if (!row) throw new Error('The event of a delivery does not exist.')
  const subject = subjectOf(row)
  const variables = { event: textOf(toPublicId(EVENT_PREFIXES[row.kind], eventId)), subject }
  const answer = await readAs({ userId: ownerId, query: QUERY, variables })
  const event = answer?.event as { type: string; occurredAt: unknown } | null | undefined
  if (!event) return undefined
  const hides = row.kind === 'TASK' && (row.statusBefore === 'OPEN' || isPublicEventType(row.type))
  if (!platform && !hides && !answer?.subject) return undefined
  const { type, occurredAt, ...data } = event
  return JSON.stringify({ type, timestamp: occurredAt, data: { type, occurredAt, ...data } })
}

function subjectOf(event: NonNullable<Awaited<ReturnType<typeof readEventOfDelivery>>>): string {
  const { kind, taskId, chatId, chatKind, transferId } = event
  if (kind === 'CHAT' && chatId && chatKind) return textOf(toPublicId(CHAT_PREFIXES[chatKind], chatId))
  if (kind === 'TRANSFER' && transferId) return textOf(toPublicId('trf', transferId))
  return textOf(toPublicId('tsk', taskId ?? newId()))
}

/** Returns the body of a test. */
export function testBody({ endpointId, at }: { endpointId: string; at: Date }): string {
  const data = { endpointId: toPublicId('whe', endpointId) }
  return JSON.stringify({ type: TEST_TYPE, timestamp: at.toISOString(), data })
}
