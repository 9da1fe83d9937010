/** Every type of event, and when it is written. schema/events.md says the same, and who gets it. */
export const EVENT_TYPES = {
  'task.created': 'A draft was made.',
  'task.updated': 'Its content changed.',
  'task.published': 'It was opened to taskers.',
  'task.application_received': 'Somebody applied.',
  'task.application_updated': 'An applicant confirmed their application for the task as it is now, or changed it.',
  'task.application_withdrawn': 'An applicant withdrew their application.',
  'task.application_rejected': 'The poster rejected an application.',
  'task.accepted': 'A tasker was accepted; the other applications closed in the same moment.',
  'task.funding_requested': 'The poster began to pay in.',
  'task.funded': 'The money was paid in and is held.',
  'task.funding_failed': 'The payment was refused.',
  'task.funding_lapsed': 'It was not funded in time, or before its tasker was suspended, and is open again.',
  'task.withdrawn': 'The assignee withdrew; it is open again.',
  'task.submitted': 'Work was handed in.',
  'task.changes_requested': 'The poster asked for changes.',
  'task.approved': 'The poster, or time, approved the work.',
  'task.canceled': 'The poster canceled it.',
  'task.expired': 'Its deadline passed.',
  'task.refund_requested': 'Money of the hold goes back to the poster.',
  'task.refund_pending': 'A refund waits to be tried again.',
  'task.refund_in_doubt': 'Nobody knows yet whether the provider did a refund; it is being asked.',
  'task.refunded': 'A refund has arrived.',
  'task.refund_failed': 'A refund failed for good; the money is held again.',
  'chat.opened': 'A chat was opened, or opened again.',
  'chat.message': 'A message was written.',
  'chat.ended': 'A chat has ended.',
  'chat.queued': 'A customer waits for customer service.',
  'chat.assigned': 'An agent has the support chat now.',
  'chat.returned': 'The support chat lost its agent: it is at the front of the queue.',
  'chat.rated': 'The customer rated a support chat that has ended.',
  'transfer.created': 'The tasker is owed the money.',
  'transfer.waiting': 'It waits: the tasker cannot be paid for now, or the money is frozen.',
  'transfer.processing': 'The payment to the tasker was sent to the provider.',
  'transfer.in_doubt': 'Nobody knows yet whether the provider did it; it is being asked.',
  'transfer.retrying': 'The provider refused for now; it is tried again.',
  'transfer.succeeded': 'The tasker was paid.',
  'transfer.failed': 'The transfer failed; staff can try again or cancel.',
  'transfer.canceled': 'Staff canceled the transfer; the money is held again.',
} as const

export type EventType = keyof typeof EVENT_TYPES
export type TaskEventType = Extract<EventType, `task.${string}`>
export type ChatEventType = Extract<EventType, `chat.${string}`>
export type TransferEventType = Extract<EventType, `transfer.${string}`>

/** What changes what everybody sees of an open task: whoever watches it is told. */
export const PUBLIC_EVENT_TYPES: readonly TaskEventType[] = [
  'task.published',
  'task.updated',
  'task.canceled',
  'task.expired',
]

/** What is between the poster and one applicant: no other party is told. */
export const APPLICATION_EVENT_TYPES: readonly TaskEventType[] = [
  'task.application_received',
  'task.application_updated',
  'task.application_withdrawn',
  'task.application_rejected',
]

/** What changes who waits for customer service: agents are told, and those whose place in the queue it moves. */
export const QUEUE_EVENT_TYPES: readonly ChatEventType[] = [
  'chat.queued',
  'chat.assigned',
  'chat.returned',
  'chat.ended',
]

export const isEventType = (text: string): text is EventType => Object.hasOwn(EVENT_TYPES, text)
