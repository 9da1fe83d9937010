/**
 * The scopes that a request by a personal access token needs: for each field of Query, Mutation and Subscription, and for each type, by
 * every path to it. A test walks the schema: a field or a type without an entry fails.
 */
import type { AccessTokenScope } from '../../db/generated/enums.ts'

/**
 * `free`: every token. `session`: no token with any scopes, because it proves or changes the identity of the person, or needs a fresh proof of them. A list: all of its scopes.
 * `oneOf`: one of them.
 */
export type Need = 'free' | 'session' | readonly AccessTokenScope[] | { readonly oneOf: readonly AccessTokenScope[] }

const TASKS_READ = ['TASKS_READ'] as const
const TASKS_WRITE = ['TASKS_WRITE'] as const
const CHATS_READ = ['CHATS_READ'] as const
const CHATS_WRITE = ['CHATS_WRITE'] as const
const MONEY_READ = ['MONEY_READ'] as const
const MONEY_WRITE = ['MONEY_WRITE'] as const
const SUPPORT = ['SUPPORT'] as const
const ADMIN = ['ADMIN'] as const
const WEBHOOKS = ['WEBHOOKS'] as const

/** The need of each field of the three root types, and of single fields of other types that need more than their type. */
export const FIELD_NEEDS: Readonly<Record<string, Need>> = {
  'Query.agents': SUPPORT,
  'Query.apiInfo': 'free',
  'Query.auditLog': ADMIN,
  'Query.categories': 'free',
  'Query.chargebacks': MONEY_READ,
  'Query.chat': CHATS_READ,
  'Query.dispute': MONEY_READ,
  'Query.disputeHealth': MONEY_READ,
  // The feed has events of all three.
  'Query.events': ['TASKS_READ', 'CHATS_READ', 'MONEY_READ'],
  'Query.feeRules': 'free',
  'Query.ledgerAccount': MONEY_READ,
  'Query.ledgerHealth': MONEY_READ,
  'Query.ledgerTransactions': MONEY_READ,
  'Query.myAssignedChats': ['SUPPORT', 'CHATS_READ'],
  // By the type of the id: NODE_NEEDS.
  'Query.node': 'free',
  'Query.nodes': 'free',
  'Query.rateLimit': 'free',
  'Query.reconciliations': MONEY_READ,
  'Query.sandbox': 'free',
  'Query.slowOperations': ADMIN,
  'Query.statement': MONEY_READ,
  'Query.supportQueue': ['SUPPORT', 'CHATS_READ'],
  'Query.task': TASKS_READ,
  'Query.tasks': TASKS_READ,
  'Query.transfer': MONEY_READ,
  'Query.transfers': MONEY_READ,
  'Query.user': 'free',
  'Query.users': ADMIN,
  'Query.viewer': 'free',

  'Mutation.acceptApplication': TASKS_WRITE,
  'Mutation.acceptTask': TASKS_WRITE,
  'Mutation.addEvidence': MONEY_WRITE,
  'Mutation.addNote': SUPPORT,
  'Mutation.advanceSandboxClock': ADMIN,
  'Mutation.applyToTask': TASKS_WRITE,
  // It pays the tasker.
  'Mutation.approveWork': ['TASKS_WRITE', 'MONEY_WRITE'],
  'Mutation.assignChat': SUPPORT,
  'Mutation.authenticateSandboxPayment': MONEY_WRITE,
  'Mutation.cancelTask': TASKS_WRITE,
  'Mutation.cancelTransfer': 'session',
  'Mutation.changeEmail': 'session',
  'Mutation.changePassword': 'session',
  'Mutation.claimNextChat': SUPPORT,
  'Mutation.confirmTotp': 'session',
  'Mutation.createAccessToken': 'session',
  'Mutation.createTask': TASKS_WRITE,
  // An endpoint receives what its person may read.
  'Mutation.createWebhookEndpoint': ['WEBHOOKS', 'TASKS_READ', 'CHATS_READ', 'MONEY_READ'],
  'Mutation.decideSandboxChargeback': ADMIN,
  'Mutation.deleteWebhookEndpoint': WEBHOOKS,
  'Mutation.endChat': CHATS_WRITE,
  'Mutation.finishPasskeyRegistration': 'session',
  'Mutation.fundTask': MONEY_WRITE,
  'Mutation.markRead': CHATS_WRITE,
  'Mutation.markNotificationsRead': 'session',
  'Mutation.openDispute': MONEY_WRITE,
  'Mutation.openSandboxChargeback': ADMIN,
  'Mutation.publishTask': TASKS_WRITE,
  'Mutation.rateChat': CHATS_WRITE,
  'Mutation.redeliverWebhook': WEBHOOKS,
  'Mutation.refundHold': 'session',
  'Mutation.rejectApplication': TASKS_WRITE,
  'Mutation.removePaymentMethod': MONEY_WRITE,
  'Mutation.removeSecondFactor': 'session',
  'Mutation.requestChanges': TASKS_WRITE,
  'Mutation.requestEmailVerification': 'session',
  'Mutation.requestPasswordReset': 'session',
  'Mutation.resetPassword': 'session',
  'Mutation.resolveDispute': 'session',
  'Mutation.resolveInDoubtTransfer': 'session',
  'Mutation.restoreUser': ADMIN,
  'Mutation.retryTransfer': 'session',
  'Mutation.reverseTransfer': 'session',
  'Mutation.reviewTask': TASKS_WRITE,
  'Mutation.revokeAccessToken': 'session',
  'Mutation.revokeOtherSessions': 'session',
  'Mutation.revokeSession': 'session',
  'Mutation.sendMessage': CHATS_WRITE,
  // An agent is available as long as they have a session.
  'Mutation.setAgentAvailability': 'session',
  'Mutation.setFeeRule': 'session',
  'Mutation.setNotificationSetting': 'session',
  'Mutation.setRoles': 'session',
  'Mutation.setSandboxPayoutReadiness': ADMIN,
  'Mutation.setSandboxProvider': ADMIN,
  'Mutation.setTyping': CHATS_WRITE,
  'Mutation.settleDifference': 'session',
  'Mutation.signIn': 'session',
  'Mutation.signUp': 'session',
  'Mutation.startPasskeyRegistration': 'session',
  'Mutation.startPasskeySignIn': 'session',
  // It opens the person's account at the payment provider.
  'Mutation.startPayoutOnboarding': 'session',
  'Mutation.startReconciliation': MONEY_WRITE,
  'Mutation.startSupportChat': CHATS_WRITE,
  'Mutation.startTotp': 'session',
  'Mutation.submitChargebackEvidence': MONEY_WRITE,
  'Mutation.submitWork': TASKS_WRITE,
  'Mutation.suspendUser': ADMIN,
  'Mutation.testWebhookEndpoint': WEBHOOKS,
  'Mutation.updateApplication': TASKS_WRITE,
  'Mutation.updateProfile': 'session',
  'Mutation.updateTask': TASKS_WRITE,
  'Mutation.updateWebhookEndpoint': ['WEBHOOKS', 'TASKS_READ', 'CHATS_READ', 'MONEY_READ'],
  'Mutation.uploadFile': { oneOf: ['TASKS_WRITE', 'CHATS_WRITE', 'MONEY_WRITE'] },
  'Mutation.verifyEmail': 'session',
  'Mutation.withdrawApplication': TASKS_WRITE,
  'Mutation.withdrawDispute': MONEY_WRITE,
  'Mutation.withdrawFromTask': TASKS_WRITE,

  'Subscription.chat': CHATS_READ,
  'Subscription.events': ['TASKS_READ', 'CHATS_READ', 'MONEY_READ'],
  // Notifications are about tasks, chats, money and the person's own account.
  'Subscription.notifications': 'session',
  'Subscription.queuePosition': CHATS_READ,
  'Subscription.supportQueue': ['SUPPORT', 'CHATS_READ'],
  'Subscription.task': TASKS_READ,
  'Subscription.transfer': MONEY_READ,

  'SupportChat.notes': SUPPORT,
  'Viewer.payoutReadiness': MONEY_READ,
}

/**
 * The need of each type with fields, for every path to it. `XConnection` and `XEdge` need what X needs. The types ending in `Payload`,
 * `Result` and `Error` are free: they are reached by a mutation alone, and everything in them is of a type below.
 */
export const TYPE_NEEDS: Readonly<Record<string, Need>> = {
  AccessToken: 'session',
  Actor: 'free',
  Agent: SUPPORT,
  ApiInfo: 'free',
  Attachment: 'free',
  AuditRecord: ADMIN,
  AvailableAction: TASKS_READ,
  Balance: MONEY_READ,
  Category: 'free',
  Chargeback: MONEY_READ,
  Chat: CHATS_READ,
  ChatEvent: CHATS_READ,
  ChatParticipant: CHATS_READ,
  ChatRating: CHATS_READ,
  ChatStreamItem: CHATS_READ,
  Dispute: MONEY_READ,
  DisputeHealth: MONEY_READ,
  DisputeResolution: MONEY_READ,
  Error: 'free',
  ErrorDefinition: 'free',
  // The interface alone: the fields that lead to it need the scopes of its types.
  Event: 'free',
  FeeRule: 'free',
  // One problem of an input.
  FieldError: 'free',
  Heartbeat: 'free',
  Hold: MONEY_READ,
  LedgerAccount: MONEY_READ,
  LedgerEntry: MONEY_READ,
  LedgerHealth: MONEY_READ,
  LedgerTransaction: MONEY_READ,
  Message: CHATS_READ,
  // An amount; the types that have one need its scope.
  Money: 'free',
  MoneyTrail: MONEY_READ,
  Node: 'free',
  Note: SUPPORT,
  Notification: 'session',
  NotificationSetting: 'session',
  OpenIdProvider: 'free',
  PageInfo: 'free',
  PaymentMethod: MONEY_READ,
  QueuePosition: CHATS_READ,
  RateLimit: 'free',
  RatingSummary: 'free',
  Reconciliation: MONEY_READ,
  ReconciliationDifference: MONEY_READ,
  Refund: MONEY_READ,
  ResyncRequired: 'free',
  Reversal: MONEY_READ,
  Review: TASKS_READ,
  Sandbox: 'free',
  // Mails have links that open accounts.
  SandboxMail: 'session',
  ScheduledTransition: TASKS_READ,
  SecondFactor: 'session',
  Session: 'session',
  SlowOperation: ADMIN,
  Statement: MONEY_READ,
  StatementLine: MONEY_READ,
  StreamItem: 'free',
  SupportChat: CHATS_READ,
  System: 'free',
  Task: TASKS_READ,
  TaskApplication: TASKS_READ,
  TaskChat: CHATS_READ,
  TaskEvent: TASKS_READ,
  TaskLocation: TASKS_READ,
  Transfer: MONEY_READ,
  TransferAttempt: MONEY_READ,
  TransferEvent: MONEY_READ,
  TransferFailure: MONEY_READ,
  TypingSignal: CHATS_READ,
  UnreadCounts: CHATS_READ,
  User: 'free',
  Viewer: 'free',
  WebhookAttempt: WEBHOOKS,
  WebhookDelivery: WEBHOOKS,
  WebhookEndpoint: WEBHOOKS,
  WorkSubmission: TASKS_READ,
  WorkflowDefinition: 'free',
  WorkflowTransition: 'free',
}

/** The need of a type as a node, where it is more than that of the type: a file may be of a task, a chat or a dispute. */
const NODE_NEEDS: Readonly<Record<string, Need>> = {
  Attachment: ['TASKS_READ', 'CHATS_READ', 'MONEY_READ'],
}

/** The need of a type, for every path to it; undefined if the table has none. */
export function needOfType(name: string): Need | undefined {
  const own = TYPE_NEEDS[name] ?? TYPE_NEEDS[name.replace(/(Connection|Edge)$/, '')]
  return own ?? (/(Payload|Result|Error)$/.test(name) ? 'free' : undefined)
}

/** The need of a type that `Query.node` returns. */
export const needOfNode = (name: string): Need | undefined => NODE_NEEDS[name] ?? needOfType(name)
