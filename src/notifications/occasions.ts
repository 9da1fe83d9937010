/**
 * The people who are told of each event, with the kind and the words. Only recipients of the event are told, and never the person who acted. The
 * words are in `languages`; an event that is told to nobody says why.
 */
import type { NotificationKind } from '../db/generated/enums.ts'
import type { EventType } from '../events/eventTypes.ts'
import type { Words } from './languages/language.ts'

/**
 * A recipient in relation to the subject: the poster; the tasker, or the one of an acceptance that ended; the customer of a support
 * chat; others, who are applicants, an invitee, or staff.
 */
export type Audience = 'poster' | 'tasker' | 'others' | 'customer'

export interface Occasion {
  to: readonly Audience[]
  kind: NotificationKind
  words: Words
}

type Row = readonly Occasion[] | { nobody: string } | { messages: true }

const POSTER = ['poster'] as const
const TASKER = ['tasker'] as const
const OTHERS = ['others'] as const
const CUSTOMER = ['customer'] as const
const TAKERS = ['tasker', 'others'] as const
const PARTIES = ['poster', 'tasker'] as const
const EVERYBODY = ['poster', 'tasker', 'others'] as const

const dispute = (words: Words, to: readonly Audience[] = EVERYBODY): Occasion[] => [{ to, kind: 'DISPUTE', words }]

/** The row of each event type. */
export const OCCASIONS = {
  'task.created': { nobody: 'A draft is known to its poster alone, who made it.' },
  'task.updated': [{ to: TAKERS, kind: 'TERMS_CHANGED', words: 'termsChanged' }],
  'task.published': [{ to: TAKERS, kind: 'APPLICATION_RECEIVED', words: 'invited' }],
  'task.application_received': [{ to: POSTER, kind: 'APPLICATION_RECEIVED', words: 'applicationReceived' }],
  'task.application_updated': [{ to: POSTER, kind: 'APPLICATION_RECEIVED', words: 'applicationUpdated' }],
  'task.application_withdrawn': [{ to: POSTER, kind: 'APPLICATION_DECIDED', words: 'applicationWithdrawn' }],
  'task.application_rejected': [{ to: TAKERS, kind: 'APPLICATION_DECIDED', words: 'applicationRejected' }],
  'task.accepted': [
    { to: POSTER, kind: 'TASK_ACCEPTED', words: 'taskAccepted' },
    { to: TASKER, kind: 'TASK_ACCEPTED', words: 'youWereAccepted' },
    { to: OTHERS, kind: 'APPLICATION_DECIDED', words: 'otherWasAccepted' },
  ],
  'task.funding_requested': { nobody: 'Its outcome follows, which is told.' },
  'task.funded': [{ to: TASKER, kind: 'TASK_FUNDED', words: 'taskFunded' }],
  'task.hold_expiring': [{ to: EVERYBODY, kind: 'PAYMENT_NEEDS_ACTION', words: 'holdExpiring' }],
  'task.funding_failed': [{ to: POSTER, kind: 'PAYMENT_NEEDS_ACTION', words: 'fundingFailed' }],
  'task.funding_lapsed': [
    { to: POSTER, kind: 'PAYMENT_NEEDS_ACTION', words: 'fundingLapsed' },
    { to: TASKER, kind: 'TASK_CANCELED', words: 'acceptanceLapsed' },
    { to: OTHERS, kind: 'APPLICATION_DECIDED', words: 'taskOpenAgain' },
  ],
  'task.withdrawn': [
    { to: POSTER, kind: 'TASK_CANCELED', words: 'taskerWithdrew' },
    { to: OTHERS, kind: 'APPLICATION_DECIDED', words: 'taskOpenAgain' },
  ],
  'task.submitted': [{ to: POSTER, kind: 'WORK_SUBMITTED', words: 'workSubmitted' }],
  'task.changes_requested': [{ to: TASKER, kind: 'CHANGES_REQUESTED', words: 'changesRequested' }],
  'task.approved': [
    { to: POSTER, kind: 'WORK_APPROVED', words: 'workApprovedByTime' },
    { to: TASKER, kind: 'WORK_APPROVED', words: 'workApproved' },
  ],
  'task.reviewed': { nobody: 'A review is blind until both are in, and its author knows of it.' },
  'task.reviews_published': [{ to: PARTIES, kind: 'REVIEW', words: 'reviewsPublished' }],
  'task.canceled': [{ to: TAKERS, kind: 'TASK_CANCELED', words: 'taskCanceled' }],
  'task.expired': [{ to: EVERYBODY, kind: 'TASK_EXPIRED', words: 'taskExpired' }],
  'task.dispute_opened': dispute('disputeOpened'),
  'task.dispute_evidence_added': dispute('disputeEvidenceAdded'),
  'task.dispute_overdue': dispute('disputeOverdue'),
  'task.dispute_withdrawn': dispute('disputeWithdrawn'),
  'task.dispute_resolved': dispute('disputeResolved'),
  'task.chargeback_opened': dispute('chargebackOpened'),
  'task.chargeback_evidence_saved': { nobody: 'It is a draft of staff.' },
  'task.chargeback_evidence_submitted': { nobody: 'The decision of the bank follows, which is told.' },
  'task.chargeback_evidence_refused': dispute('chargebackEvidenceRefused', OTHERS),
  'task.chargeback_evidence_due': dispute('chargebackEvidenceDue', OTHERS),
  'task.chargeback_under_review': { nobody: 'The decision of the bank follows, which is told.' },
  'task.chargeback_won': dispute('chargebackWon'),
  'task.chargeback_lost': dispute('chargebackLost'),
  'task.refund_requested': { nobody: 'Its outcome follows, which is told.' },
  'task.refund_pending': { nobody: 'Its outcome follows, which is told.' },
  'task.refund_in_doubt': { nobody: 'Its outcome follows, which is told.' },
  'task.refunded': [{ to: POSTER, kind: 'REFUND_SUCCEEDED', words: 'refunded' }],
  'task.refund_failed': [{ to: POSTER, kind: 'PAYMENT_NEEDS_ACTION', words: 'refundFailed' }],
  'chat.opened': { nobody: 'The acceptance that opens it is told.' },
  'chat.message': { messages: true },
  'chat.ended': {
    nobody: 'The end of its task is told; a support chat ends in front of its customer, or after warnings.',
  },
  'chat.queued': { nobody: 'Its customer has just asked; agents follow the queue.' },
  'chat.assigned': [{ to: CUSTOMER, kind: 'SUPPORT_REPLY', words: 'agentAssigned' }],
  'chat.returned': [{ to: CUSTOMER, kind: 'SUPPORT_REPLY', words: 'agentLeft' }],
  'chat.rated': { nobody: 'Agents see their rating as a mean.' },
  'transfer.created': { nobody: 'The approval that creates it is told.' },
  'transfer.waiting': [{ to: TASKER, kind: 'PAYMENT_NEEDS_ACTION', words: 'transferWaiting' }],
  'transfer.debts_netted': [{ to: TASKER, kind: 'TRANSFER_SUCCEEDED', words: 'debtsNetted' }],
  'transfer.processing': { nobody: 'Its outcome follows, which is told.' },
  'transfer.in_doubt': { nobody: 'Its outcome follows, which is told.' },
  'transfer.retrying': { nobody: 'Its outcome follows, which is told.' },
  'transfer.succeeded': [{ to: TASKER, kind: 'TRANSFER_SUCCEEDED', words: 'transferSucceeded' }],
  'transfer.failed': [{ to: TASKER, kind: 'TRANSFER_FAILED', words: 'transferFailed' }],
  'transfer.canceled': [{ to: TASKER, kind: 'TRANSFER_FAILED', words: 'transferCanceled' }],
  'transfer.reversal_requested': [{ to: TASKER, kind: 'TRANSFER_FAILED', words: 'reversalRequested' }],
  'transfer.reversal_pending': { nobody: 'Its outcome follows, which is told.' },
  'transfer.reversal_in_doubt': { nobody: 'Its outcome follows, which is told.' },
  'transfer.reversal_succeeded': [{ to: TASKER, kind: 'TRANSFER_FAILED', words: 'reversalSucceeded' }],
  'transfer.reversal_failed': { nobody: 'Staff settle it; a debt of the tasker is in their balance.' },
} as const satisfies Record<EventType, Row>

/** The words of unread messages, by the kind of chat. */
export const MESSAGE_WORDS = {
  TASK: { kind: 'MESSAGE_RECEIVED', words: 'messageReceived' },
  SUPPORT: { kind: 'SUPPORT_REPLY', words: 'supportReply' },
} as const

/** The occasion of an event for a recipient in this relation, if there is one. */
export function occasionFor(type: string, audience: Audience): Occasion | undefined {
  const row: Row | undefined = (OCCASIONS as Record<string, Row>)[type]
  if (!row || !('find' in row)) return undefined
  return row.find(({ to }) => to.includes(audience))
}

/** True for a message, which is told only if it stays unread. */
export const isMessage = (type: string): boolean => type in OCCASIONS && 'messages' in OCCASIONS[type as EventType]
