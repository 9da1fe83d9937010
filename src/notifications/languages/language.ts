/** The names that a text may use. */
export interface Names {
  /** The title of the task, or the subject of a support chat. Null if it has none. */
  title: string | null
}

export interface NotificationText {
  title: string
  body: string
}

type Text = (names: Names) => NotificationText

/** All texts of one language. Another language is another file with this type, listed in `languages.ts`. */
export interface NotificationLanguage {
  /** BCP 47. */
  tag: string
  /** For a subject that the person may no longer see. */
  hidden: NotificationText
  words: {
    termsChanged: Text
    invited: Text
    applicationReceived: Text
    applicationUpdated: Text
    applicationWithdrawn: Text
    applicationRejected: Text
    taskAccepted: Text
    youWereAccepted: Text
    otherWasAccepted: Text
    taskFunded: Text
    holdExpiring: Text
    fundingFailed: Text
    fundingLapsed: Text
    acceptanceLapsed: Text
    taskOpenAgain: Text
    taskerWithdrew: Text
    workSubmitted: Text
    changesRequested: Text
    workApproved: Text
    workApprovedByTime: Text
    reviewsPublished: Text
    taskCanceled: Text
    taskExpired: Text
    disputeOpened: Text
    disputeEvidenceAdded: Text
    disputeOverdue: Text
    disputeWithdrawn: Text
    disputeResolved: Text
    chargebackOpened: Text
    chargebackEvidenceRefused: Text
    chargebackEvidenceDue: Text
    chargebackWon: Text
    chargebackLost: Text
    refunded: Text
    refundFailed: Text
    messageReceived: Text
    supportReply: Text
    agentAssigned: Text
    agentLeft: Text
    transferWaiting: Text
    debtsNetted: Text
    transferSucceeded: Text
    transferFailed: Text
    transferCanceled: Text
    reversalRequested: Text
    reversalSucceeded: Text
  }
}

/** The key of a text, which a notification keeps. */
export type Words = keyof NotificationLanguage['words']
