import type { NotificationLanguage } from './language.ts'

const of = (title: string | null) => title ?? 'your task'

/** English, also for languages without a translation. */
export const en: NotificationLanguage = {
  tag: 'en',
  hidden: { title: 'Something has changed', body: 'It is about something that you can no longer see.' },
  words: {
    termsChanged: ({ title }) => ({
      title: `Changed: ${of(title)}`,
      body: 'The task has changed. If you applied, confirm your application for the new terms.',
    }),
    invited: ({ title }) => ({ title: `You are invited: ${of(title)}`, body: 'Accept the task if you want to do it.' }),
    applicationReceived: ({ title }) => ({
      title: `New application: ${of(title)}`,
      body: 'Somebody wants to do your task.',
    }),
    applicationUpdated: ({ title }) => ({
      title: `Application changed: ${of(title)}`,
      body: 'An applicant changed or confirmed their application.',
    }),
    applicationWithdrawn: ({ title }) => ({
      title: `Application withdrawn: ${of(title)}`,
      body: 'An applicant no longer wants to do your task.',
    }),
    applicationRejected: ({ title }) => ({
      title: `Not chosen: ${of(title)}`,
      body: 'The poster did not choose your application.',
    }),
    taskAccepted: ({ title }) => ({ title: `Accepted: ${of(title)}`, body: 'Somebody has accepted your task.' }),
    youWereAccepted: ({ title }) => ({
      title: `The task is yours: ${of(title)}`,
      body: 'You were accepted for the task.',
    }),
    otherWasAccepted: ({ title }) => ({
      title: `Taken: ${of(title)}`,
      body: 'Somebody else was accepted, so your application is closed.',
    }),
    taskFunded: ({ title }) => ({
      title: `Paid in: ${of(title)}`,
      body: 'The money for the task is held for you. You can begin.',
    }),
    holdExpiring: ({ title }) => ({
      title: `Held money expires soon: ${of(title)}`,
      body: 'The payment provider holds the money for 14 more days only.',
    }),
    fundingFailed: ({ title }) => ({
      title: `Payment failed: ${of(title)}`,
      body: 'Your payment was refused. Try another payment method.',
    }),
    fundingLapsed: ({ title }) => ({
      title: `Not paid in time: ${of(title)}`,
      body: 'The task was not funded in time and is open again.',
    }),
    acceptanceLapsed: ({ title }) => ({
      title: `Acceptance lapsed: ${of(title)}`,
      body: 'The task was not funded in time, so your acceptance has ended.',
    }),
    taskOpenAgain: ({ title }) => ({ title: `Open again: ${of(title)}`, body: 'Your application counts again.' }),
    taskerWithdrew: ({ title }) => ({
      title: `Tasker withdrew: ${of(title)}`,
      body: 'Your tasker withdrew. The task is open again.',
    }),
    workSubmitted: ({ title }) => ({
      title: `Work submitted: ${of(title)}`,
      body: 'Look at the work, then approve it or request changes. After five days it counts as approved.',
    }),
    changesRequested: ({ title }) => ({
      title: `Changes requested: ${of(title)}`,
      body: 'The poster requests changes.',
    }),
    workApproved: ({ title }) => ({ title: `Work approved: ${of(title)}`, body: 'You will be paid.' }),
    workApprovedByTime: ({ title }) => ({
      title: `Work approved: ${of(title)}`,
      body: 'The work counts as approved, because five days have passed.',
    }),
    reviewsPublished: ({ title }) => ({
      title: `Reviews: ${of(title)}`,
      body: 'The reviews of the task are published.',
    }),
    taskCanceled: ({ title }) => ({ title: `Canceled: ${of(title)}`, body: 'The task was canceled.' }),
    taskExpired: ({ title }) => ({ title: `Expired: ${of(title)}`, body: 'The deadline of the task has passed.' }),
    disputeOpened: ({ title }) => ({
      title: `Dispute: ${of(title)}`,
      body: 'A dispute was opened. The money is frozen.',
    }),
    disputeEvidenceAdded: ({ title }) => ({
      title: `Dispute: ${of(title)}`,
      body: 'There is new evidence in the dispute.',
    }),
    disputeOverdue: ({ title }) => ({
      title: `Dispute: ${of(title)}`,
      body: 'The dispute still waits for a decision.',
    }),
    disputeWithdrawn: ({ title }) => ({ title: `Dispute ended: ${of(title)}`, body: 'The dispute was withdrawn.' }),
    disputeResolved: ({ title }) => ({ title: `Dispute decided: ${of(title)}`, body: 'The dispute was decided.' }),
    chargebackOpened: ({ title }) => ({
      title: `Chargeback: ${of(title)}`,
      body: "The payer's bank wants the payment back. The money is frozen.",
    }),
    chargebackEvidenceRefused: ({ title }) => ({
      title: `Chargeback: ${of(title)}`,
      body: 'The payment provider refused the evidence.',
    }),
    chargebackEvidenceDue: ({ title }) => ({ title: `Chargeback: ${of(title)}`, body: 'The evidence is due soon.' }),
    chargebackWon: ({ title }) => ({ title: `Chargeback ended: ${of(title)}`, body: 'The bank leaves the payment.' }),
    chargebackLost: ({ title }) => ({
      title: `Chargeback lost: ${of(title)}`,
      body: 'The bank took the payment back.',
    }),
    refunded: ({ title }) => ({ title: `Refunded: ${of(title)}`, body: 'Your money was refunded.' }),
    refundFailed: ({ title }) => ({
      title: `Refund failed: ${of(title)}`,
      body: 'Your refund failed, and the money is held again. We take care of it.',
    }),
    messageReceived: ({ title }) => ({
      title: `New messages: ${of(title)}`,
      body: 'You have messages that you have not read.',
    }),
    supportReply: ({ title }) => ({
      title: title === null ? 'Customer service has answered' : `Customer service has answered: ${title}`,
      body: 'You have messages that you have not read.',
    }),
    agentAssigned: () => ({ title: 'Customer service is there', body: 'An agent has taken your question.' }),
    agentLeft: () => ({
      title: 'Your question waits again',
      body: 'Your agent had to leave. You are at the front of the queue.',
    }),
    transferWaiting: ({ title }) => ({
      title: `Payout waits: ${of(title)}`,
      body: 'Your payout waits: complete your details for payouts, or the money is frozen.',
    }),
    debtsNetted: ({ title }) => ({
      title: `Payout reduced: ${of(title)}`,
      body: 'An amount that you owe was taken out of your payout.',
    }),
    transferSucceeded: ({ title }) => ({ title: `Paid: ${of(title)}`, body: 'Your payout is on its way.' }),
    transferFailed: ({ title }) => ({
      title: `Payout failed: ${of(title)}`,
      body: 'Your payout failed. We take care of it.',
    }),
    transferCanceled: ({ title }) => ({ title: `Payout canceled: ${of(title)}`, body: 'Your payout was canceled.' }),
    reversalRequested: ({ title }) => ({
      title: `Payout reversed: ${of(title)}`,
      body: 'Money of a payout is taken back from you.',
    }),
    reversalSucceeded: ({ title }) => ({
      title: `Payout reversed: ${of(title)}`,
      body: 'Money of a payout was taken back from you.',
    }),
  },
}
