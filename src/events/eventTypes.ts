/** Every event type and when it is recorded. schema/events.md has the same texts, which a test compares, and the recipients. */
export const EVENT_TYPES = {
  'task.created': 'A draft was created.',
  'task.updated': 'The content of the task changed.',
  'task.published': 'The task was opened to taskers.',
  'task.application_received': 'A tasker applied.',
  'task.application_updated':
    'An applicant changed their application, or confirmed it for the current version of the task.',
  'task.application_withdrawn': 'An applicant withdrew their application.',
  'task.application_rejected': 'The poster rejected an application.',
  'task.accepted': 'A tasker was accepted; the other applications were closed in the same transaction.',
  'task.funding_requested': 'The poster started the payment.',
  'task.funded': 'The payment succeeded and the money is held.',
  'task.hold_expiring':
    'Money has been held for so long that the provider lets it be held for 14 more days, until `Hold.holdableUntil`.',
  'task.funding_failed': 'The payment was refused.',
  'task.funding_lapsed':
    'The task was not funded in time, or its tasker was suspended before it was funded; it is open again.',
  'task.withdrawn': 'The assignee withdrew; the task is open again.',
  'task.submitted': 'The tasker submitted work.',
  'task.changes_requested': 'The poster requested changes.',
  'task.approved': 'The work was approved, by the poster or automatically.',
  'task.reviewed': 'A side of the completed task reviewed the other.',
  'task.reviews_published':
    'The reviews of the task were published: both are in, or the window for reviews has closed.',
  'task.canceled': 'The poster canceled the task.',
  'task.expired': 'The deadline of the task passed.',
  'task.dispute_opened': 'The poster or the tasker opened a dispute; the held money is frozen.',
  'task.dispute_evidence_added': 'A party added evidence or a statement to the dispute.',
  'task.dispute_overdue': 'The dispute has waited for a decision for 3 days, and again for 7 days.',
  'task.dispute_withdrawn':
    'The opener withdrew the dispute; the task is as before, and the time for approval starts again.',
  'task.dispute_resolved': 'Staff divided the held money and ended the dispute.',
  'task.chargeback_opened': "The payer's bank wants the payment back; the held money is frozen.",
  'task.chargeback_evidence_saved': 'Finance staff saved a draft of the evidence against a chargeback.',
  'task.chargeback_evidence_submitted': 'Finance staff submitted the evidence against a chargeback.',
  'task.chargeback_evidence_refused': 'The provider refused the evidence against a chargeback.',
  'task.chargeback_evidence_due': 'The evidence against a chargeback is due in 7 days, again in 3 days and in 1 day.',
  'task.chargeback_under_review': 'The bank decides about a chargeback.',
  'task.chargeback_won': 'A chargeback was won; the money is no longer frozen by it.',
  'task.chargeback_lost':
    'A chargeback was lost: the bank took the payment back. A task in work for which nothing is left is canceled.',
  'task.refund_requested': 'A refund of held money to the poster was requested.',
  'task.refund_pending': 'A refund is waiting for its next attempt.',
  'task.refund_in_doubt': 'The outcome of a refund is unknown; the provider is being queried.',
  'task.refunded': 'A refund succeeded.',
  'task.refund_failed':
    'A refund failed permanently, came back after it had succeeded, or was replaced by a lost chargeback; the money is held again.',
  'chat.opened': 'A chat was opened or reopened.',
  'chat.message': 'A message was sent.',
  'chat.ended': 'A chat ended.',
  'chat.queued': 'A customer joined the support queue.',
  'chat.assigned': 'A support chat was assigned to an agent.',
  'chat.returned': 'A support chat lost its agent and is at the front of the queue.',
  'chat.rated': 'The customer rated a support chat that had ended.',
  'transfer.created': 'A transfer to the tasker was created.',
  'transfer.waiting': 'The transfer is waiting: the tasker cannot be paid yet, or the money is frozen.',
  'transfer.debts_netted': 'Debts of the tasker were taken out of the transfer before it was sent.',
  'transfer.processing': 'The transfer was sent to the provider.',
  'transfer.in_doubt': 'The outcome of the transfer is unknown; the provider is being queried.',
  'transfer.retrying': 'The provider refused temporarily; the transfer will be retried.',
  'transfer.succeeded': 'The tasker was paid.',
  'transfer.failed': 'The transfer failed; staff can retry or cancel it.',
  'transfer.canceled': 'Staff or a lost chargeback canceled the transfer; the money is held again.',
  'transfer.reversal_requested': 'Staff requested a reversal: money is taken back from the tasker.',
  'transfer.reversal_pending': 'A reversal is waiting for its next attempt.',
  'transfer.reversal_in_doubt': 'The outcome of a reversal is unknown; the provider is being queried.',
  'transfer.reversal_succeeded': 'A reversal succeeded; the money is held again.',
  'transfer.reversal_failed':
    'A reversal failed permanently; if the account of the tasker lacked the money, the tasker owes it.',
} as const

export type EventType = keyof typeof EVENT_TYPES
export type TaskEventType = Extract<EventType, `task.${string}`>
export type ChatEventType = Extract<EventType, `chat.${string}`>
export type TransferEventType = Extract<EventType, `transfer.${string}`>

/** Changes to the public view of an open task: every subscriber of the task receives them. */
export const PUBLIC_EVENT_TYPES: readonly TaskEventType[] = [
  'task.published',
  'task.updated',
  'task.canceled',
  'task.expired',
]

/** Events between the poster and one applicant: no other party receives them. */
export const APPLICATION_EVENT_TYPES: readonly TaskEventType[] = [
  'task.application_received',
  'task.application_updated',
  'task.application_withdrawn',
  'task.application_rejected',
]

/** Events of blind reviews: only their recipient, the author, receives them, also in the history of the task. */
export const AUTHOR_EVENT_TYPES: readonly TaskEventType[] = ['task.reviewed']

/** Changes of the support queue: sent to agents and to the customers whose position changes. */
export const QUEUE_EVENT_TYPES: readonly ChatEventType[] = [
  'chat.queued',
  'chat.assigned',
  'chat.returned',
  'chat.ended',
]

/** True if the text is an event type. */
export const isEventType = (text: string): text is EventType => Object.hasOwn(EVENT_TYPES, text)

/** True for a change to the public view of an open task. */
export const isPublicEventType = (type: string): boolean => PUBLIC_EVENT_TYPES.some((publicType) => publicType === type)
