// Generated from schema/operations by `npm run generate`. Do not edit.
import type { Operation } from './operation.ts'
import type { Uploadable } from './uploadable.ts'

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A task to accept. */
export type AcceptTaskInput = {
  /** The budget that the viewer saw. Refused with PriceChangedError if it has changed. */
  readonly expectedPrice?: MoneyInput | null | undefined;
  /** The expected version of the task. Refused with StaleVersionError if the task has another one. */
  readonly expectedVersion?: number | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The way in which a task gets its tasker. */
export type AcceptanceMode =
  /** The first tasker who accepts it gets it, at the budget. */
  | 'FIRST_COME'
  /** Only the invitee can see it and accept it, at the budget. */
  | 'INVITE_ONLY'
  /** Taskers apply with a price; the poster accepts one application. */
  | 'POSTER_CHOICE';

/** An area that a personal access token may use, within the rights of its person. A scope to write includes the one to read. */
export type AccessTokenScope =
  /** Acts as an administrator; never on roles. Only administrators can grant it. */
  | 'ADMIN'
  /** Reads chats, messages and typing signals. */
  | 'CHATS_READ'
  /** Sends messages, and starts, rates and ends support chats. */
  | 'CHATS_WRITE'
  /** Reads holds, transfers, disputes, chargebacks, balances, statements and payment methods. For finance staff, also those of others and the ledger. */
  | 'MONEY_READ'
  /** Pays, approves work and opens disputes. Mutations that need a fresh proof, such as refunds by finance staff, need a session. */
  | 'MONEY_WRITE'
  /** Acts as an agent of customer service. */
  | 'SUPPORT'
  /** Reads tasks, applications and reviews. */
  | 'TASKS_READ'
  /** Posts, edits and cancels tasks, applies, accepts, submits work and reviews. */
  | 'TASKS_WRITE'
  /** Manages webhook endpoints. Creating or changing one needs the three scopes to read as well, because it receives what the person may read. */
  | 'WEBHOOKS';

/** An internal note on a support chat. */
export type AddNoteInput = {
  /** Plain text of 1 to 4000 characters. */
  readonly body: string;
  /** The support chat, `sch_...`. */
  readonly chatId: string;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
};

/** The distance by which the clock moves. */
export type AdvanceSandboxClockInput = {
  /** The duration, e.g. `P3D`, at most 400 days, without years and months. `PT0S` runs the timers that are due now. */
  readonly by: string;
};

/** The availability of an agent. */
export type AgentAvailability =
  /** Receives chats only by `claimNextChat` and `assignChat`. Set automatically when a silent agent loses a chat. */
  | 'BUSY'
  /** Receives no chats. */
  | 'OFFLINE'
  /** Chats are assigned automatically, up to the capacity. */
  | 'ONLINE';

/** An application, and the reason of an action. */
export type ApplicationActionInput = {
  /** The application, `app_...`. */
  readonly applicationId: string;
  /** The expected version of the application, whose applicant can change message and price. Refused with StaleVersionError if it has another one. */
  readonly expectedVersion?: number | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** The reason, for the history of the task: one line of at most 1,000 characters. */
  readonly reason?: string | null | undefined;
};

/** A new application. */
export type ApplyToTaskInput = {
  /** The expected version of the task. Refused with StaleVersionError if the task has another one. */
  readonly expectedVersion?: number | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** A message to the poster, at most 5,000 characters. */
  readonly message?: string | null | undefined;
  /** The price of the applicant, in the currency of the task. Absent: the budget of the task. */
  readonly price?: MoneyInput | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** Work to approve. */
export type ApproveWorkInput = {
  /** The expected version of the task. Refused with StaleVersionError if the task has another one. */
  readonly expectedVersion?: number | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey: string;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The assignment of a chat to an agent. */
export type AssignChatInput = {
  /** The agent, `agt_...`. */
  readonly agentId: string;
  /** The support chat, `sch_...`. */
  readonly chatId: string;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** A note for the new agent, added to the chat. */
  readonly note?: string | null | undefined;
};

/** The availability of a file. */
export type AttachmentStatus =
  /** The file can be downloaded. */
  | 'AVAILABLE'
  /** The file was deleted: it was never attached, or it was removed from its owner. */
  | 'DELETED'
  /** The file is withheld until it has been reviewed. */
  | 'QUARANTINED'
  /** The file was reviewed and is not released. */
  | 'REJECTED';

/** The outcome of an attempt. */
export type AttemptOutcome =
  /** The provider made the payment. */
  | 'ACCEPTED'
  /** A later look-up found that the provider never received it. */
  | 'NOT_SENT'
  /** The provider refused; nothing was paid. */
  | 'REFUSED'
  /** The provider did not answer; it may have made the payment. */
  | 'UNKNOWN';

/** A payment that waits for its payer, and the end of the authentication. */
export type AuthenticateSandboxPaymentInput = {
  /** The `Hold.clientSecret`. */
  readonly clientSecret: string;
  /** True if the payer is authenticated, false if that fails. */
  readonly succeeds: boolean;
};

/** The new address. */
export type ChangeEmailInput = {
  /** The current password. */
  readonly currentPassword: string;
  /** The new address, not case-sensitive. */
  readonly newEmail: string;
};

/** The current and the new password. */
export type ChangePasswordInput = {
  /** The current password. */
  readonly currentPassword: string;
  /** The new password: 10 to 200 characters of any kind; not one of the most common passwords, nor the own address or name. */
  readonly newPassword: string;
};

/** The status of a chargeback. */
export type ChargebackStatus =
  /** The bank took the payment back. Final. */
  | 'LOST'
  /** It waits for evidence; the money is frozen. */
  | 'NEEDS_RESPONSE'
  /** The bank decides; the money is frozen. */
  | 'UNDER_REVIEW'
  /** The bank decided against the payer; the money is no longer frozen by it. Final. */
  | 'WON';

/** The reason for the end of a support chat. */
export type ChatEndReason =
  /** An administrator ended it. */
  | 'AGENT_ENDED'
  /** No agent took the chat in time. */
  | 'AGENT_INACTIVE'
  /** The customer ended it. */
  | 'CUSTOMER_ENDED'
  /** The customer did not answer the agent in time. */
  | 'CUSTOMER_INACTIVE'
  /** The agent ended it. */
  | 'RESOLVED';

/** The role of a participant in a chat. */
export type ChatRole =
  /** The agent who answers for customer service. */
  | 'AGENT'
  /** The person who contacted customer service. */
  | 'CUSTOMER'
  /** The poster of the task. */
  | 'POSTER'
  /** The tasker who was accepted for the task. */
  | 'TASKER';

/** Only a key, because the queue decides which chat is next. */
export type ClaimNextChatInput = {
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A code and a name. */
export type ConfirmTotpInput = {
  /** The current code of the app: six digits. */
  readonly code: string;
  /** A name by which the person recognizes it: one line of 1 to 80 characters. "Authenticator app" by default. */
  readonly name?: string | null | undefined;
};

/** A new access token. */
export type CreateAccessTokenInput = {
  /** When it expires, in the future. Without it, the token is valid until it is revoked. */
  readonly expiresAt?: string | null | undefined;
  /** What it is for: one line of 1 to 80 characters. */
  readonly name: string;
  /** The areas that it may use, at least one. ADMIN needs the role ADMIN. */
  readonly scopes: ReadonlyArray<AccessTokenScope>;
};

/** A new task. */
export type CreateTaskInput = {
  /** The way in which the task gets its tasker. */
  readonly acceptanceMode?: AcceptanceMode | null | undefined;
  /** Files that the viewer uploaded and has not attached yet, `att_...`: at most 20. */
  readonly attachmentIds?: ReadonlyArray<string> | null | undefined;
  /** The price that the poster offers: at least the minimum fee plus one minor unit. */
  readonly budget: MoneyInput;
  /** The category, `cat_...`. */
  readonly categoryId?: string | null | undefined;
  /** The task expires at this time if it is still open: at most ten years ahead. Absent: never. */
  readonly deadline?: string | null | undefined;
  /** The full description of the work: 1 to 20,000 characters. */
  readonly description: string;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** The invitee, `usr_...`. Required for INVITE_ONLY, not allowed for other modes. */
  readonly inviteeId?: string | null | undefined;
  /** The place of the work. */
  readonly location?: TaskLocationInput | null | undefined;
  /** True: publish at once. False: create a draft. */
  readonly publish?: boolean | null | undefined;
  /** The title: one line of 1 to 200 characters. */
  readonly title: string;
};

/** A new endpoint. */
export type CreateWebhookEndpointInput = {
  /** A note for its owner: one line of 1 to 200 characters. */
  readonly description?: string | null | undefined;
  /** Only events of these types, e.g. `task.accepted`. Events of all types by default. */
  readonly eventTypes?: ReadonlyArray<string> | null | undefined;
  /** Sends all events that an administrator may see. For administrators. */
  readonly platform?: boolean | null | undefined;
  /** An https address without user name and password, on port 443 or from 1024 up. Requests are sent to public addresses only, without redirects. */
  readonly url: string;
};

/** The decision of the bank about a chargeback. */
export type DecideSandboxChargebackInput = {
  /** The chargeback, `cbk_...`. */
  readonly chargebackId: string;
  /** True: the payment stays. False: the payer has it back. */
  readonly won: boolean;
};

/** The kind of a difference between the book of the payment provider and ours. */
export type DifferenceKind =
  /** Both have it, with different amounts. */
  | 'AMOUNT'
  /** Both have it, in different currencies. */
  | 'CURRENCY'
  /** The provider has moved the money of one object twice. */
  | 'DUPLICATE'
  /** Our ledger has a movement that the provider does not have. */
  | 'MISSING_AT_PROVIDER'
  /** The provider has a movement for which we have no object. */
  | 'MISSING_HERE'
  /** The provider has moved money that our ledger has not posted: our object has failed, was canceled, or has waited for two hours. */
  | 'STATUS';

/** A dispute, and what a party says about it. */
export type DisputeActionInput = {
  /** The dispute, `dsp_...`. */
  readonly disputeId: string;
  /** Unattached files that the viewer has uploaded for EVIDENCE, at most 20. */
  readonly evidenceIds?: ReadonlyArray<string> | null | undefined;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** A statement of 1 to 5000 characters, for the other side and staff. It becomes the `reason` of the event. */
  readonly statement?: string | null | undefined;
};

/** The status of a dispute. */
export type DisputeStatus =
  /** It waits for a decision of staff; the held money is frozen. */
  | 'OPEN'
  /** Staff divided the money. Final. */
  | 'RESOLVED'
  /** Its opener withdrew it and the task is as before, or it ended with the task because a chargeback took all the money. Final. */
  | 'WITHDRAWN';

/** The token of a link in a mail. */
export type EmailTokenInput = {
  /** The parameter `token` of the link. */
  readonly token: string;
};

/** The support chat to end. */
export type EndChatInput = {
  /** The support chat, `sch_...`. */
  readonly chatId: string;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
};

/** The side of a ledger account. */
export type EntryDirection =
  /** The right side. */
  | 'CREDIT'
  /** The left side. */
  | 'DEBIT';

/** Reason of a refusal. Branch on the type or on the code, never on the message. */
export type ErrorCode =
  /** The account is suspended. */
  | 'ACCOUNT_SUSPENDED'
  /** Webhooks are not sent to this address. */
  | 'ADDRESS_NOT_ALLOWED'
  /** The agent has as many active chats as their capacity. */
  | 'AGENT_AT_CAPACITY'
  /** The viewer already has an application for this task. */
  | 'ALREADY_APPLIED'
  /** The payment provider does not move this amount. */
  | 'AMOUNT_NOT_PAYABLE'
  /** The chat has ended. */
  | 'CHAT_ENDED'
  /** The viewer has not proved their email address yet. */
  | 'EMAIL_NOT_VERIFIED'
  /** The file is empty. */
  | 'FILE_EMPTY'
  /** The file exceeds the size limit of its kind. */
  | 'FILE_TOO_LARGE'
  /** The file is incomplete, or its checksum does not match. */
  | 'FILE_TRUNCATED'
  /** Files of this content type are not allowed for this purpose. */
  | 'FILE_TYPE_NOT_ALLOWED'
  /** The viewer may not do this. */
  | 'FORBIDDEN'
  /** The held money is frozen. */
  | 'HOLD_FROZEN'
  /** The first request with this idempotency key is still in progress. */
  | 'IDEMPOTENCY_IN_PROGRESS'
  /** The idempotency key was used for another request. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The status of the object does not allow this. */
  | 'ILLEGAL_TRANSITION'
  /** The amount exceeds the available money. */
  | 'INSUFFICIENT_FUNDS'
  /** The token is unknown, used, replaced or expired. */
  | 'INVALID_TOKEN'
  /** An earlier acceptance of this task by the tasker lapsed because it was not funded. */
  | 'LAPSED_BEFORE'
  /** The object does not exist, or the viewer may not see it. */
  | 'NOT_FOUND'
  /** The payment provider refused the payment. */
  | 'PAYMENT_REFUSED'
  /** The tasker cannot receive payouts yet. */
  | 'PAYOUT_NOT_READY'
  /** The price differs from the expected price. */
  | 'PRICE_CHANGED'
  /** The provider of payments or of sign-ins does not answer. */
  | 'PROVIDER_UNAVAILABLE'
  /** The support queue is empty. */
  | 'QUEUE_EMPTY'
  /** Rate limit exceeded. */
  | 'RATE_LIMITED'
  /** A second factor, or a fresh proof of the person, is required. */
  | 'SECOND_FACTOR_REQUIRED'
  /** You cannot apply to or accept your own task. */
  | 'SELF_DEALING'
  /** The chat has newer messages than the client has seen. */
  | 'STALE_CHAT'
  /** The object has changed since the version that was sent. */
  | 'STALE_VERSION'
  /** A tasker was already accepted for this task. */
  | 'TASK_ALREADY_ACCEPTED'
  /** The terms of the task have changed since the applicant agreed to them. */
  | 'TERMS_CHANGED'
  /** The tasker has already accepted 3 tasks that are not funded yet. */
  | 'TOO_MANY_UNFUNDED'
  /** The outcome of the transfer at the payment provider is not known yet. */
  | 'TRANSFER_IN_DOUBT'
  /** The request has no valid access token. */
  | 'UNAUTHENTICATED'
  /** The input is not valid. */
  | 'VALIDATION_FAILED'
  /** The tasker withdrew from this task before. */
  | 'WITHDREW_BEFORE';

/** A filter of events. An absent field filters nothing. */
export type EventFilter = {
  /** Only events of this task, chat or transfer. */
  readonly subjectId?: string | null | undefined;
  /** Only events of these types, e.g. `task.accepted`. */
  readonly types?: ReadonlyArray<string> | null | undefined;
};

/** The purpose of a file. It decides which types are accepted and what the file can be attached to. */
export type FilePurpose =
  /** The picture of a person: images only. */
  | 'AVATAR'
  /** A message: images and documents. */
  | 'CHAT'
  /** A dispute, a chargeback or a submission: images and documents. */
  | 'EVIDENCE'
  /** A task or a submission: images and documents. */
  | 'TASK';

/** The answer of the browser, and a name. */
export type FinishPasskeyInput = {
  /** `PasskeyChallengePayload.challenge`. */
  readonly challenge: string;
  /** A name by which the person recognizes it: one line of 1 to 80 characters. */
  readonly name: string;
  /** The answer of `navigator.credentials.create`, as JSON. */
  readonly response: string;
};

/** A payment for a task. */
export type FundTaskInput = {
  /** The version of the task that the viewer has read, so that they do not pay for another tasker or price. Refused with StaleVersionError if the task has another version. */
  readonly expectedVersion?: number | null | undefined;
  /** Requests with the same key and the same input move money only once. */
  readonly idempotencyKey: string;
  /** The provider's id of the payment method. The sandbox accepts `pm_ok`, declines `pm_refused`, and lets `pm_authenticate` wait for `authenticateSandboxPayment`. */
  readonly paymentMethodId: string;
  /** True if the viewer agrees that the payment method is saved at the provider for their later payments, which may be made while they are away. It is then in `Viewer.paymentMethods`. */
  readonly savePaymentMethod?: boolean | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The status of a hold. */
export type HoldStatus =
  /** The payment was refused; nothing was paid in. Final. */
  | 'FAILED'
  /** At least part of the money is held. */
  | 'HELD'
  /** The outcome of the payment is not known yet. */
  | 'PENDING'
  /** Nothing is left; all of it was refunded, or is being refunded. */
  | 'REFUNDED'
  /** Nothing is left; at least part of it was released for the tasker. */
  | 'RELEASED';

/** The outcome of a transfer in doubt. */
export type InDoubtFinding =
  /** The tasker was paid. Accepted on the given evidence. */
  | 'PROVIDER_HAS_IT'
  /** Nothing was paid. Accepted only if a look-up at the provider confirms it. */
  | 'PROVIDER_NEVER_HAD_IT';

/** The purpose of a ledger account. PROVIDER_CLEARING, ADJUSTMENT and USER_DEBT are debit-normal, the others credit-normal. */
export type LedgerAccountKind =
  /** Losses to chargebacks, less what taskers owe the platform. */
  | 'ADJUSTMENT'
  /** Fees earned by the platform. */
  | 'PLATFORM_FEE'
  /** Our money at the payment provider. */
  | 'PROVIDER_CLEARING'
  /** Refunds to posters that are not completed yet. */
  | 'REFUND_CLEARING'
  /** Money held for one task. */
  | 'TASK_HOLD'
  /** Money that one tasker owes the platform. Debit-normal. */
  | 'USER_DEBT'
  /** Money owed to one tasker. */
  | 'USER_PAYABLE';

/** The notifications: either `ids` or `upTo`. */
export type MarkNotificationsReadInput = {
  /** These, at most 100. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** This one and all older ones. */
  readonly upTo?: string | null | undefined;
};

/** A reading mark of the viewer. */
export type MarkReadInput = {
  /** The chat. */
  readonly chatId: string;
  /** The `sequence` of the last message that was read. A value after the end means the last message; a value before the current mark changes nothing. */
  readonly upToSequence: number;
};

/** The kind of a message. */
export type MessageKind =
  /** Written by the server; it has no author. */
  | 'SYSTEM'
  /** Written by a person. */
  | 'TEXT';

/** An exact amount in one currency. */
export type MoneyInput = {
  /** Amount in major units, with at most the fraction digits of the currency. */
  readonly amount: string;
  /** The currency, e.g. `EUR`. */
  readonly currencyCode: string;
};

/** A range of amounts in one currency, both limits included. */
export type MoneyRangeInput = {
  /** The currency, e.g. `EUR`. */
  readonly currencyCode: string;
  /** The maximum. Absent: no maximum. */
  readonly max?: string | null | undefined;
  /** The minimum. Absent: no minimum. */
  readonly min?: string | null | undefined;
};

/** A circle on the ground. Tasks without coordinates never match. */
export type NearInput = {
  /** The latitude of the centre in degrees, -90 to 90. */
  readonly latitude: string;
  /** The longitude of the centre in degrees, -180 to 180. */
  readonly longitude: string;
  /** The radius in kilometres, 1 to 20000. */
  readonly radiusKm: number;
};

/** A way in which a person is notified. */
export type NotificationChannel =
  /** Mails. */
  | 'EMAIL'
  /** `Viewer.notifications` and `Subscription.notifications`. */
  | 'FEED';

/** How often a person is notified of a kind in a channel. */
export type NotificationFrequency =
  /** Once a day, at eight in the morning in their time zone. Only of EMAIL. */
  | 'DAILY'
  /** At once. */
  | 'IMMEDIATE'
  /** Never. */
  | 'NEVER';

/** A kind of notifications, for which a person can choose how often they are told. */
export type NotificationKind =
  /** Their password or address was changed. Mailed always, and not in the feed. */
  | 'ACCOUNT_SECURITY'
  /** Their application was rejected, closed or opened again, or one for their task was withdrawn. */
  | 'APPLICATION_DECIDED'
  /** An application for their task came in or changed, or they are invited to a task. */
  | 'APPLICATION_RECEIVED'
  /** The poster requests changes of their work. */
  | 'CHANGES_REQUESTED'
  /** A deadline is near. Nothing of this kind is sent yet. */
  | 'DEADLINE_NEAR'
  /** A dispute or a chargeback has changed. */
  | 'DISPUTE'
  /** Messages in the chat of a task have been unread for two minutes; one for each chat. */
  | 'MESSAGE_RECEIVED'
  /** A decision of moderators. Nothing of this kind is sent yet. */
  | 'MODERATION'
  /** A payment, a refund or a payout needs something of them. */
  | 'PAYMENT_NEEDS_ACTION'
  /** Their money was refunded. */
  | 'REFUND_SUCCEEDED'
  /** Reviews were published. */
  | 'REVIEW'
  /** Customer service has answered and they have not read it, or an agent has come or gone. */
  | 'SUPPORT_REPLY'
  /** A tasker was accepted: for their task, or they themselves. */
  | 'TASK_ACCEPTED'
  /** A task was canceled, or its acceptance has ended. */
  | 'TASK_CANCELED'
  /** The deadline of a task has passed. */
  | 'TASK_EXPIRED'
  /** The money for their work is held. */
  | 'TASK_FUNDED'
  /** A task that they applied for has changed. */
  | 'TERMS_CHANGED'
  /** A payout failed, was canceled, or is taken back. */
  | 'TRANSFER_FAILED'
  /** They were paid. */
  | 'TRANSFER_SUCCEEDED'
  /** Work was approved. */
  | 'WORK_APPROVED'
  /** Work on their task was submitted. */
  | 'WORK_SUBMITTED';

/** A new dispute. */
export type OpenDisputeInput = {
  /** Unattached files that the viewer has uploaded for EVIDENCE, at most 20. */
  readonly evidenceIds?: ReadonlyArray<string> | null | undefined;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The reason, for the other side and staff: one line of 1 to 1000 characters. It also becomes a message in the support chat of the viewer. */
  readonly reason: string;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The answer of a provider that `apiInfo.openIdProviders` has: authorization code flow with PKCE (RFC 7636, S256). The app checks `state` itself. */
export type OpenIdInput = {
  /** The authorization code, valid once. */
  readonly code: string;
  /** The PKCE verifier, 43 to 128 characters. */
  readonly codeVerifier: string;
  /** The nonce of the authorization request. Required if the request had one. */
  readonly nonce?: string | null | undefined;
  /** The name of the provider. */
  readonly provider: string;
  /** The page of the app to which the provider redirected, without a query. */
  readonly redirectUri: string;
};

/** A chargeback that the sandbox provider opens. */
export type OpenSandboxChargebackInput = {
  /** The amount, by default all that is left of the payment. */
  readonly amount?: MoneyInput | null | undefined;
  /** The payment, `hld_...`. */
  readonly holdId: string;
  /** The word of the bank, 1 to 100 characters, by default `fraudulent`. */
  readonly reason?: string | null | undefined;
};

/** The answer of a passkey to the challenge of `startPasskeySignIn`. */
export type PasskeyInput = {
  /** `PasskeyChallengePayload.challenge`. */
  readonly challenge: string;
  /** The answer of `navigator.credentials.get`, as JSON. */
  readonly response: string;
};

/** An email address and its password. */
export type PasswordCredential = {
  /** The email address, not case-sensitive. */
  readonly email: string;
  /** The password. */
  readonly password: string;
};

/** The readiness of a person for payouts at the payment provider. Transfers to them wait until it is `READY`. */
export type PayoutReadiness =
  /** The person has not begun onboarding. */
  | 'NOT_STARTED'
  /** The provider is verifying the person. */
  | 'PENDING_VERIFICATION'
  /** The provider pays this person. */
  | 'READY'
  /** The provider will not pay this person. */
  | 'REJECTED'
  /** The provider needs more information before it pays. */
  | 'RESTRICTED';

/** A rating of a support chat. */
export type RateChatInput = {
  /** The support chat, `sch_...`. */
  readonly chatId: string;
  /** A comment on the rating. */
  readonly comment?: string | null | undefined;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The score, from 1 (bad) to 5 (good). */
  readonly score: number;
};

/** The status of a reconciliation. */
export type ReconciliationStatus =
  /** Both books were read to their end. Final. */
  | 'DONE'
  /** The payment provider did not answer. The differences found until then are kept, and none has settled itself. Final; start another one. */
  | 'FAILED'
  /** It waits for a worker, or the books are being compared. */
  | 'RUNNING';

/** A delivery to be sent once more. */
export type RedeliverInput = {
  /** The delivery, `whd_...`. */
  readonly deliveryId: string;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
};

/** An amount of a hold to refund to the poster. */
export type RefundHoldInput = {
  /** The amount, in the currency of the hold. While a tasker is at work, at least one minor unit must be left. */
  readonly amount: MoneyInput;
  /** The hold, `hld_...`. */
  readonly holdId: string;
  /** Requests with the same key and the same input move money only once. */
  readonly idempotencyKey: string;
  /** The reason, for the audit log: one line of 1 to 1,000 characters. */
  readonly reason: string;
};

/** The status of a refund. */
export type RefundStatus =
  /** The provider refused it for good or too often, or it came back later; the money is held again. Final. */
  | 'FAILED'
  /** It is not known yet whether the provider made it; the outcome is being looked up. */
  | 'IN_DOUBT'
  /** It is waiting to be sent, for the first time or for a retry. */
  | 'PENDING'
  /** It is being sent to the provider. */
  | 'PROCESSING'
  /** The provider made it. In rare cases it comes back later, and is FAILED then. */
  | 'SUCCEEDED';

/** A saved payment method. */
export type RemovePaymentMethodInput = {
  /** The `PaymentMethod.id`. */
  readonly paymentMethodId: string;
};

/** The second factor, and the password of the viewer. */
export type RemoveSecondFactorInput = {
  /** The current password. */
  readonly currentPassword: string;
  /** The second factor, `fct_...`. */
  readonly secondFactorId: string;
};

/** The request for a link that proves the address of the viewer. */
export type RequestEmailVerificationInput = {
  /** Makes a repetition of the request harmless: the mail is sent once. */
  readonly idempotencyKey?: string | null | undefined;
};

/** The address of the account. */
export type RequestPasswordResetInput = {
  /** The address, not case-sensitive. */
  readonly email: string;
};

/** The token and the new password. */
export type ResetPasswordInput = {
  /** The new password: 10 to 200 characters of any kind; not one of the most common passwords, nor the own address or name. */
  readonly newPassword: string;
  /** The parameter `token` of the link. */
  readonly token: string;
};

/** The decision about a dispute. */
export type ResolveDisputeInput = {
  /** The dispute, `dsp_...`. */
  readonly disputeId: string;
  /** Requests with the same key and the same input move money only once. */
  readonly idempotencyKey: string;
  /** A system message in the chat of the task, besides the one with the shares. */
  readonly messageToBoth?: string | null | undefined;
  /** The reasons, for both sides and the audit log: 1 to 5000 characters. */
  readonly note: string;
  /** The share of the tasker before the fee, from zero to all that is held. The rest is refunded to the poster. */
  readonly toTasker: MoneyInput;
};

/** The outcome of a transfer in doubt, with evidence. */
export type ResolveInDoubtTransferInput = {
  /** The evidence for it, for the audit log: 1 to 1,000 characters. */
  readonly evidence: string;
  /** The outcome of the transfer. */
  readonly finding: InDoubtFinding;
  /** Requests with the same key and the same input move money only once. */
  readonly idempotencyKey: string;
  /** The transfer, `trf_...`. */
  readonly transferId: string;
};

/** The status of a reversal. */
export type ReversalStatus =
  /** The provider refused it for good, or too often. If the account of the tasker lacked the money, the tasker owes it. Final. */
  | 'FAILED'
  /** It is not known yet whether the provider made it; the outcome is being looked up. */
  | 'IN_DOUBT'
  /** It is waiting to be sent, for the first time or for a retry. */
  | 'PENDING'
  /** It is being sent to the provider. */
  | 'PROCESSING'
  /** The money was taken back and is held again. Final. */
  | 'SUCCEEDED';

/** An amount to take back from a paid tasker. */
export type ReverseTransferInput = {
  /** The amount, in the currency of the transfer: at most its `net` less all reversals that have succeeded or still may. */
  readonly amount: MoneyInput;
  /** Requests with the same key and the same input move money only once. */
  readonly idempotencyKey: string;
  /** The reason, for the audit log: one line of 1 to 1,000 characters. */
  readonly reason: string;
  /** If true, the share of the fee that belongs to this amount is held again, too. */
  readonly returnFee?: boolean | null | undefined;
  /** The transfer, `trf_...`. */
  readonly transferId: string;
};

/** A review of the other side of a task. */
export type ReviewTaskInput = {
  /** A comment for everybody, of 1 to 2000 characters. */
  readonly comment?: string | null | undefined;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The rating, from 1 (bad) to 5 (good). */
  readonly rating: number;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The access token to end. */
export type RevokeAccessTokenInput = {
  /** The token, `pat_...`. */
  readonly accessTokenId: string;
};

/** The request to sign all other devices out. */
export type RevokeOtherSessionsInput = {
  /** Makes a repetition of the request harmless. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A role of a person. */
export type Role =
  /** Has the rights of all roles, and grants roles. */
  | 'ADMIN'
  /** Answers customers in support chats; moves no money. */
  | 'AGENT'
  /** Sees all money; refunds, reverses and resolves disputes. */
  | 'FINANCE'
  /** Posts tasks and works on them. Every person has it. */
  | 'USER';

/** The behavior of the sandbox payment provider, for charges, transfers, reversals and refunds alike. */
export type SandboxProviderMode =
  /** Carries out every valid order and answers. */
  | 'ACCEPT'
  /** Carries out the order, but answers neither orders nor look-ups. */
  | 'DARK'
  /** Carries out the order and answers after 5 s. */
  | 'DELAY'
  /** Carries out the order, but the answer is lost. Look-ups are answered. */
  | 'DROP_RESPONSE'
  /** Carries out the order, and sends each webhook twice. */
  | 'DUPLICATE_WEBHOOK'
  /** Refuses reversals, because the tasker's account lacks the money; carries out all other orders. */
  | 'EMPTY_ACCOUNTS'
  /** Refuses for now: a retry may succeed. */
  | 'REFUSE'
  /** Refuses for good: a retry is of no use. */
  | 'REFUSE_FOR_GOOD';

/** The answer to a challenge: exactly one of `code`, `recoveryCode`, `passkey` and `password`. */
export type SecondFactorInput = {
  /** `SecondFactorRequiredError.challenge`. */
  readonly challenge: string;
  /** The current code of an authenticator app: six digits. Each works once. */
  readonly code?: string | null | undefined;
  /** The answer of `navigator.credentials.get` to `SecondFactorRequiredError.passkeyOptions`, as JSON. */
  readonly passkey?: string | null | undefined;
  /** The password again, where `SecondFactorRequiredError.methods` is empty: for people without a second factor. */
  readonly password?: string | null | undefined;
  /** A recovery code, in any case, with or without hyphens. Each works once. */
  readonly recoveryCode?: string | null | undefined;
};

/** A way to prove more than a password. */
export type SecondFactorKind =
  /** A passkey (WebAuthn): of the device, or a security key. */
  | 'PASSKEY'
  /** One of the codes that were shown when a second factor was added. */
  | 'RECOVERY_CODE'
  /** A code of an authenticator app (RFC 6238). */
  | 'TOTP';

/** A message to a chat. */
export type SendMessageInput = {
  /** Unattached files that the sender has uploaded for CHAT, in display order; at most 10. */
  readonly attachmentIds?: ReadonlyArray<string> | null | undefined;
  /** Plain text of 1 to 4000 characters, without control characters except tabs and line breaks. Leading and trailing white space is removed. */
  readonly body: string;
  /** The chat. */
  readonly chatId: string;
  /** A request that is repeated under the same key sends one message. */
  readonly idempotencyKey?: string | null | undefined;
  /** The `sequence` of the last message that the sender has seen. Refused with StaleChatError if the chat has later messages of others or of the system. Without it, no such check is made. */
  readonly lastSeenSequence?: number | null | undefined;
};

/** The availability and capacity of the viewer as an agent. */
export type SetAgentAvailabilityInput = {
  /** The availability. */
  readonly availability: AgentAvailability;
  /** The maximum number of chats at once, 1 to 50. Unchanged if absent; initially 5. */
  readonly capacity?: number | null | undefined;
};

/** The next rule of the fee. */
export type SetFeeRuleInput = {
  /** The share in hundredths of a percent of the gross, from 0 to 9999. */
  readonly basisPoints: number;
  /** The time from which it is in force: now or later. A time within the last minute means now. */
  readonly effectiveFrom: string;
  /** Requests with the same key and the same input run only once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The least fee in major units of any currency, from zero, with at most 4 fraction digits. */
  readonly least: string;
  /** The reason, for the audit log: one line of 1 to 1,000 characters. */
  readonly reason: string;
};

/** The choice for a kind and a channel. */
export type SetNotificationSettingInput = {
  /** The channel. */
  readonly channel: NotificationChannel;
  /** How often. DAILY is of EMAIL only. */
  readonly frequency: NotificationFrequency;
  /** The kind. */
  readonly kind: NotificationKind;
};

/** A person and all their roles from now on. */
export type SetRolesInput = {
  /** Requests with the same key and the same input run only once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The reason, for the audit log: one line of 1 to 1,000 characters. */
  readonly reason: string;
  /** All roles: those not listed are removed. `USER` may be omitted, because everybody has it. */
  readonly roles: ReadonlyArray<Role>;
  /** The person, `usr_...`. */
  readonly userId: string;
};

/** A person and their payout readiness in the sandbox. */
export type SetSandboxPayoutReadinessInput = {
  /** The readiness. Once it is `READY`, waiting transfers continue. */
  readonly readiness: PayoutReadiness;
  /** The person, `usr_...`. */
  readonly userId: string;
};

/** The mode of the sandbox payment provider. */
export type SetSandboxProviderInput = {
  /** The mode from now on. */
  readonly mode: SandboxProviderMode;
};

/** A typing signal of the viewer. */
export type SetTypingInput = {
  /** The chat. */
  readonly chatId: string;
  /** True if the viewer is typing; false if they have stopped. */
  readonly typing: boolean;
};

/** A difference, and what staff found out about it. */
export type SettleDifferenceInput = {
  /** The difference, `rcd_...`. */
  readonly differenceId: string;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The cause and what was done about it, also for the audit log: 1 to 1000 characters. */
  readonly note: string;
};

/** A proof of the person: exactly one of the fields. */
export type SignInInput =
  {   /** Opens a new session by a provider. */
  readonly openId: OpenIdInput; readonly passkey?: never; readonly password?: never; readonly refreshToken?: never; readonly secondFactor?: never; }
  |  { readonly openId?: never;   /** Opens a new session by a passkey that recognizes its person, which counts as both factors. */
  readonly passkey: PasskeyInput; readonly password?: never; readonly refreshToken?: never; readonly secondFactor?: never; }
  |  { readonly openId?: never; readonly passkey?: never;   /** Opens a new session. */
  readonly password: PasswordCredential; readonly refreshToken?: never; readonly secondFactor?: never; }
  |  { readonly openId?: never; readonly passkey?: never; readonly password?: never;   /** Continues a session: its latest refresh token. */
  readonly refreshToken: string; readonly secondFactor?: never; }
  |  { readonly openId?: never; readonly passkey?: never; readonly password?: never; readonly refreshToken?: never;   /** Completes a sign-in that was refused with SecondFactorRequiredError. If it was another mutation that was refused, proves the person of its session again; the session continues. */
  readonly secondFactor: SecondFactorInput; };

/** A new account. */
export type SignUpInput = {
  /** The name that others see: one line of 1 to 80 characters. */
  readonly displayName: string;
  /** The email address to sign in with, not case-sensitive. Each address has at most one account. */
  readonly email: string;
  /** 10 to 200 characters of any kind; not one of the most common passwords, nor the own address or name. */
  readonly password: string;
};

/** The beginning of a registration of a passkey, or of a sign-in by one. */
export type StartPasskeyInput = {
  /** The current password, for a registration in a session without a fresh proof. A sign-in does not read it. */
  readonly currentPassword?: string | null | undefined;
};

/** The page to return to after onboarding. */
export type StartPayoutOnboardingInput = {
  /** The http or https address to which the provider redirects the person afterwards, or if the page has expired. From there the client starts onboarding again unless the viewer is READY. */
  readonly returnUrl: string;
};

/** A span of time in the past. */
export type StartReconciliationInput = {
  /** The first moment of the span. */
  readonly from: string;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The end of the span, which does not belong to it: after `from`, at most 31 days later, and not in the future. */
  readonly to: string;
};

/** A request to customer service. */
export type StartSupportChatInput = {
  /** The task, transfer or dispute that the request is about. The assigned agent can see of it what the viewer sees while the chat is open. */
  readonly aboutId?: string | null | undefined;
  /** Unattached files that the viewer has uploaded for CHAT; at most 10. */
  readonly attachmentIds?: ReadonlyArray<string> | null | undefined;
  /** A request that is repeated under the same key runs once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The first message, of 1 to 4000 characters. */
  readonly message: string;
  /** A subject of one line. Ignored if the viewer has an open chat. */
  readonly subject?: string | null | undefined;
};

/** The password of the viewer. */
export type StartTotpInput = {
  /** The current password. */
  readonly currentPassword: string;
};

/** Evidence against a chargeback. */
export type SubmitChargebackEvidenceInput = {
  /** The chargeback, `cbk_...`. */
  readonly chargebackId: string;
  /** Unattached files that the viewer has uploaded for EVIDENCE, at most 20. They are added to those of earlier drafts. */
  readonly evidenceIds?: ReadonlyArray<string> | null | undefined;
  /** Requests with the same key and the same input send the evidence only once. */
  readonly idempotencyKey: string;
  /** What happened, for the bank: 1 to 5000 characters. It replaces the statement of an earlier draft. */
  readonly statement: string;
  /** False keeps it as a draft at the provider; true is final, and the bank decides. */
  readonly submit: boolean;
};

/** Finished work to submit. */
export type SubmitWorkInput = {
  /** Files that the viewer uploaded and has not attached yet, `att_...`: at most 20. */
  readonly attachmentIds?: ReadonlyArray<string> | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** A message to the poster, at most 5,000 characters. */
  readonly message?: string | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The status of a support chat. */
export type SupportChatStatus =
  /** The chat is assigned to an agent. */
  | 'ASSIGNED'
  /** The chat has ended and is readable only. */
  | 'ENDED'
  /** The customer is waiting for an agent. */
  | 'QUEUED';

/** A person and a reason. */
export type SuspendUserInput = {
  /** Requests with the same key and the same input run only once. */
  readonly idempotencyKey?: string | null | undefined;
  /** The reason, for the audit log: one line of 1 to 1,000 characters. */
  readonly reason: string;
  /** The person, `usr_...`. */
  readonly userId: string;
};

/** An action on a task: the mutation and who may call it. */
export type TaskAction =
  /** `acceptTask`, by a tasker; `acceptApplication`, by a poster with a pending application. */
  | 'ACCEPT'
  /** `applyToTask`, by a tasker. */
  | 'APPLY'
  /** `approveWork`, by the poster. */
  | 'APPROVE_WORK'
  /** `cancelTask`, by the poster. */
  | 'CANCEL'
  /** `updateTask`, by the poster. */
  | 'EDIT'
  /** `fundTask`, by the poster. */
  | 'FUND'
  /** `openDispute`, by the poster or the assignee. */
  | 'OPEN_DISPUTE'
  /** `publishTask`, by the poster. */
  | 'PUBLISH'
  /** `requestChanges`, by the poster. */
  | 'REQUEST_CHANGES'
  /** `reviewTask`, by the poster and the assignee. */
  | 'REVIEW'
  /** `submitWork`, by the assignee. */
  | 'SUBMIT_WORK'
  /** `withdrawFromTask`, by the assignee. */
  | 'WITHDRAW';

/** A task, and the reason of an action. */
export type TaskActionInput = {
  /** The expected version of the task. Refused with StaleVersionError if the task has another one. */
  readonly expectedVersion?: number | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** The reason, for the history of the task: one line of at most 1,000 characters. */
  readonly reason?: string | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId: string;
};

/** The status of an application. */
export type TaskApplicationStatus =
  /** The applicant is the tasker. */
  | 'ACCEPTED'
  /** Another person was accepted or invited, or the task ended. PENDING again if the task is open to this applicant again. */
  | 'CLOSED'
  /** The poster has not decided yet. */
  | 'PENDING'
  /** The poster rejected it. The applicant cannot apply to this task again. */
  | 'REJECTED'
  /** The applicant withdrew it, or withdrew from the task. They can apply again while the task is open. */
  | 'WITHDRAWN';

/** A filter of tasks. Absent or null fields match every task; a task must match all others. */
export type TaskFilter = {
  /** One of these modes. */
  readonly acceptanceMode?: ReadonlyArray<AcceptanceMode> | null | undefined;
  /** A budget in this range. */
  readonly budget?: MoneyRangeInput | null | undefined;
  /** This category, `cat_...`. */
  readonly categoryId?: string | null | undefined;
  /** A deadline before this time. */
  readonly deadlineBefore?: string | null | undefined;
  /** In this circle. */
  readonly near?: NearInput | null | undefined;
  /** Posted by this person, `usr_...`. */
  readonly posterId?: string | null | undefined;
  /** True: only tasks that can be done from anywhere. False: only others. */
  readonly remote?: boolean | null | undefined;
  /** One of these statuses. Absent: OPEN. */
  readonly status?: ReadonlyArray<TaskStatus> | null | undefined;
  /** Words or parts of words; the title and description together contain each of them. Ignores case, accents, width and invisible characters. At most 10 words and 200 characters; a text without visible characters matches every task. */
  readonly text?: string | null | undefined;
};

/** The place of a task. */
export type TaskLocationInput = {
  /** The place as text: one line of 1 to 200 characters. */
  readonly label: string;
  /** The latitude in degrees, -90 to 90. Requires `longitude`. */
  readonly latitude?: string | null | undefined;
  /** The longitude in degrees, -180 to 180. Requires `latitude`. */
  readonly longitude?: string | null | undefined;
  /** True if the task can be done from anywhere. */
  readonly remote?: boolean | null | undefined;
};

/** The two sides of a task. */
export type TaskSide =
  /** The person who posted the task. */
  | 'POSTER'
  /** The person who was accepted for the task. */
  | 'TASKER';

/** The order of a list of tasks. Among equal tasks the newest is first. */
export type TaskSort =
  /** Grouped by currency, highest budget first. */
  | 'BUDGET_HIGH'
  /** Grouped by currency, lowest budget first. */
  | 'BUDGET_LOW'
  /** Earliest deadline first; tasks without a deadline last. */
  | 'DEADLINE'
  /** Nearest to the centre of `near` first. Requires `near` in the filter. */
  | 'NEAREST'
  /** Newest first. */
  | 'NEWEST';

/** The status of a task. */
export type TaskStatus =
  /** The money is held and the tasker is working. */
  | 'ASSIGNED'
  /** A tasker was accepted; the poster has 24 hours to fund the task, or it is OPEN again. */
  | 'AWAITING_FUNDS'
  /** The task was canceled. Final. */
  | 'CANCELED'
  /** The work was approved and the tasker is paid. Final. */
  | 'COMPLETED'
  /** Poster and tasker disagree; the money is frozen until staff decide. */
  | 'DISPUTED'
  /** Not published: visible to its poster only. */
  | 'DRAFT'
  /** The deadline passed while the task was open. Final. */
  | 'EXPIRED'
  /** Published, without a tasker. */
  | 'OPEN'
  /** The work was submitted; it is approved automatically after 5 days. */
  | 'SUBMITTED';

/** A transfer, and the reason for the action. */
export type TransferActionInput = {
  /** Requests with the same key and the same input move money only once. */
  readonly idempotencyKey: string;
  /** The reason, for the audit log: one line of 1 to 1,000 characters. */
  readonly reason: string;
  /** The transfer, `trf_...`. */
  readonly transferId: string;
};

/** A filter of transfers. They must match all given fields; absent and null fields are ignored. */
export type TransferFilter = {
  /** Created after this time. */
  readonly createdAfter?: string | null | undefined;
  /** Created before this time. */
  readonly createdBefore?: string | null | undefined;
  /** The provider's id of the transfer. */
  readonly providerReference?: string | null | undefined;
  /** One of these statuses. */
  readonly status?: ReadonlyArray<TransferStatus> | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId?: string | null | undefined;
  /** The person who is paid, `usr_...`. */
  readonly userId?: string | null | undefined;
};

/** The status of a transfer. */
export type TransferStatus =
  /** Finance staff canceled it; the money is held again. Final. */
  | 'CANCELED'
  /** The provider refused it for good, or too often. Finance staff can retry or cancel it. */
  | 'FAILED'
  /** It is not known yet whether the provider made it; the outcome is being looked up, and nothing is sent again. */
  | 'IN_DOUBT'
  /** It is sent at once, or waits until the tasker can be paid. */
  | 'PENDING'
  /** It is being sent to the provider. */
  | 'PROCESSING'
  /** The provider refused it for now; it is retried at `nextRetryAt`. */
  | 'RETRYING'
  /** All of it was taken back from the tasker. Final. */
  | 'REVERSED'
  /** The tasker was paid. */
  | 'SUCCEEDED';

/** The changes of an application. Also confirms it for the current version of the task. */
export type UpdateApplicationInput = {
  /** The application, `app_...`. */
  readonly applicationId: string;
  /** The version of the task to which the applicant agrees. The expected version of the task. Refused with StaleVersionError if the task has another one. */
  readonly expectedTaskVersion: number;
  /** The expected version of the application. Refused with StaleVersionError if it has another one. */
  readonly expectedVersion?: number | null | undefined;
  /** Makes the request safe to retry: the same request with the same key returns the stored answer. */
  readonly idempotencyKey?: string | null | undefined;
  /** A message to the poster, at most 5,000 characters. Absent keeps the current one; null removes it. */
  readonly message?: string | null | undefined;
  /** The price of the applicant, in the currency of the task. Absent keeps the current one. */
  readonly price?: MoneyInput | null | undefined;
};

/** The changes of the profile. */
export type UpdateProfileInput = {
  /** Their new picture, `att_...`: a file that they uploaded with the purpose AVATAR. Null removes the picture. */
  readonly avatarId?: string | null | undefined;
  /** The name that others see: one line of 1 to 80 characters. */
  readonly displayName?: string | null | undefined;
  /** The language of their mails: a BCP 47 tag, such as `de-AT`. */
  readonly locale?: string | null | undefined;
  /** Their IANA time zone, such as `Europe/Berlin`. */
  readonly timeZone?: string | null | undefined;
};

/** The changes of a task. An absent field stays; null clears a field that can be empty. */
export type UpdateTaskInput = {
  /** The way in which the task gets its tasker. Any other mode than INVITE_ONLY clears the invitee. */
  readonly acceptanceMode?: AcceptanceMode | null | undefined;
  /** All attachments after the change, at most 20: current ones to keep, and new uploads of the viewer. Others are deleted; null deletes all. */
  readonly attachmentIds?: ReadonlyArray<string> | null | undefined;
  /** The price that the poster offers. Cannot change while a payment is in progress or held; its currency cannot change after the first application or payment. */
  readonly budget?: MoneyInput | null | undefined;
  /** The category, `cat_...`. */
  readonly categoryId?: string | null | undefined;
  /** The task expires at this time if it is still open: at most ten years ahead. Null: never. */
  readonly deadline?: string | null | undefined;
  /** The full description of the work: 1 to 20,000 characters. */
  readonly description?: string | null | undefined;
  /** The expected version of the task. Refused with StaleVersionError if the task has another one. */
  readonly expectedVersion: number;
  /** The invitee, `usr_...`. Only for INVITE_ONLY. */
  readonly inviteeId?: string | null | undefined;
  /** The place of the work. */
  readonly location?: TaskLocationInput | null | undefined;
  /** The task, `tsk_...`. */
  readonly taskId: string;
  /** The title: one line of 1 to 200 characters. */
  readonly title?: string | null | undefined;
};

/** The changes of an endpoint. Absent fields stay as they are. */
export type UpdateWebhookEndpointInput = {
  /** A note for its owner: one line of 1 to 200 characters. Null removes it. */
  readonly description?: string | null | undefined;
  /** False turns it off: nothing is sent, and deliveries that wait are given up. True turns it on for the events from then on. */
  readonly enabled?: boolean | null | undefined;
  /** The endpoint, `whe_...`. */
  readonly endpointId: string;
  /** Only events of these types. Null: events of all types. */
  readonly eventTypes?: ReadonlyArray<string> | null | undefined;
  /** Makes a new secret. The previous one signs as well for 24 hours. */
  readonly rotateSecret?: boolean | null | undefined;
  /** An https address without user name and password, on port 443 or from 1024 up. Requests are sent to public addresses only, without redirects. */
  readonly url?: string | null | undefined;
};

/** A file and its purpose. */
export type UploadFileInput = {
  /** The file. */
  readonly file: Uploadable;
  /** A file that is sent again under the same key is stored once. Other bytes under the key are refused. */
  readonly idempotencyKey?: string | null | undefined;
  /** The purpose. */
  readonly purpose: FilePurpose;
  /** The expected checksum, compared during the upload. */
  readonly sha256?: string | null | undefined;
};

/** The status of a delivery. */
export type WebhookDeliveryStatus =
  /** It was given up, its endpoint was turned off, or the owner may no longer see the event. */
  | 'FAILED'
  /** It waits for its attempt, or for earlier ones of its subject. */
  | 'PENDING'
  /** An attempt failed; the next one is at `nextAttemptAt`. */
  | 'RETRYING'
  /** The endpoint answered with a status from 200 to 299. */
  | 'SUCCEEDED';

/** An endpoint of the viewer. */
export type WebhookEndpointActionInput = {
  /** The endpoint, `whe_...`. */
  readonly endpointId: string;
};

export type SignUpMutationVariables = Exact<{
  input: SignUpInput;
}>;


export type SignUpMutation = { readonly signUp:
    | { readonly __typename: 'AuthPayload', readonly accessToken: string, readonly refreshToken: string, readonly expiresAt: string, readonly session: { readonly id: string }, readonly viewer: { readonly email: string, readonly roles: ReadonlyArray<Role>, readonly payoutReadiness: PayoutReadiness, readonly user: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ProviderUnavailableError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { readonly signIn:
    | { readonly __typename: 'AuthPayload', readonly accessToken: string, readonly refreshToken: string, readonly expiresAt: string, readonly session: { readonly id: string }, readonly viewer: { readonly email: string, readonly roles: ReadonlyArray<Role>, readonly payoutReadiness: PayoutReadiness, readonly user: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ProviderUnavailableError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type OpenIdProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type OpenIdProvidersQuery = { readonly apiInfo: { readonly openIdProviders: ReadonlyArray<{ readonly name: string, readonly issuer: string, readonly clientId: string, readonly authorizationUrl: string, readonly scopes: ReadonlyArray<string> }> } };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeSessionMutation = { readonly revokeSession:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type CurrentSessionQueryVariables = Exact<{ [key: string]: never; }>;


export type CurrentSessionQuery = { readonly viewer: { readonly sessions: ReadonlyArray<{ readonly id: string, readonly current: boolean }> } | null };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { readonly changePassword:
    | { readonly __typename: 'AuthPayload', readonly accessToken: string, readonly refreshToken: string, readonly expiresAt: string, readonly session: { readonly id: string }, readonly viewer: { readonly email: string, readonly roles: ReadonlyArray<Role>, readonly payoutReadiness: PayoutReadiness, readonly user: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ProviderUnavailableError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { readonly updateProfile:
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ProfilePayload', readonly viewer: { readonly user: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type StartPayoutOnboardingMutationVariables = Exact<{
  input: StartPayoutOnboardingInput;
}>;


export type StartPayoutOnboardingMutation = { readonly startPayoutOnboarding:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PayoutOnboardingPayload', readonly url: string | null, readonly expiresAt: string | null, readonly viewer: { readonly payoutReadiness: PayoutReadiness } }
    | { readonly __typename: 'ProviderUnavailableError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type PaymentMethodsQueryVariables = Exact<{ [key: string]: never; }>;


export type PaymentMethodsQuery = { readonly viewer: { readonly paymentMethods: ReadonlyArray<{ readonly id: string, readonly kind: string, readonly brand: string | null, readonly lastDigits: string | null, readonly expiryYear: number | null, readonly expiryMonth: number | null }> | null } | null };

export type RemovePaymentMethodMutationVariables = Exact<{
  input: RemovePaymentMethodInput;
}>;


export type RemovePaymentMethodMutation = { readonly removePaymentMethod:
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ProviderUnavailableError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RemovePaymentMethodPayload', readonly viewer: { readonly paymentMethods: ReadonlyArray<{ readonly id: string }> | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly email: string, readonly emailVerifiedAt: string | null, readonly locale: string, readonly timeZone: string, readonly roles: ReadonlyArray<Role>, readonly payoutReadiness: PayoutReadiness, readonly user: { readonly createdAt: string, readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly balances: ReadonlyArray<{ readonly currencyCode: string, readonly pending: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly paid: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly owed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }>, readonly unread: { readonly chats: number, readonly messages: number }, readonly sessions: ReadonlyArray<{ readonly id: string, readonly createdAt: string, readonly lastUsedAt: string, readonly userAgent: string | null, readonly current: boolean }> } | null };

export type UserQueryVariables = Exact<{
  id: string;
}>;


export type UserQuery = { readonly user: { readonly createdAt: string, readonly email: string | null, readonly roles: ReadonlyArray<Role> | null, readonly suspendedAt: string | null, readonly id: string, readonly displayName: string, readonly rating: { readonly average: string | null, readonly count: number }, readonly avatar: { readonly id: string, readonly url: string | null } | null } | null };

export type SetRolesMutationVariables = Exact<{
  input: SetRolesInput;
}>;


export type SetRolesMutation = { readonly setRoles:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UserPayload', readonly replayed: boolean, readonly user: { readonly id: string, readonly displayName: string, readonly roles: ReadonlyArray<Role> | null } }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SuspendUserMutationVariables = Exact<{
  input: SuspendUserInput;
}>;


export type SuspendUserMutation = { readonly suspendUser:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UserPayload', readonly replayed: boolean, readonly user: { readonly id: string, readonly suspendedAt: string | null } }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RestoreUserMutationVariables = Exact<{
  input: SuspendUserInput;
}>;


export type RestoreUserMutation = { readonly restoreUser:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UserPayload', readonly replayed: boolean, readonly user: { readonly id: string, readonly suspendedAt: string | null } }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type UsersQueryVariables = Exact<{
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type UsersQuery = { readonly users: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly displayName: string, readonly email: string | null, readonly roles: ReadonlyArray<Role> | null, readonly suspendedAt: string | null, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type AuditLogQueryVariables = Exact<{
  subjectId?: string | null | undefined;
  actorId?: string | null | undefined;
  action?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly at: string, readonly action: string, readonly subjectId: string | null, readonly reason: string | null, readonly requestId: string | null, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
      , readonly subject:
        | { readonly __typename: 'AccessToken', readonly id: string }
        | { readonly __typename: 'Agent', readonly id: string }
        | { readonly __typename: 'Attachment', readonly id: string }
        | { readonly __typename: 'AuditRecord', readonly id: string }
        | { readonly __typename: 'Category', readonly id: string }
        | { readonly __typename: 'Chargeback', readonly id: string }
        | { readonly __typename: 'ChatEvent', readonly id: string }
        | { readonly __typename: 'Dispute', readonly id: string }
        | { readonly __typename: 'FeeRule', readonly id: string }
        | { readonly __typename: 'Hold', readonly id: string }
        | { readonly __typename: 'LedgerAccount', readonly id: string }
        | { readonly __typename: 'LedgerEntry', readonly id: string }
        | { readonly __typename: 'LedgerTransaction', readonly id: string }
        | { readonly __typename: 'Message', readonly id: string }
        | { readonly __typename: 'Note', readonly id: string }
        | { readonly __typename: 'Notification', readonly id: string }
        | { readonly __typename: 'Reconciliation', readonly id: string }
        | { readonly __typename: 'ReconciliationDifference', readonly id: string }
        | { readonly __typename: 'Refund', readonly id: string }
        | { readonly __typename: 'Reversal', readonly id: string }
        | { readonly __typename: 'Review', readonly id: string }
        | { readonly __typename: 'SecondFactor', readonly id: string }
        | { readonly __typename: 'Session', readonly id: string }
        | { readonly __typename: 'SupportChat', readonly id: string }
        | { readonly __typename: 'Task', readonly id: string }
        | { readonly __typename: 'TaskApplication', readonly id: string }
        | { readonly __typename: 'TaskChat', readonly id: string }
        | { readonly __typename: 'TaskEvent', readonly id: string }
        | { readonly __typename: 'Transfer', readonly id: string }
        | { readonly __typename: 'TransferEvent', readonly id: string }
        | { readonly __typename: 'User', readonly id: string }
        | { readonly __typename: 'WebhookDelivery', readonly id: string }
        | { readonly __typename: 'WebhookEndpoint', readonly id: string }
       | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type SlowOperationsQueryVariables = Exact<{
  since?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type SlowOperationsQuery = { readonly slowOperations: ReadonlyArray<{ readonly at: string, readonly operationName: string | null, readonly documentHash: string, readonly durationMs: number, readonly sqlCount: number, readonly sqlMs: number, readonly poolWaitMs: number, readonly eventLoopDelayMs: number, readonly errorCount: number, readonly requestId: string, readonly viewer: { readonly id: string, readonly displayName: string } | null }> | null };

export type RequestEmailVerificationMutationVariables = Exact<{
  input: RequestEmailVerificationInput;
}>;


export type RequestEmailVerificationMutation = { readonly requestEmailVerification:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type VerifyEmailMutationVariables = Exact<{
  input: EmailTokenInput;
}>;


export type VerifyEmailMutation = { readonly verifyEmail:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ChangeEmailMutationVariables = Exact<{
  input: ChangeEmailInput;
}>;


export type ChangeEmailMutation = { readonly changeEmail:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RequestPasswordResetMutationVariables = Exact<{
  input: RequestPasswordResetInput;
}>;


export type RequestPasswordResetMutation = { readonly requestPasswordReset:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { readonly resetPassword:
    | { readonly __typename: 'AuthPayload', readonly accessToken: string, readonly refreshToken: string, readonly expiresAt: string, readonly session: { readonly id: string }, readonly viewer: { readonly email: string, readonly roles: ReadonlyArray<Role>, readonly payoutReadiness: PayoutReadiness, readonly user: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ProviderUnavailableError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RevokeOtherSessionsMutationVariables = Exact<{
  input: RevokeOtherSessionsInput;
}>;


export type RevokeOtherSessionsMutation = { readonly revokeOtherSessions:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AccessTokensQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AccessTokensQuery = { readonly viewer: { readonly accessTokens: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly scopes: ReadonlyArray<AccessTokenScope>, readonly hint: string, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type CreateAccessTokenMutationVariables = Exact<{
  input: CreateAccessTokenInput;
}>;


export type CreateAccessTokenMutation = { readonly createAccessToken:
    | { readonly __typename: 'AccessTokenPayload', readonly token: string, readonly accessToken: { readonly id: string, readonly name: string, readonly scopes: ReadonlyArray<AccessTokenScope>, readonly hint: string, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RevokeAccessTokenMutationVariables = Exact<{
  input: RevokeAccessTokenInput;
}>;


export type RevokeAccessTokenMutation = { readonly revokeAccessToken:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SandboxMailsQueryVariables = Exact<{
  to?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type SandboxMailsQuery = { readonly sandbox: { readonly mails: ReadonlyArray<{ readonly id: string, readonly to: string, readonly subject: string, readonly text: string, readonly html: string, readonly sentAt: string }> | null } | null };

export type SecondFactorsQueryVariables = Exact<{ [key: string]: never; }>;


export type SecondFactorsQuery = { readonly viewer: { readonly secondFactors: ReadonlyArray<{ readonly id: string, readonly kind: SecondFactorKind, readonly name: string, readonly createdAt: string, readonly lastUsedAt: string | null }> } | null };

export type StartTotpMutationVariables = Exact<{
  input: StartTotpInput;
}>;


export type StartTotpMutation = { readonly startTotp:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TotpPayload', readonly secret: string, readonly uri: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ConfirmTotpMutationVariables = Exact<{
  input: ConfirmTotpInput;
}>;


export type ConfirmTotpMutation = { readonly confirmTotp:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RecoveryCodesPayload', readonly recoveryCodes: ReadonlyArray<string>, readonly secondFactors: ReadonlyArray<{ readonly id: string, readonly kind: SecondFactorKind, readonly name: string, readonly createdAt: string, readonly lastUsedAt: string | null }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type StartPasskeyRegistrationMutationVariables = Exact<{
  input: StartPasskeyInput;
}>;


export type StartPasskeyRegistrationMutation = { readonly startPasskeyRegistration:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PasskeyChallengePayload', readonly challenge: string, readonly options: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type FinishPasskeyRegistrationMutationVariables = Exact<{
  input: FinishPasskeyInput;
}>;


export type FinishPasskeyRegistrationMutation = { readonly finishPasskeyRegistration:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RecoveryCodesPayload', readonly recoveryCodes: ReadonlyArray<string>, readonly secondFactors: ReadonlyArray<{ readonly id: string, readonly kind: SecondFactorKind, readonly name: string, readonly createdAt: string, readonly lastUsedAt: string | null }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type StartPasskeySignInMutationVariables = Exact<{
  input: StartPasskeyInput;
}>;


export type StartPasskeySignInMutation = { readonly startPasskeySignIn:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PasskeyChallengePayload', readonly challenge: string, readonly options: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RemoveSecondFactorMutationVariables = Exact<{
  input: RemoveSecondFactorInput;
}>;


export type RemoveSecondFactorMutation = { readonly removeSecondFactor:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ChargebacksQueryVariables = Exact<{
  status?: ReadonlyArray<ChargebackStatus> | ChargebackStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ChargebacksQuery = { readonly chargebacks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ChargebackStatus, readonly reason: string, readonly providerReference: string, readonly openedAt: string, readonly evidenceDueBy: string | null, readonly evidencePending: boolean, readonly submittedAt: string | null, readonly closedAt: string | null, readonly hold: { readonly id: string, readonly frozen: boolean, readonly task: { readonly id: string, readonly title: string, readonly status: TaskStatus } }, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly providerFee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly evidenceFailure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null, readonly takenFromHold: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ChargebackQueryVariables = Exact<{
  id: string;
}>;


export type ChargebackQuery = { readonly node:
    | { readonly __typename: 'AccessToken' }
    | { readonly __typename: 'Agent' }
    | { readonly __typename: 'Attachment' }
    | { readonly __typename: 'AuditRecord' }
    | { readonly __typename: 'Category' }
    | { readonly __typename: 'Chargeback', readonly statement: string | null, readonly id: string, readonly status: ChargebackStatus, readonly reason: string, readonly providerReference: string, readonly openedAt: string, readonly evidenceDueBy: string | null, readonly evidencePending: boolean, readonly submittedAt: string | null, readonly closedAt: string | null, readonly evidence: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null }>, readonly hold: { readonly id: string, readonly status: HoldStatus, readonly frozen: boolean }, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly providerFee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly evidenceFailure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null, readonly takenFromHold: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'ChatEvent' }
    | { readonly __typename: 'Dispute' }
    | { readonly __typename: 'FeeRule' }
    | { readonly __typename: 'Hold' }
    | { readonly __typename: 'LedgerAccount' }
    | { readonly __typename: 'LedgerEntry' }
    | { readonly __typename: 'LedgerTransaction' }
    | { readonly __typename: 'Message' }
    | { readonly __typename: 'Note' }
    | { readonly __typename: 'Notification' }
    | { readonly __typename: 'Reconciliation' }
    | { readonly __typename: 'ReconciliationDifference' }
    | { readonly __typename: 'Refund' }
    | { readonly __typename: 'Reversal' }
    | { readonly __typename: 'Review' }
    | { readonly __typename: 'SecondFactor' }
    | { readonly __typename: 'Session' }
    | { readonly __typename: 'SupportChat' }
    | { readonly __typename: 'Task' }
    | { readonly __typename: 'TaskApplication' }
    | { readonly __typename: 'TaskChat' }
    | { readonly __typename: 'TaskEvent' }
    | { readonly __typename: 'Transfer' }
    | { readonly __typename: 'TransferEvent' }
    | { readonly __typename: 'User' }
    | { readonly __typename: 'WebhookDelivery' }
    | { readonly __typename: 'WebhookEndpoint' }
   | null };

export type SubmitChargebackEvidenceMutationVariables = Exact<{
  input: SubmitChargebackEvidenceInput;
}>;


export type SubmitChargebackEvidenceMutation = { readonly submitChargebackEvidence:
    | { readonly __typename: 'ChargebackPayload', readonly replayed: boolean, readonly chargeback: { readonly statement: string | null, readonly id: string, readonly status: ChargebackStatus, readonly reason: string, readonly providerReference: string, readonly openedAt: string, readonly evidenceDueBy: string | null, readonly evidencePending: boolean, readonly submittedAt: string | null, readonly closedAt: string | null, readonly evidence: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null }>, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly providerFee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly evidenceFailure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null, readonly takenFromHold: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type OpenSandboxChargebackMutationVariables = Exact<{
  input: OpenSandboxChargebackInput;
}>;


export type OpenSandboxChargebackMutation = { readonly openSandboxChargeback:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SandboxChargebackPayload', readonly providerReference: string, readonly reason: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly chargeback: { readonly id: string, readonly status: ChargebackStatus, readonly reason: string, readonly providerReference: string, readonly openedAt: string, readonly evidenceDueBy: string | null, readonly evidencePending: boolean, readonly submittedAt: string | null, readonly closedAt: string | null, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly providerFee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly evidenceFailure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null, readonly takenFromHold: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } | null }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type DecideSandboxChargebackMutationVariables = Exact<{
  input: DecideSandboxChargebackInput;
}>;


export type DecideSandboxChargebackMutation = { readonly decideSandboxChargeback:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SandboxChargebackPayload', readonly providerReference: string, readonly reason: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly chargeback: { readonly id: string, readonly status: ChargebackStatus, readonly reason: string, readonly providerReference: string, readonly openedAt: string, readonly evidenceDueBy: string | null, readonly evidencePending: boolean, readonly submittedAt: string | null, readonly closedAt: string | null, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly providerFee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly evidenceFailure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null, readonly takenFromHold: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } | null }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ChatQueryVariables = Exact<{
  id: string;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ChatQuery = { readonly chat:
    | { readonly __typename: 'SupportChat', readonly id: string, readonly createdAt: string, readonly endedAt: string | null, readonly unreadCount: number, readonly participants: ReadonlyArray<{ readonly role: ChatRole, readonly lastReadSequence: number, readonly lastReadAt: string | null, readonly user: { readonly id: string, readonly displayName: string } }>, readonly messages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null }>, readonly author: { readonly id: string, readonly displayName: string } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } }
    | { readonly __typename: 'TaskChat', readonly id: string, readonly createdAt: string, readonly endedAt: string | null, readonly unreadCount: number, readonly task: { readonly id: string, readonly title: string }, readonly participants: ReadonlyArray<{ readonly role: ChatRole, readonly lastReadSequence: number, readonly lastReadAt: string | null, readonly user: { readonly id: string, readonly displayName: string } }>, readonly messages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null }>, readonly author: { readonly id: string, readonly displayName: string } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } }
   | null };

export type MyChatsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyChatsQuery = { readonly viewer: { readonly unread: { readonly chats: number, readonly messages: number }, readonly chats: { readonly nodes: ReadonlyArray<
        | { readonly id: string, readonly createdAt: string, readonly endedAt: string | null, readonly unreadCount: number, readonly lastMessage: { readonly sequence: number, readonly body: string, readonly sentAt: string } | null }
        | { readonly id: string, readonly createdAt: string, readonly endedAt: string | null, readonly unreadCount: number, readonly lastMessage: { readonly sequence: number, readonly body: string, readonly sentAt: string } | null }
      >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type SendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type SendMessageMutation = { readonly sendMessage:
    | { readonly __typename: 'ChatEndedError', readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'MessagePayload', readonly replayed: boolean, readonly sentMessage: { readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null }>, readonly author: { readonly id: string, readonly displayName: string } | null } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleChatError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly missed: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null }>, readonly author: { readonly id: string, readonly displayName: string } | null }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type MarkReadMutationVariables = Exact<{
  input: MarkReadInput;
}>;


export type MarkReadMutation = { readonly markRead:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'MarkReadPayload', readonly chat:
        | { readonly id: string, readonly unreadCount: number }
        | { readonly id: string, readonly unreadCount: number }
       }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SetTypingMutationVariables = Exact<{
  input: SetTypingInput;
}>;


export type SetTypingMutation = { readonly setTyping:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ChatStreamSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type ChatStreamSubscription = { readonly chat:
    | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly message: { readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null }>, readonly author: { readonly id: string, readonly displayName: string } | null } | null }
    | { readonly __typename: 'Heartbeat', readonly latest: string, readonly at: string }
    | { readonly __typename: 'ResyncRequired', readonly oldest: string, readonly latest: string }
    | { readonly __typename: 'TypingSignal', readonly typing: boolean, readonly at: string, readonly user: { readonly id: string, readonly displayName: string } }
   };

export type MessageSummaryFragment = { readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null }>, readonly author: { readonly id: string, readonly displayName: string } | null };

export type DisputeQueryVariables = Exact<{
  id: string;
}>;


export type DisputeQuery = { readonly dispute: { readonly id: string, readonly status: DisputeStatus, readonly reason: string, readonly openedAt: string, readonly endedAt: string | null, readonly evidence: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null }>, readonly supportChat: { readonly id: string, readonly status: SupportChatStatus } | null, readonly task: { readonly id: string, readonly title: string, readonly status: TaskStatus, readonly version: number }, readonly openedBy: { readonly id: string, readonly displayName: string }, readonly resolution: { readonly note: string, readonly at: string, readonly toTasker: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly toPoster: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly decidedBy: { readonly id: string, readonly displayName: string } } | null } | null };

export type DisputeHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type DisputeHealthQuery = { readonly disputeHealth: { readonly checkedAt: string, readonly open: number, readonly overdue: number, readonly longOverdue: number, readonly oldestOpenedAt: string | null, readonly ok: boolean } | null };

export type OpenDisputeMutationVariables = Exact<{
  input: OpenDisputeInput;
}>;


export type OpenDisputeMutation = { readonly openDispute:
    | { readonly __typename: 'DisputePayload', readonly replayed: boolean, readonly dispute: { readonly id: string, readonly status: DisputeStatus, readonly reason: string, readonly openedAt: string, readonly endedAt: string | null, readonly supportChat: { readonly id: string, readonly status: SupportChatStatus } | null, readonly openedBy: { readonly id: string, readonly displayName: string }, readonly resolution: { readonly note: string, readonly at: string, readonly toTasker: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly toPoster: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly decidedBy: { readonly id: string, readonly displayName: string } } | null }, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AddEvidenceMutationVariables = Exact<{
  input: DisputeActionInput;
}>;


export type AddEvidenceMutation = { readonly addEvidence:
    | { readonly __typename: 'DisputePayload', readonly replayed: boolean, readonly dispute: { readonly id: string, readonly status: DisputeStatus, readonly reason: string, readonly openedAt: string, readonly endedAt: string | null, readonly evidence: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null }>, readonly openedBy: { readonly id: string, readonly displayName: string }, readonly resolution: { readonly note: string, readonly at: string, readonly toTasker: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly toPoster: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly decidedBy: { readonly id: string, readonly displayName: string } } | null } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type WithdrawDisputeMutationVariables = Exact<{
  input: DisputeActionInput;
}>;


export type WithdrawDisputeMutation = { readonly withdrawDispute:
    | { readonly __typename: 'DisputePayload', readonly replayed: boolean, readonly dispute: { readonly id: string, readonly status: DisputeStatus, readonly reason: string, readonly openedAt: string, readonly endedAt: string | null, readonly openedBy: { readonly id: string, readonly displayName: string }, readonly resolution: { readonly note: string, readonly at: string, readonly toTasker: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly toPoster: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly decidedBy: { readonly id: string, readonly displayName: string } } | null }, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ResolveDisputeMutationVariables = Exact<{
  input: ResolveDisputeInput;
}>;


export type ResolveDisputeMutation = { readonly resolveDispute:
    | { readonly __typename: 'DisputePayload', readonly replayed: boolean, readonly dispute: { readonly id: string, readonly status: DisputeStatus, readonly reason: string, readonly openedAt: string, readonly endedAt: string | null, readonly openedBy: { readonly id: string, readonly displayName: string }, readonly resolution: { readonly note: string, readonly at: string, readonly toTasker: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly toPoster: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly decidedBy: { readonly id: string, readonly displayName: string } } | null }, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly moneyTrail: { readonly balanced: boolean, readonly paidIn: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly held: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly payable: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly transferred: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fees: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunding: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunded: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } | null, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type TaskHistoryQueryVariables = Exact<{
  taskId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TaskHistoryQuery = { readonly task: { readonly id: string, readonly history: { readonly nodes: ReadonlyArray<
        | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
            | { readonly id: string }
            | { readonly id: string }
          , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
            | { readonly __typename: 'System', readonly name: string }
            | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
           }
        | { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
            | { readonly __typename: 'System', readonly name: string }
            | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
           }
        | { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
            | { readonly __typename: 'System', readonly name: string }
            | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
           }
      >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type EventsQueryVariables = Exact<{
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
  first?: number | null | undefined;
}>;


export type EventsQuery = { readonly events: { readonly nodes: ReadonlyArray<
      | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
          | { readonly id: string }
          | { readonly id: string }
        , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
          | { readonly __typename: 'System', readonly name: string }
          | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
         }
      | { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
          | { readonly __typename: 'System', readonly name: string }
          | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
         }
      | { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
          | { readonly __typename: 'System', readonly name: string }
          | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
         }
    >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type EventStreamSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: EventFilter | null | undefined;
}>;


export type EventStreamSubscription = { readonly events:
    | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
        | { readonly id: string }
        | { readonly id: string }
      , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'Heartbeat', readonly latest: string, readonly at: string }
    | { readonly __typename: 'ResyncRequired', readonly oldest: string, readonly latest: string }
    | { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
   };

export type TaskStreamSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type TaskStreamSubscription = { readonly task:
    | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
        | { readonly id: string }
        | { readonly id: string }
      , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'Heartbeat', readonly latest: string, readonly at: string }
    | { readonly __typename: 'ResyncRequired', readonly oldest: string, readonly latest: string }
    | { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
   };

export type TransferStreamSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type TransferStreamSubscription = { readonly transfer:
    | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
        | { readonly id: string }
        | { readonly id: string }
      , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'Heartbeat', readonly latest: string, readonly at: string }
    | { readonly __typename: 'ResyncRequired', readonly oldest: string, readonly latest: string }
    | { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
   };

type Streamed_ChatEvent_Fragment = { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
    | { readonly id: string }
    | { readonly id: string }
  , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
   };

type Streamed_Heartbeat_Fragment = { readonly __typename: 'Heartbeat', readonly latest: string, readonly at: string };

type Streamed_ResyncRequired_Fragment = { readonly __typename: 'ResyncRequired', readonly oldest: string, readonly latest: string };

type Streamed_TaskEvent_Fragment = { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
   };

type Streamed_TransferEvent_Fragment = { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
   };

export type StreamedFragment =
  | Streamed_ChatEvent_Fragment
  | Streamed_Heartbeat_Fragment
  | Streamed_ResyncRequired_Fragment
  | Streamed_TaskEvent_Fragment
  | Streamed_TransferEvent_Fragment
;

export type UploadFileMutationVariables = Exact<{
  input: UploadFileInput;
}>;


export type UploadFileMutation = { readonly uploadFile:
    | { readonly __typename: 'AttachmentPayload', readonly replayed: boolean, readonly attachment: { readonly url: string | null, readonly urlExpiresAt: string | null, readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly sha256: string, readonly status: AttachmentStatus, readonly createdAt: string } }
    | { readonly __typename: 'FileRejectedError', readonly limitBytes: string | null, readonly detectedContentType: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AttachmentSummaryFragment = { readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly sha256: string, readonly status: AttachmentStatus, readonly createdAt: string };

type Refusal_AgentAtCapacityError_Fragment = { readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_AlreadyAppliedError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_ChatEndedError_Fragment = { readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_FileRejectedError_Fragment = { readonly limitBytes: string | null, readonly detectedContentType: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_ForbiddenError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_HoldFrozenError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_IdempotencyInProgressError_Fragment = { readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_IdempotencyKeyReusedError_Fragment = { readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_IllegalTransitionError_Fragment = { readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_InsufficientFundsError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } };

type Refusal_InvalidTokenError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_NotFoundError_Fragment = { readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_PaymentRefusedError_Fragment = { readonly providerCode: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_PayoutNotReadyError_Fragment = { readonly readiness: PayoutReadiness, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_PriceChangedError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly currentPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } };

type Refusal_ProviderUnavailableError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_QueueEmptyError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_RateLimitedError_Fragment = { readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_SecondFactorRequiredError_Fragment = { readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_SelfDealingError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_StaleChatError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_StaleVersionError_Fragment = { readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_TaskAlreadyAcceptedError_Fragment = { readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_TermsChangedError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_TransferInDoubtError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_UnauthenticatedError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string };

type Refusal_ValidationError_Fragment = { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> };

export type RefusalFragment =
  | Refusal_AgentAtCapacityError_Fragment
  | Refusal_AlreadyAppliedError_Fragment
  | Refusal_ChatEndedError_Fragment
  | Refusal_FileRejectedError_Fragment
  | Refusal_ForbiddenError_Fragment
  | Refusal_HoldFrozenError_Fragment
  | Refusal_IdempotencyInProgressError_Fragment
  | Refusal_IdempotencyKeyReusedError_Fragment
  | Refusal_IllegalTransitionError_Fragment
  | Refusal_InsufficientFundsError_Fragment
  | Refusal_InvalidTokenError_Fragment
  | Refusal_NotFoundError_Fragment
  | Refusal_PaymentRefusedError_Fragment
  | Refusal_PayoutNotReadyError_Fragment
  | Refusal_PriceChangedError_Fragment
  | Refusal_ProviderUnavailableError_Fragment
  | Refusal_QueueEmptyError_Fragment
  | Refusal_RateLimitedError_Fragment
  | Refusal_SecondFactorRequiredError_Fragment
  | Refusal_SelfDealingError_Fragment
  | Refusal_StaleChatError_Fragment
  | Refusal_StaleVersionError_Fragment
  | Refusal_TaskAlreadyAcceptedError_Fragment
  | Refusal_TermsChangedError_Fragment
  | Refusal_TransferInDoubtError_Fragment
  | Refusal_UnauthenticatedError_Fragment
  | Refusal_ValidationError_Fragment
;

export type AmountFragment = { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string };

export type FactorSummaryFragment = { readonly id: string, readonly kind: SecondFactorKind, readonly name: string, readonly createdAt: string, readonly lastUsedAt: string | null };

export type FactorAddedFragment = { readonly recoveryCodes: ReadonlyArray<string>, readonly secondFactors: ReadonlyArray<{ readonly id: string, readonly kind: SecondFactorKind, readonly name: string, readonly createdAt: string, readonly lastUsedAt: string | null }> };

export type SignedFragment = { readonly accessToken: string, readonly refreshToken: string, readonly expiresAt: string, readonly session: { readonly id: string }, readonly viewer: { readonly email: string, readonly roles: ReadonlyArray<Role>, readonly payoutReadiness: PayoutReadiness, readonly user: { readonly id: string, readonly displayName: string } } };

export type TaskSummaryFragment = { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } };

export type ApplicationSummaryFragment = { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } };

export type TransferSummaryFragment = { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null };

export type ReversalSummaryFragment = { readonly id: string, readonly status: ReversalStatus, readonly reason: string, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly feeReturned: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null };

export type HoldSummaryFragment = { readonly id: string, readonly status: HoldStatus, readonly frozen: boolean, readonly requiresAction: boolean, readonly actionDueBy: string | null, readonly fundedAt: string | null, readonly holdableUntil: string | null, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly remaining: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } };

export type MoneyTrailSummaryFragment = { readonly balanced: boolean, readonly paidIn: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly held: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly payable: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly transferred: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fees: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunding: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunded: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } };

export type PersonSummaryFragment = { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null };

export type ReviewSummaryFragment = { readonly id: string, readonly rating: number, readonly comment: string | null, readonly createdAt: string, readonly publishedAt: string | null, readonly author: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly subject: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } };

export type FileLinkFragment = { readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null };

type EventSummary_ChatEvent_Fragment = { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
    | { readonly id: string }
    | { readonly id: string }
  , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
   };

type EventSummary_TaskEvent_Fragment = { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
   };

type EventSummary_TransferEvent_Fragment = { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
   };

export type EventSummaryFragment =
  | EventSummary_ChatEvent_Fragment
  | EventSummary_TaskEvent_Fragment
  | EventSummary_TransferEvent_Fragment
;

export type DisputeSummaryFragment = { readonly id: string, readonly status: DisputeStatus, readonly reason: string, readonly openedAt: string, readonly endedAt: string | null, readonly openedBy: { readonly id: string, readonly displayName: string }, readonly resolution: { readonly note: string, readonly at: string, readonly toTasker: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly toPoster: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly decidedBy: { readonly id: string, readonly displayName: string } } | null };

export type ReconciliationSummaryFragment = { readonly id: string, readonly from: string, readonly to: string, readonly status: ReconciliationStatus, readonly startedAt: string, readonly finishedAt: string | null, readonly linesCompared: number, readonly openDifferences: number };

export type DifferenceSummaryFragment = { readonly id: string, readonly kind: DifferenceKind, readonly providerReference: string | null, readonly foundAt: string, readonly settledAt: string | null, readonly note: string | null, readonly subject:
    | { readonly __typename: 'AccessToken', readonly id: string }
    | { readonly __typename: 'Agent', readonly id: string }
    | { readonly __typename: 'Attachment', readonly id: string }
    | { readonly __typename: 'AuditRecord', readonly id: string }
    | { readonly __typename: 'Category', readonly id: string }
    | { readonly __typename: 'Chargeback', readonly id: string }
    | { readonly __typename: 'ChatEvent', readonly id: string }
    | { readonly __typename: 'Dispute', readonly id: string }
    | { readonly __typename: 'FeeRule', readonly id: string }
    | { readonly __typename: 'Hold', readonly id: string }
    | { readonly __typename: 'LedgerAccount', readonly id: string }
    | { readonly __typename: 'LedgerEntry', readonly id: string }
    | { readonly __typename: 'LedgerTransaction', readonly id: string }
    | { readonly __typename: 'Message', readonly id: string }
    | { readonly __typename: 'Note', readonly id: string }
    | { readonly __typename: 'Notification', readonly id: string }
    | { readonly __typename: 'Reconciliation', readonly id: string }
    | { readonly __typename: 'ReconciliationDifference', readonly id: string }
    | { readonly __typename: 'Refund', readonly id: string }
    | { readonly __typename: 'Reversal', readonly id: string }
    | { readonly __typename: 'Review', readonly id: string }
    | { readonly __typename: 'SecondFactor', readonly id: string }
    | { readonly __typename: 'Session', readonly id: string }
    | { readonly __typename: 'SupportChat', readonly id: string }
    | { readonly __typename: 'Task', readonly id: string }
    | { readonly __typename: 'TaskApplication', readonly id: string }
    | { readonly __typename: 'TaskChat', readonly id: string }
    | { readonly __typename: 'TaskEvent', readonly id: string }
    | { readonly __typename: 'Transfer', readonly id: string }
    | { readonly __typename: 'TransferEvent', readonly id: string }
    | { readonly __typename: 'User', readonly id: string }
    | { readonly __typename: 'WebhookDelivery', readonly id: string }
    | { readonly __typename: 'WebhookEndpoint', readonly id: string }
   | null, readonly ours: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly theirs: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null };

export type ChargebackSummaryFragment = { readonly id: string, readonly status: ChargebackStatus, readonly reason: string, readonly providerReference: string, readonly openedAt: string, readonly evidenceDueBy: string | null, readonly evidencePending: boolean, readonly submittedAt: string | null, readonly closedAt: string | null, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly providerFee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly evidenceFailure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null, readonly takenFromHold: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } };

export type AccessTokenSummaryFragment = { readonly id: string, readonly name: string, readonly scopes: ReadonlyArray<AccessTokenScope>, readonly hint: string, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null };

export type FundTaskMutationVariables = Exact<{
  input: FundTaskInput;
}>;


export type FundTaskMutation = { readonly fundTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'FundTaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }, readonly hold: { readonly clientSecret: string | null, readonly id: string, readonly status: HoldStatus, readonly frozen: boolean, readonly requiresAction: boolean, readonly actionDueBy: string | null, readonly fundedAt: string | null, readonly holdableUntil: string | null, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly remaining: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PaymentRefusedError', readonly providerCode: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type MoneyTrailQueryVariables = Exact<{
  taskId: string;
}>;


export type MoneyTrailQuery = { readonly task: { readonly id: string, readonly moneyTrail: { readonly balanced: boolean, readonly paidIn: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly held: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly payable: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly transferred: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fees: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunding: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunded: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } | null } | null };

export type TransferQueryVariables = Exact<{
  id: string;
}>;


export type TransferQuery = { readonly transfer: { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly task: { readonly id: string, readonly title: string }, readonly destination: { readonly id: string, readonly displayName: string }, readonly attempts: ReadonlyArray<{ readonly number: number, readonly startedAt: string, readonly endedAt: string | null, readonly outcome: AttemptOutcome | null, readonly providerReference: string | null, readonly providerMessage: string | null }>, readonly reversals: ReadonlyArray<{ readonly id: string, readonly status: ReversalStatus, readonly reason: string, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly feeReturned: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null }>, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null } | null };

export type MyTransfersQueryVariables = Exact<{
  filter?: TransferFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyTransfersQuery = { readonly viewer: { readonly transfers: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type TransfersQueryVariables = Exact<{
  filter?: TransferFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TransfersQuery = { readonly transfers: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly destination: { readonly id: string, readonly displayName: string }, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type LedgerAccountQueryVariables = Exact<{
  id: string;
  at?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LedgerAccountQuery = { readonly ledgerAccount: { readonly id: string, readonly kind: LedgerAccountKind, readonly currencyCode: string, readonly owner:
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
      | { readonly id: string }
     | null, readonly balance: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly entries: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly direction: EntryDirection, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly transaction: { readonly id: string, readonly sequence: string, readonly kind: string, readonly postedAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type LedgerTransactionsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LedgerTransactionsQuery = { readonly ledgerTransactions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly sequence: string, readonly kind: string, readonly description: string | null, readonly postedAt: string, readonly task: { readonly id: string, readonly title: string } | null, readonly entries: ReadonlyArray<{ readonly id: string, readonly direction: EntryDirection, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly account: { readonly id: string, readonly kind: LedgerAccountKind } }>, readonly reverses: { readonly id: string, readonly kind: string } | null, readonly reversedBy: { readonly id: string, readonly kind: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type LedgerHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type LedgerHealthQuery = { readonly ledgerHealth: { readonly checkedAt: string, readonly unbalancedTransactions: number, readonly accountsOffBySum: number, readonly tasksOutOfBalance: number, readonly inDoubtTransfers: number, readonly oldestInDoubt: string | null, readonly openDifferences: number, readonly oldestOpenDifference: string | null, readonly chargebacksNeedingEvidence: number, readonly nextEvidenceDue: string | null, readonly ok: boolean } | null };

export type RetryTransferMutationVariables = Exact<{
  input: TransferActionInput;
}>;


export type RetryTransferMutation = { readonly retryTransfer:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PayoutNotReadyError', readonly readiness: PayoutReadiness, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TransferInDoubtError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly transfer: { readonly id: string, readonly status: TransferStatus } }
    | { readonly __typename: 'TransferPayload', readonly replayed: boolean, readonly transfer: { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type CancelTransferMutationVariables = Exact<{
  input: TransferActionInput;
}>;


export type CancelTransferMutation = { readonly cancelTransfer:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PayoutNotReadyError', readonly readiness: PayoutReadiness, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TransferInDoubtError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly transfer: { readonly id: string, readonly status: TransferStatus } }
    | { readonly __typename: 'TransferPayload', readonly replayed: boolean, readonly transfer: { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ResolveInDoubtTransferMutationVariables = Exact<{
  input: ResolveInDoubtTransferInput;
}>;


export type ResolveInDoubtTransferMutation = { readonly resolveInDoubtTransfer:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PayoutNotReadyError', readonly readiness: PayoutReadiness, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TransferInDoubtError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly transfer: { readonly id: string, readonly status: TransferStatus } }
    | { readonly __typename: 'TransferPayload', readonly replayed: boolean, readonly transfer: { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ReverseTransferMutationVariables = Exact<{
  input: ReverseTransferInput;
}>;


export type ReverseTransferMutation = { readonly reverseTransfer:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ReversalPayload', readonly replayed: boolean, readonly reversal: { readonly id: string, readonly status: ReversalStatus, readonly reason: string, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly feeReturned: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly debt: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null }, readonly transfer: { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null } }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TransferInDoubtError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly transfer: { readonly id: string, readonly status: TransferStatus } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RefundHoldMutationVariables = Exact<{
  input: RefundHoldInput;
}>;


export type RefundHoldMutation = { readonly refundHold:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InsufficientFundsError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RefundPayload', readonly replayed: boolean, readonly refund: { readonly id: string, readonly status: RefundStatus, readonly reason: string, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }, readonly hold: { readonly id: string, readonly status: HoldStatus, readonly frozen: boolean, readonly requiresAction: boolean, readonly actionDueBy: string | null, readonly fundedAt: string | null, readonly holdableUntil: string | null, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly remaining: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type FeeRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type FeeRulesQuery = { readonly feeRules: ReadonlyArray<{ readonly id: string, readonly version: number, readonly basisPoints: number, readonly least: string, readonly effectiveFrom: string, readonly setBy: { readonly id: string, readonly displayName: string } | null }> };

export type SetFeeRuleMutationVariables = Exact<{
  input: SetFeeRuleInput;
}>;


export type SetFeeRuleMutation = { readonly setFeeRule:
    | { readonly __typename: 'FeeRulePayload', readonly replayed: boolean, readonly feeRule: { readonly id: string, readonly version: number, readonly basisPoints: number, readonly least: string, readonly effectiveFrom: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type MyStatementQueryVariables = Exact<{
  from: string;
  to: string;
  currencyCode: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyStatementQuery = { readonly viewer: { readonly statement: { readonly from: string, readonly to: string, readonly currencyCode: string, readonly csvUrl: string, readonly opening: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly closing: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly lines: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly kind: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly balance: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly task: { readonly id: string, readonly title: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } } | null };

export type PlatformStatementQueryVariables = Exact<{
  from: string;
  to: string;
  currencyCode: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PlatformStatementQuery = { readonly statement: { readonly from: string, readonly to: string, readonly currencyCode: string, readonly csvUrl: string, readonly opening: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly closing: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly lines: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly kind: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly balance: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly task: { readonly id: string, readonly title: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type StatementPageFragment = { readonly from: string, readonly to: string, readonly currencyCode: string, readonly csvUrl: string, readonly opening: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly closing: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly lines: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly kind: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly balance: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly task: { readonly id: string, readonly title: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type NotificationSummaryFragment = { readonly id: string, readonly kind: NotificationKind, readonly title: string, readonly body: string, readonly createdAt: string, readonly readAt: string | null, readonly event:
    | { readonly id: string, readonly type: string }
    | { readonly id: string, readonly type: string }
    | { readonly id: string, readonly type: string }
   | null };

export type NotificationsQueryVariables = Exact<{
  unreadOnly?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type NotificationsQuery = { readonly viewer: { readonly unreadNotifications: number, readonly notifications: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: NotificationKind, readonly title: string, readonly body: string, readonly createdAt: string, readonly readAt: string | null, readonly event:
          | { readonly id: string, readonly type: string }
          | { readonly id: string, readonly type: string }
          | { readonly id: string, readonly type: string }
         | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type NotificationQueryVariables = Exact<{
  id: string;
}>;


export type NotificationQuery = { readonly node:
    | { readonly id: string, readonly kind: NotificationKind, readonly title: string, readonly body: string, readonly createdAt: string, readonly readAt: string | null, readonly subject:
        | { readonly __typename: 'AccessToken', readonly id: string }
        | { readonly __typename: 'Agent', readonly id: string }
        | { readonly __typename: 'Attachment', readonly id: string }
        | { readonly __typename: 'AuditRecord', readonly id: string }
        | { readonly __typename: 'Category', readonly id: string }
        | { readonly __typename: 'Chargeback', readonly id: string }
        | { readonly __typename: 'ChatEvent', readonly id: string }
        | { readonly __typename: 'Dispute', readonly id: string }
        | { readonly __typename: 'FeeRule', readonly id: string }
        | { readonly __typename: 'Hold', readonly id: string }
        | { readonly __typename: 'LedgerAccount', readonly id: string }
        | { readonly __typename: 'LedgerEntry', readonly id: string }
        | { readonly __typename: 'LedgerTransaction', readonly id: string }
        | { readonly __typename: 'Message', readonly id: string }
        | { readonly __typename: 'Note', readonly id: string }
        | { readonly __typename: 'Notification', readonly id: string }
        | { readonly __typename: 'Reconciliation', readonly id: string }
        | { readonly __typename: 'ReconciliationDifference', readonly id: string }
        | { readonly __typename: 'Refund', readonly id: string }
        | { readonly __typename: 'Reversal', readonly id: string }
        | { readonly __typename: 'Review', readonly id: string }
        | { readonly __typename: 'SecondFactor', readonly id: string }
        | { readonly __typename: 'Session', readonly id: string }
        | { readonly __typename: 'SupportChat', readonly id: string }
        | { readonly __typename: 'Task', readonly id: string }
        | { readonly __typename: 'TaskApplication', readonly id: string }
        | { readonly __typename: 'TaskChat', readonly id: string }
        | { readonly __typename: 'TaskEvent', readonly id: string }
        | { readonly __typename: 'Transfer', readonly id: string }
        | { readonly __typename: 'TransferEvent', readonly id: string }
        | { readonly __typename: 'User', readonly id: string }
        | { readonly __typename: 'WebhookDelivery', readonly id: string }
        | { readonly __typename: 'WebhookEndpoint', readonly id: string }
       | null, readonly event:
        | { readonly id: string, readonly type: string }
        | { readonly id: string, readonly type: string }
        | { readonly id: string, readonly type: string }
       | null }
    | Record<PropertyKey, never>
   | null };

export type NotificationSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationSettingsQuery = { readonly viewer: { readonly notificationSettings: ReadonlyArray<{ readonly kind: NotificationKind, readonly channel: NotificationChannel, readonly frequency: NotificationFrequency, readonly canChange: boolean }> } | null };

export type SetNotificationSettingMutationVariables = Exact<{
  input: SetNotificationSettingInput;
}>;


export type SetNotificationSettingMutation = { readonly setNotificationSetting:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotificationsPayload', readonly viewer: { readonly notificationSettings: ReadonlyArray<{ readonly kind: NotificationKind, readonly channel: NotificationChannel, readonly frequency: NotificationFrequency, readonly canChange: boolean }> } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type MarkNotificationsReadMutationVariables = Exact<{
  input: MarkNotificationsReadInput;
}>;


export type MarkNotificationsReadMutation = { readonly markNotificationsRead:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotificationsPayload', readonly viewer: { readonly unreadNotifications: number } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type NotificationFeedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type NotificationFeedSubscription = { readonly notifications: { readonly id: string, readonly kind: NotificationKind, readonly title: string, readonly body: string, readonly createdAt: string, readonly readAt: string | null, readonly event:
      | { readonly id: string, readonly type: string }
      | { readonly id: string, readonly type: string }
      | { readonly id: string, readonly type: string }
     | null } };

export type ReconciliationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReconciliationsQuery = { readonly reconciliations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly from: string, readonly to: string, readonly status: ReconciliationStatus, readonly startedAt: string, readonly finishedAt: string | null, readonly linesCompared: number, readonly openDifferences: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ReconciliationDifferencesQueryVariables = Exact<{
  id: string;
  open?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ReconciliationDifferencesQuery = { readonly node:
    | { readonly id: string, readonly from: string, readonly to: string, readonly status: ReconciliationStatus, readonly startedAt: string, readonly finishedAt: string | null, readonly linesCompared: number, readonly openDifferences: number, readonly differences: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: DifferenceKind, readonly providerReference: string | null, readonly foundAt: string, readonly settledAt: string | null, readonly note: string | null, readonly subject:
            | { readonly __typename: 'AccessToken', readonly id: string }
            | { readonly __typename: 'Agent', readonly id: string }
            | { readonly __typename: 'Attachment', readonly id: string }
            | { readonly __typename: 'AuditRecord', readonly id: string }
            | { readonly __typename: 'Category', readonly id: string }
            | { readonly __typename: 'Chargeback', readonly id: string }
            | { readonly __typename: 'ChatEvent', readonly id: string }
            | { readonly __typename: 'Dispute', readonly id: string }
            | { readonly __typename: 'FeeRule', readonly id: string }
            | { readonly __typename: 'Hold', readonly id: string }
            | { readonly __typename: 'LedgerAccount', readonly id: string }
            | { readonly __typename: 'LedgerEntry', readonly id: string }
            | { readonly __typename: 'LedgerTransaction', readonly id: string }
            | { readonly __typename: 'Message', readonly id: string }
            | { readonly __typename: 'Note', readonly id: string }
            | { readonly __typename: 'Notification', readonly id: string }
            | { readonly __typename: 'Reconciliation', readonly id: string }
            | { readonly __typename: 'ReconciliationDifference', readonly id: string }
            | { readonly __typename: 'Refund', readonly id: string }
            | { readonly __typename: 'Reversal', readonly id: string }
            | { readonly __typename: 'Review', readonly id: string }
            | { readonly __typename: 'SecondFactor', readonly id: string }
            | { readonly __typename: 'Session', readonly id: string }
            | { readonly __typename: 'SupportChat', readonly id: string }
            | { readonly __typename: 'Task', readonly id: string }
            | { readonly __typename: 'TaskApplication', readonly id: string }
            | { readonly __typename: 'TaskChat', readonly id: string }
            | { readonly __typename: 'TaskEvent', readonly id: string }
            | { readonly __typename: 'Transfer', readonly id: string }
            | { readonly __typename: 'TransferEvent', readonly id: string }
            | { readonly __typename: 'User', readonly id: string }
            | { readonly __typename: 'WebhookDelivery', readonly id: string }
            | { readonly __typename: 'WebhookEndpoint', readonly id: string }
           | null, readonly ours: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly theirs: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } }
    | Record<PropertyKey, never>
   | null };

export type StartReconciliationMutationVariables = Exact<{
  input: StartReconciliationInput;
}>;


export type StartReconciliationMutation = { readonly startReconciliation:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ReconciliationPayload', readonly replayed: boolean, readonly reconciliation: { readonly id: string, readonly from: string, readonly to: string, readonly status: ReconciliationStatus, readonly startedAt: string, readonly finishedAt: string | null, readonly linesCompared: number, readonly openDifferences: number } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SettleDifferenceMutationVariables = Exact<{
  input: SettleDifferenceInput;
}>;


export type SettleDifferenceMutation = { readonly settleDifference:
    | { readonly __typename: 'DifferencePayload', readonly replayed: boolean, readonly difference: { readonly id: string, readonly kind: DifferenceKind, readonly providerReference: string | null, readonly foundAt: string, readonly settledAt: string | null, readonly note: string | null, readonly subject:
          | { readonly __typename: 'AccessToken', readonly id: string }
          | { readonly __typename: 'Agent', readonly id: string }
          | { readonly __typename: 'Attachment', readonly id: string }
          | { readonly __typename: 'AuditRecord', readonly id: string }
          | { readonly __typename: 'Category', readonly id: string }
          | { readonly __typename: 'Chargeback', readonly id: string }
          | { readonly __typename: 'ChatEvent', readonly id: string }
          | { readonly __typename: 'Dispute', readonly id: string }
          | { readonly __typename: 'FeeRule', readonly id: string }
          | { readonly __typename: 'Hold', readonly id: string }
          | { readonly __typename: 'LedgerAccount', readonly id: string }
          | { readonly __typename: 'LedgerEntry', readonly id: string }
          | { readonly __typename: 'LedgerTransaction', readonly id: string }
          | { readonly __typename: 'Message', readonly id: string }
          | { readonly __typename: 'Note', readonly id: string }
          | { readonly __typename: 'Notification', readonly id: string }
          | { readonly __typename: 'Reconciliation', readonly id: string }
          | { readonly __typename: 'ReconciliationDifference', readonly id: string }
          | { readonly __typename: 'Refund', readonly id: string }
          | { readonly __typename: 'Reversal', readonly id: string }
          | { readonly __typename: 'Review', readonly id: string }
          | { readonly __typename: 'SecondFactor', readonly id: string }
          | { readonly __typename: 'Session', readonly id: string }
          | { readonly __typename: 'SupportChat', readonly id: string }
          | { readonly __typename: 'Task', readonly id: string }
          | { readonly __typename: 'TaskApplication', readonly id: string }
          | { readonly __typename: 'TaskChat', readonly id: string }
          | { readonly __typename: 'TaskEvent', readonly id: string }
          | { readonly __typename: 'Transfer', readonly id: string }
          | { readonly __typename: 'TransferEvent', readonly id: string }
          | { readonly __typename: 'User', readonly id: string }
          | { readonly __typename: 'WebhookDelivery', readonly id: string }
          | { readonly __typename: 'WebhookEndpoint', readonly id: string }
         | null, readonly ours: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly theirs: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type TaskReviewsQueryVariables = Exact<{
  id: string;
}>;


export type TaskReviewsQuery = { readonly task: { readonly id: string, readonly completedAt: string | null, readonly reviews: ReadonlyArray<{ readonly id: string, readonly rating: number, readonly comment: string | null, readonly createdAt: string, readonly publishedAt: string | null, readonly author: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly subject: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } }> } | null };

export type UserReviewsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type UserReviewsQuery = { readonly user: { readonly id: string, readonly displayName: string, readonly rating: { readonly average: string | null, readonly count: number }, readonly reviews: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly rating: number, readonly comment: string | null, readonly createdAt: string, readonly publishedAt: string | null, readonly task: { readonly id: string, readonly title: string }, readonly author: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly subject: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly avatar: { readonly id: string, readonly url: string | null } | null } | null };

export type ReviewTaskMutationVariables = Exact<{
  input: ReviewTaskInput;
}>;


export type ReviewTaskMutation = { readonly reviewTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ReviewPayload', readonly replayed: boolean, readonly review: { readonly id: string, readonly rating: number, readonly comment: string | null, readonly createdAt: string, readonly publishedAt: string | null, readonly author: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly subject: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SandboxQueryVariables = Exact<{ [key: string]: never; }>;


export type SandboxQuery = { readonly sandbox: { readonly now: string, readonly provider: SandboxProviderMode, readonly providerCalls: number } | null };

export type AdvanceSandboxClockMutationVariables = Exact<{
  input: AdvanceSandboxClockInput;
}>;


export type AdvanceSandboxClockMutation = { readonly advanceSandboxClock:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SandboxPayload', readonly sandbox: { readonly now: string, readonly provider: SandboxProviderMode, readonly providerCalls: number } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SetSandboxProviderMutationVariables = Exact<{
  input: SetSandboxProviderInput;
}>;


export type SetSandboxProviderMutation = { readonly setSandboxProvider:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SandboxPayload', readonly sandbox: { readonly now: string, readonly provider: SandboxProviderMode, readonly providerCalls: number } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AuthenticateSandboxPaymentMutationVariables = Exact<{
  input: AuthenticateSandboxPaymentInput;
}>;


export type AuthenticateSandboxPaymentMutation = { readonly authenticateSandboxPayment:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SandboxPayload', readonly sandbox: { readonly provider: SandboxProviderMode } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SetSandboxPayoutReadinessMutationVariables = Exact<{
  input: SetSandboxPayoutReadinessInput;
}>;


export type SetSandboxPayoutReadinessMutation = { readonly setSandboxPayoutReadiness:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SandboxPayload', readonly sandbox: { readonly now: string, readonly provider: SandboxProviderMode, readonly providerCalls: number } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ApiInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiInfoQuery = { readonly apiInfo: { readonly version: string, readonly eventTypes: ReadonlyArray<string>, readonly errorCatalog: ReadonlyArray<{ readonly code: ErrorCode, readonly typeName: string, readonly retryable: boolean, readonly description: string }>, readonly workflows: ReadonlyArray<{ readonly subject: string, readonly states: ReadonlyArray<string>, readonly transitions: ReadonlyArray<{ readonly name: string, readonly from: ReadonlyArray<string>, readonly to: ReadonlyArray<string>, readonly actors: ReadonlyArray<string>, readonly after: string | null }> }> }, readonly rateLimit: { readonly cost: number, readonly limit: number, readonly remaining: number, readonly resetAt: string } };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { readonly node:
    | { readonly __typename: 'AccessToken', readonly id: string }
    | { readonly __typename: 'Agent', readonly id: string }
    | { readonly __typename: 'Attachment', readonly id: string }
    | { readonly __typename: 'AuditRecord', readonly id: string }
    | { readonly __typename: 'Category', readonly id: string }
    | { readonly __typename: 'Chargeback', readonly id: string }
    | { readonly __typename: 'ChatEvent', readonly id: string }
    | { readonly __typename: 'Dispute', readonly id: string }
    | { readonly __typename: 'FeeRule', readonly id: string }
    | { readonly __typename: 'Hold', readonly id: string }
    | { readonly __typename: 'LedgerAccount', readonly id: string }
    | { readonly __typename: 'LedgerEntry', readonly id: string }
    | { readonly __typename: 'LedgerTransaction', readonly id: string }
    | { readonly __typename: 'Message', readonly id: string }
    | { readonly __typename: 'Note', readonly id: string }
    | { readonly __typename: 'Notification', readonly id: string }
    | { readonly __typename: 'Reconciliation', readonly id: string }
    | { readonly __typename: 'ReconciliationDifference', readonly id: string }
    | { readonly __typename: 'Refund', readonly id: string }
    | { readonly __typename: 'Reversal', readonly id: string }
    | { readonly __typename: 'Review', readonly id: string }
    | { readonly __typename: 'SecondFactor', readonly id: string }
    | { readonly __typename: 'Session', readonly id: string }
    | { readonly __typename: 'SupportChat', readonly id: string }
    | { readonly __typename: 'Task', readonly id: string }
    | { readonly __typename: 'TaskApplication', readonly id: string }
    | { readonly __typename: 'TaskChat', readonly id: string }
    | { readonly __typename: 'TaskEvent', readonly id: string }
    | { readonly __typename: 'Transfer', readonly id: string }
    | { readonly __typename: 'TransferEvent', readonly id: string }
    | { readonly __typename: 'User', readonly id: string }
    | { readonly __typename: 'WebhookDelivery', readonly id: string }
    | { readonly __typename: 'WebhookEndpoint', readonly id: string }
   | null };

export type StartSupportChatMutationVariables = Exact<{
  input: StartSupportChatInput;
}>;


export type StartSupportChatMutation = { readonly startSupportChat:
    | { readonly __typename: 'AgentAtCapacityError', readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ChatEndedError', readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'QueueEmptyError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SupportChatPayload', readonly replayed: boolean, readonly chat: { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ClaimNextChatMutationVariables = Exact<{
  input: ClaimNextChatInput;
}>;


export type ClaimNextChatMutation = { readonly claimNextChat:
    | { readonly __typename: 'AgentAtCapacityError', readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ChatEndedError', readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'QueueEmptyError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SupportChatPayload', readonly replayed: boolean, readonly chat: { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AssignChatMutationVariables = Exact<{
  input: AssignChatInput;
}>;


export type AssignChatMutation = { readonly assignChat:
    | { readonly __typename: 'AgentAtCapacityError', readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ChatEndedError', readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'QueueEmptyError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SupportChatPayload', readonly replayed: boolean, readonly chat: { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type EndChatMutationVariables = Exact<{
  input: EndChatInput;
}>;


export type EndChatMutation = { readonly endChat:
    | { readonly __typename: 'AgentAtCapacityError', readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ChatEndedError', readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'QueueEmptyError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SupportChatPayload', readonly replayed: boolean, readonly chat: { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RateChatMutationVariables = Exact<{
  input: RateChatInput;
}>;


export type RateChatMutation = { readonly rateChat:
    | { readonly __typename: 'AgentAtCapacityError', readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ChatEndedError', readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'QueueEmptyError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SupportChatPayload', readonly replayed: boolean, readonly chat: { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AddNoteMutationVariables = Exact<{
  input: AddNoteInput;
}>;


export type AddNoteMutation = { readonly addNote:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotePayload', readonly replayed: boolean, readonly note: { readonly id: string, readonly body: string, readonly createdAt: string, readonly author: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SetAgentAvailabilityMutationVariables = Exact<{
  input: SetAgentAvailabilityInput;
}>;


export type SetAgentAvailabilityMutation = { readonly setAgentAvailability:
    | { readonly __typename: 'AgentPayload', readonly agent: { readonly id: string, readonly availability: AgentAvailability, readonly capacity: number, readonly activeChats: number, readonly rating: { readonly average: string | null, readonly count: number }, readonly user: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SupportChatQueryVariables = Exact<{
  id: string;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type SupportChatQuery = { readonly chat:
    | { readonly __typename: 'SupportChat', readonly unreadCount: number, readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly about:
        | { readonly __typename: 'AccessToken', readonly id: string }
        | { readonly __typename: 'Agent', readonly id: string }
        | { readonly __typename: 'Attachment', readonly id: string }
        | { readonly __typename: 'AuditRecord', readonly id: string }
        | { readonly __typename: 'Category', readonly id: string }
        | { readonly __typename: 'Chargeback', readonly id: string }
        | { readonly __typename: 'ChatEvent', readonly id: string }
        | { readonly __typename: 'Dispute', readonly id: string }
        | { readonly __typename: 'FeeRule', readonly id: string }
        | { readonly __typename: 'Hold', readonly id: string }
        | { readonly __typename: 'LedgerAccount', readonly id: string }
        | { readonly __typename: 'LedgerEntry', readonly id: string }
        | { readonly __typename: 'LedgerTransaction', readonly id: string }
        | { readonly __typename: 'Message', readonly id: string }
        | { readonly __typename: 'Note', readonly id: string }
        | { readonly __typename: 'Notification', readonly id: string }
        | { readonly __typename: 'Reconciliation', readonly id: string }
        | { readonly __typename: 'ReconciliationDifference', readonly id: string }
        | { readonly __typename: 'Refund', readonly id: string }
        | { readonly __typename: 'Reversal', readonly id: string }
        | { readonly __typename: 'Review', readonly id: string }
        | { readonly __typename: 'SecondFactor', readonly id: string }
        | { readonly __typename: 'Session', readonly id: string }
        | { readonly __typename: 'SupportChat', readonly id: string }
        | { readonly __typename: 'Task', readonly id: string }
        | { readonly __typename: 'TaskApplication', readonly id: string }
        | { readonly __typename: 'TaskChat', readonly id: string }
        | { readonly __typename: 'TaskEvent', readonly id: string }
        | { readonly __typename: 'Transfer', readonly id: string }
        | { readonly __typename: 'TransferEvent', readonly id: string }
        | { readonly __typename: 'User', readonly id: string }
        | { readonly __typename: 'WebhookDelivery', readonly id: string }
        | { readonly __typename: 'WebhookEndpoint', readonly id: string }
       | null, readonly notes: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly body: string, readonly createdAt: string, readonly author: { readonly id: string, readonly displayName: string } }> } | null, readonly messages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly author: { readonly id: string, readonly displayName: string } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } }, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null }
    | { readonly __typename: 'TaskChat', readonly unreadCount: number, readonly messages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: MessageKind, readonly body: string, readonly sentAt: string, readonly author: { readonly id: string, readonly displayName: string } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } }
   | null };

export type SupportQueueQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SupportQueueQuery = { readonly supportQueue: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type MyAssignedChatsQueryVariables = Exact<{
  status?: ReadonlyArray<SupportChatStatus> | SupportChatStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyAssignedChatsQuery = { readonly myAssignedChats: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly unreadCount: number, readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly lastMessage: { readonly sequence: number, readonly body: string, readonly sentAt: string } | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type AgentsQueryVariables = Exact<{
  availability?: AgentAvailability | null | undefined;
}>;


export type AgentsQuery = { readonly agents: ReadonlyArray<{ readonly id: string, readonly availability: AgentAvailability, readonly capacity: number, readonly activeChats: number, readonly rating: { readonly average: string | null, readonly count: number }, readonly user: { readonly id: string, readonly displayName: string } }> | null };

export type SupportQueueStreamSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SupportQueueStreamSubscription = { readonly supportQueue:
    | { readonly __typename: 'ChatEvent', readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly chat:
        | { readonly id: string }
        | { readonly id: string }
      , readonly message: { readonly id: string, readonly body: string } | null, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'Heartbeat', readonly latest: string, readonly at: string }
    | { readonly __typename: 'ResyncRequired', readonly oldest: string, readonly latest: string }
    | { readonly __typename: 'TaskEvent', readonly taskStatusBefore: TaskStatus | null, readonly taskStatusAfter: TaskStatus | null, readonly reason: string | null, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly task: { readonly id: string, readonly title: string }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
    | { readonly __typename: 'TransferEvent', readonly transferStatusBefore: TransferStatus | null, readonly transferStatusAfter: TransferStatus, readonly id: string, readonly cursor: string, readonly type: string, readonly occurredAt: string, readonly transfer: { readonly id: string, readonly status: TransferStatus }, readonly actor:
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'User', readonly id: string, readonly displayName: string }
       }
   };

export type QueuePositionStreamSubscriptionVariables = Exact<{
  chatId: string;
}>;


export type QueuePositionStreamSubscription = { readonly queuePosition: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } };

export type SupportChatChangedFragment = { readonly replayed: boolean, readonly chat: { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null } };

export type SupportChatSummaryFragment = { readonly id: string, readonly subject: string | null, readonly status: SupportChatStatus, readonly priority: number, readonly createdAt: string, readonly assignedAt: string | null, readonly endedAt: string | null, readonly endReason: ChatEndReason | null, readonly customer: { readonly id: string, readonly displayName: string }, readonly agent: { readonly id: string, readonly displayName: string } | null, readonly queue: { readonly position: number, readonly estimatedWait: string | null, readonly updatedAt: string } | null, readonly rating: { readonly score: number, readonly comment: string | null, readonly ratedAt: string } | null };

export type NoteSummaryFragment = { readonly id: string, readonly body: string, readonly createdAt: string, readonly author: { readonly id: string, readonly displayName: string } };

export type AgentSummaryFragment = { readonly id: string, readonly availability: AgentAvailability, readonly capacity: number, readonly activeChats: number, readonly rating: { readonly average: string | null, readonly count: number }, readonly user: { readonly id: string, readonly displayName: string } };

export type TasksQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  sort?: TaskSort | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TasksQuery = { readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type TaskQueryVariables = Exact<{
  id: string;
}>;


export type TaskQuery = { readonly task: { readonly description: string, readonly updatedAt: string, readonly acceptedAt: string | null, readonly submittedAt: string | null, readonly completedAt: string | null, readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly poster: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly invitee: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } | null, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null }>, readonly location: { readonly label: string, readonly latitude: string | null, readonly longitude: string | null, readonly remote: boolean } | null, readonly agreedPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly assignee: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null } | null, readonly availableActions: ReadonlyArray<{ readonly action: TaskAction, readonly allowed: boolean, readonly blockedBy:
        | { readonly capacity: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly endedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly limitBytes: string | null, readonly detectedContentType: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly available: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly required: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly providerCode: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly readiness: PayoutReadiness, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly currentPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
        | { readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
       | null }>, readonly nextAutomaticTransition: { readonly to: TaskStatus, readonly at: string, readonly reason: string } | null, readonly viewerApplication: { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } } | null, readonly applications: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly applicant: { readonly id: string, readonly displayName: string, readonly avatar: { readonly id: string, readonly url: string | null } | null }, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }> }, readonly hold: { readonly id: string, readonly status: HoldStatus, readonly frozen: boolean, readonly requiresAction: boolean, readonly actionDueBy: string | null, readonly fundedAt: string | null, readonly holdableUntil: string | null, readonly createdAt: string, readonly amount: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly remaining: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } | null, readonly dispute: { readonly id: string, readonly status: DisputeStatus } | null, readonly moneyTrail: { readonly balanced: boolean, readonly paidIn: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly held: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly payable: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly transferred: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fees: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunding: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly refunded: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } } | null, readonly transfers: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null }> }, readonly chat: { readonly id: string, readonly endedAt: string | null } | null, readonly submission: { readonly message: string | null, readonly submittedAt: string, readonly attachments: ReadonlyArray<{ readonly id: string, readonly filename: string, readonly contentType: string, readonly byteSize: string, readonly url: string | null, readonly urlExpiresAt: string | null }> } | null, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null } | null };

export type CategoriesQueryVariables = Exact<{ [key: string]: never; }>;


export type CategoriesQuery = { readonly categories: ReadonlyArray<{ readonly id: string, readonly name: string, readonly slug: string }> };

export type MyTasksQueryVariables = Exact<{
  as: TaskSide;
  status?: ReadonlyArray<TaskStatus> | TaskStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyTasksQuery = { readonly viewer: { readonly tasks: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type MyApplicationsQueryVariables = Exact<{
  status?: ReadonlyArray<TaskApplicationStatus> | TaskApplicationStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MyApplicationsQuery = { readonly viewer: { readonly applications: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly task: { readonly id: string, readonly title: string, readonly status: TaskStatus }, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type CreateTaskMutationVariables = Exact<{
  input: CreateTaskInput;
}>;


export type CreateTaskMutation = { readonly createTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type UpdateTaskMutationVariables = Exact<{
  input: UpdateTaskInput;
}>;


export type UpdateTaskMutation = { readonly updateTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type PublishTaskMutationVariables = Exact<{
  input: TaskActionInput;
}>;


export type PublishTaskMutation = { readonly publishTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type CancelTaskMutationVariables = Exact<{
  input: TaskActionInput;
}>;


export type CancelTaskMutation = { readonly cancelTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ApplyToTaskMutationVariables = Exact<{
  input: ApplyToTaskInput;
}>;


export type ApplyToTaskMutation = { readonly applyToTask:
    | { readonly __typename: 'AlreadyAppliedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly application: { readonly id: string, readonly status: TaskApplicationStatus } }
    | { readonly __typename: 'ApplicationPayload', readonly replayed: boolean, readonly application: { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SelfDealingError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskAlreadyAcceptedError', readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type UpdateApplicationMutationVariables = Exact<{
  input: UpdateApplicationInput;
}>;


export type UpdateApplicationMutation = { readonly updateApplication:
    | { readonly __typename: 'AlreadyAppliedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ApplicationPayload', readonly replayed: boolean, readonly application: { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SelfDealingError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskAlreadyAcceptedError', readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type WithdrawApplicationMutationVariables = Exact<{
  input: ApplicationActionInput;
}>;


export type WithdrawApplicationMutation = { readonly withdrawApplication:
    | { readonly __typename: 'AlreadyAppliedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ApplicationPayload', readonly replayed: boolean, readonly application: { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SelfDealingError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskAlreadyAcceptedError', readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RejectApplicationMutationVariables = Exact<{
  input: ApplicationActionInput;
}>;


export type RejectApplicationMutation = { readonly rejectApplication:
    | { readonly __typename: 'AlreadyAppliedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ApplicationPayload', readonly replayed: boolean, readonly application: { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SelfDealingError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskAlreadyAcceptedError', readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AcceptApplicationMutationVariables = Exact<{
  input: ApplicationActionInput;
}>;


export type AcceptApplicationMutation = { readonly acceptApplication:
    | { readonly __typename: 'AcceptTaskPayload', readonly replayed: boolean, readonly task: { readonly acceptedAt: string | null, readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly agreedPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly assignee: { readonly id: string, readonly displayName: string } | null, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }, readonly chat: { readonly id: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PriceChangedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly currentPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SelfDealingError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskAlreadyAcceptedError', readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TermsChangedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly application: { readonly id: string, readonly version: number, readonly status: TaskApplicationStatus, readonly message: string | null, readonly taskVersion: number, readonly outdated: boolean, readonly arrivalNumber: number, readonly createdAt: string, readonly price: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly applicant: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AcceptTaskMutationVariables = Exact<{
  input: AcceptTaskInput;
}>;


export type AcceptTaskMutation = { readonly acceptTask:
    | { readonly __typename: 'AcceptTaskPayload', readonly replayed: boolean, readonly task: { readonly acceptedAt: string | null, readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly agreedPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly assignee: { readonly id: string, readonly displayName: string } | null, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }, readonly chat: { readonly id: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'PriceChangedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly currentPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SelfDealingError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskAlreadyAcceptedError', readonly acceptedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TermsChangedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type AcceptedFragment = { readonly replayed: boolean, readonly task: { readonly acceptedAt: string | null, readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly agreedPrice: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string } | null, readonly assignee: { readonly id: string, readonly displayName: string } | null, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }, readonly chat: { readonly id: string } };

export type WithdrawFromTaskMutationVariables = Exact<{
  input: TaskActionInput;
}>;


export type WithdrawFromTaskMutation = { readonly withdrawFromTask:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type SubmitWorkMutationVariables = Exact<{
  input: SubmitWorkInput;
}>;


export type SubmitWorkMutation = { readonly submitWork:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly submittedAt: string | null, readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type RequestChangesMutationVariables = Exact<{
  input: TaskActionInput;
}>;


export type RequestChangesMutation = { readonly requestChanges:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'TaskPayload', readonly replayed: boolean, readonly task: { readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type ApproveWorkMutationVariables = Exact<{
  input: ApproveWorkInput;
}>;


export type ApproveWorkMutation = { readonly approveWork:
    | { readonly __typename: 'ApproveWorkPayload', readonly replayed: boolean, readonly task: { readonly completedAt: string | null, readonly id: string, readonly version: number, readonly title: string, readonly status: TaskStatus, readonly acceptanceMode: AcceptanceMode, readonly deadline: string | null, readonly applicationCount: number, readonly publishedAt: string | null, readonly createdAt: string, readonly budget: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly category: { readonly id: string, readonly name: string, readonly slug: string } | null, readonly poster: { readonly id: string, readonly displayName: string } }, readonly transfer: { readonly id: string, readonly status: TransferStatus, readonly providerReference: string | null, readonly nextRetryAt: string | null, readonly createdAt: string, readonly succeededAt: string | null, readonly gross: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly fee: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly net: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly amountReversed: { readonly amount: string, readonly currencyCode: string, readonly minorUnits: string }, readonly failure: { readonly code: string, readonly message: string, readonly retryable: boolean } | null } }
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'HoldFrozenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly frozenBy: { readonly id: string, readonly status: DisputeStatus } | null, readonly frozenByChargeback: { readonly id: string, readonly status: ChargebackStatus } | null }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IllegalTransitionError', readonly from: string, readonly action: string, readonly allowed: ReadonlyArray<string>, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'StaleVersionError', readonly expected: number, readonly actual: number, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type WebhookEndpointSummaryFragment = { readonly id: string, readonly url: string, readonly description: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly platform: boolean, readonly enabled: boolean, readonly disabledReason: string | null, readonly secretHint: string, readonly createdAt: string };

export type WebhookDeliverySummaryFragment = { readonly id: string, readonly status: WebhookDeliveryStatus, readonly nextAttemptAt: string | null, readonly createdAt: string, readonly event:
    | { readonly id: string, readonly type: string, readonly occurredAt: string }
    | { readonly id: string, readonly type: string, readonly occurredAt: string }
    | { readonly id: string, readonly type: string, readonly occurredAt: string }
   | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly at: string, readonly durationMs: number, readonly statusCode: number | null, readonly error: string | null }> };

export type WebhookEndpointsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WebhookEndpointsQuery = { readonly viewer: { readonly webhookEndpoints: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly url: string, readonly description: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly platform: boolean, readonly enabled: boolean, readonly disabledReason: string | null, readonly secretHint: string, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type WebhookDeliveriesQueryVariables = Exact<{
  endpointId: string;
  status?: ReadonlyArray<WebhookDeliveryStatus> | WebhookDeliveryStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WebhookDeliveriesQuery = { readonly node:
    | { readonly id: string, readonly url: string, readonly description: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly platform: boolean, readonly enabled: boolean, readonly disabledReason: string | null, readonly secretHint: string, readonly createdAt: string, readonly deliveries: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: WebhookDeliveryStatus, readonly nextAttemptAt: string | null, readonly createdAt: string, readonly event:
            | { readonly id: string, readonly type: string, readonly occurredAt: string }
            | { readonly id: string, readonly type: string, readonly occurredAt: string }
            | { readonly id: string, readonly type: string, readonly occurredAt: string }
           | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly at: string, readonly durationMs: number, readonly statusCode: number | null, readonly error: string | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } }
    | Record<PropertyKey, never>
   | null };

export type WebhookDeliveryQueryVariables = Exact<{
  id: string;
}>;


export type WebhookDeliveryQuery = { readonly node:
    | { readonly id: string, readonly status: WebhookDeliveryStatus, readonly nextAttemptAt: string | null, readonly createdAt: string, readonly endpoint: { readonly id: string, readonly url: string, readonly description: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly platform: boolean, readonly enabled: boolean, readonly disabledReason: string | null, readonly secretHint: string, readonly createdAt: string }, readonly event:
        | { readonly id: string, readonly type: string, readonly occurredAt: string }
        | { readonly id: string, readonly type: string, readonly occurredAt: string }
        | { readonly id: string, readonly type: string, readonly occurredAt: string }
       | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly at: string, readonly durationMs: number, readonly statusCode: number | null, readonly error: string | null }> }
    | Record<PropertyKey, never>
   | null };

export type CreateWebhookEndpointMutationVariables = Exact<{
  input: CreateWebhookEndpointInput;
}>;


export type CreateWebhookEndpointMutation = { readonly createWebhookEndpoint:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'WebhookEndpointPayload', readonly secret: string | null, readonly endpoint: { readonly id: string, readonly url: string, readonly description: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly platform: boolean, readonly enabled: boolean, readonly disabledReason: string | null, readonly secretHint: string, readonly createdAt: string } }
   };

export type UpdateWebhookEndpointMutationVariables = Exact<{
  input: UpdateWebhookEndpointInput;
}>;


export type UpdateWebhookEndpointMutation = { readonly updateWebhookEndpoint:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'WebhookEndpointPayload', readonly secret: string | null, readonly endpoint: { readonly id: string, readonly url: string, readonly description: string | null, readonly eventTypes: ReadonlyArray<string> | null, readonly platform: boolean, readonly enabled: boolean, readonly disabledReason: string | null, readonly secretHint: string, readonly createdAt: string } }
   };

export type DeleteWebhookEndpointMutationVariables = Exact<{
  input: WebhookEndpointActionInput;
}>;


export type DeleteWebhookEndpointMutation = { readonly deleteWebhookEndpoint:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'InvalidTokenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'OkPayload', readonly ok: boolean }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'SecondFactorRequiredError', readonly challenge: string, readonly methods: ReadonlyArray<SecondFactorKind>, readonly passkeyOptions: string | null, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type TestWebhookEndpointMutationVariables = Exact<{
  input: WebhookEndpointActionInput;
}>;


export type TestWebhookEndpointMutation = { readonly testWebhookEndpoint:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'WebhookDeliveryPayload', readonly delivery: { readonly id: string, readonly status: WebhookDeliveryStatus, readonly nextAttemptAt: string | null, readonly createdAt: string, readonly event:
          | { readonly id: string, readonly type: string, readonly occurredAt: string }
          | { readonly id: string, readonly type: string, readonly occurredAt: string }
          | { readonly id: string, readonly type: string, readonly occurredAt: string }
         | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly at: string, readonly durationMs: number, readonly statusCode: number | null, readonly error: string | null }> } }
   };

export type RedeliverWebhookMutationVariables = Exact<{
  input: RedeliverInput;
}>;


export type RedeliverWebhookMutation = { readonly redeliverWebhook:
    | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyInProgressError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly firstUsedAt: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'RateLimitedError', readonly retryAfter: string, readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string }
    | { readonly __typename: 'ValidationError', readonly code: ErrorCode, readonly message: string, readonly retryable: boolean, readonly requestId: string, readonly fields: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'WebhookDeliveryPayload', readonly delivery: { readonly id: string, readonly status: WebhookDeliveryStatus, readonly nextAttemptAt: string | null, readonly createdAt: string, readonly event:
          | { readonly id: string, readonly type: string, readonly occurredAt: string }
          | { readonly id: string, readonly type: string, readonly occurredAt: string }
          | { readonly id: string, readonly type: string, readonly occurredAt: string }
         | null, readonly attempts: ReadonlyArray<{ readonly number: number, readonly at: string, readonly durationMs: number, readonly statusCode: number | null, readonly error: string | null }> } }
   };

const MessageSummaryText = "fragment MessageSummary on Message{id sequence kind body attachments{id filename contentType byteSize url}sentAt author{id displayName}}"
const StreamedText = "fragment Streamed on StreamItem{__typename ...EventSummary ...on Heartbeat{latest at}...on ResyncRequired{oldest latest}}"
const AttachmentSummaryText = "fragment AttachmentSummary on Attachment{id filename contentType byteSize sha256 status createdAt}"
const RefusalText = "fragment Refusal on Error{code message retryable requestId ...on ValidationError{fields{path message}}...on NotFoundError{id}...on RateLimitedError{retryAfter}...on SecondFactorRequiredError{challenge methods passkeyOptions}...on IdempotencyInProgressError{retryAfter}...on IdempotencyKeyReusedError{firstUsedAt}...on StaleVersionError{expected actual}...on IllegalTransitionError{from action allowed}...on TaskAlreadyAcceptedError{acceptedAt}...on PriceChangedError{currentPrice{...Amount}}...on InsufficientFundsError{available{...Amount}required{...Amount}}...on PaymentRefusedError{providerCode}...on PayoutNotReadyError{readiness}...on ChatEndedError{endedAt}...on AgentAtCapacityError{capacity}...on FileRejectedError{limitBytes detectedContentType}}"
const AmountText = "fragment Amount on Money{amount currencyCode minorUnits}"
const FactorSummaryText = "fragment FactorSummary on SecondFactor{id kind name createdAt lastUsedAt}"
const FactorAddedText = "fragment FactorAdded on RecoveryCodesPayload{recoveryCodes secondFactors{...FactorSummary}}"
const SignedText = "fragment Signed on AuthPayload{accessToken refreshToken expiresAt session{id}viewer{email roles payoutReadiness user{id displayName}}}"
const TaskSummaryText = "fragment TaskSummary on Task{id version title status acceptanceMode budget{...Amount}deadline applicationCount publishedAt createdAt category{id name slug}poster{id displayName}}"
const ApplicationSummaryText = "fragment ApplicationSummary on TaskApplication{id version status message price{...Amount}taskVersion outdated arrivalNumber createdAt applicant{id displayName}}"
const TransferSummaryText = "fragment TransferSummary on Transfer{id status gross{...Amount}fee{...Amount}net{...Amount}amountReversed{...Amount}providerReference nextRetryAt failure{code message retryable}createdAt succeededAt}"
const ReversalSummaryText = "fragment ReversalSummary on Reversal{id status amount{...Amount}feeReturned{...Amount}debt{...Amount}reason failure{code message retryable}createdAt}"
const HoldSummaryText = "fragment HoldSummary on Hold{id status amount{...Amount}remaining{...Amount}frozen requiresAction actionDueBy fundedAt holdableUntil createdAt}"
const MoneyTrailSummaryText = "fragment MoneyTrailSummary on MoneyTrail{paidIn{...Amount}held{...Amount}payable{...Amount}transferred{...Amount}fees{...Amount}refunding{...Amount}refunded{...Amount}balanced}"
const PersonSummaryText = "fragment PersonSummary on User{id displayName avatar{id url}}"
const ReviewSummaryText = "fragment ReviewSummary on Review{id rating comment createdAt publishedAt author{...PersonSummary}subject{...PersonSummary}}"
const FileLinkText = "fragment FileLink on Attachment{id filename contentType byteSize url urlExpiresAt}"
const EventSummaryText = "fragment EventSummary on Event{__typename id cursor type occurredAt actor{__typename ...on User{id displayName}...on System{name}}...on TaskEvent{task{id title}taskStatusBefore taskStatusAfter reason}...on ChatEvent{chat{id}message{id body}}...on TransferEvent{transfer{id status}transferStatusBefore transferStatusAfter}}"
const DisputeSummaryText = "fragment DisputeSummary on Dispute{id status reason openedBy{id displayName}openedAt endedAt resolution{toTasker{...Amount}toPoster{...Amount}decidedBy{id displayName}note at}}"
const ReconciliationSummaryText = "fragment ReconciliationSummary on Reconciliation{id from to status startedAt finishedAt linesCompared openDifferences}"
const DifferenceSummaryText = "fragment DifferenceSummary on ReconciliationDifference{id kind subject{__typename id}providerReference ours{...Amount}theirs{...Amount}foundAt settledAt note}"
const ChargebackSummaryText = "fragment ChargebackSummary on Chargeback{id status reason amount{...Amount}providerFee{...Amount}providerReference openedAt evidenceDueBy evidencePending evidenceFailure{code message retryable}submittedAt closedAt takenFromHold{...Amount}debt{...Amount}}"
const AccessTokenSummaryText = "fragment AccessTokenSummary on AccessToken{id name scopes hint createdAt expiresAt lastUsedAt}"
const StatementPageText = "fragment StatementPage on Statement{from to currencyCode opening{...Amount}closing{...Amount}csvUrl lines(first:$first after:$after){nodes{at kind amount{...Amount}balance{...Amount}task{id title}}pageInfo{hasNextPage endCursor}}}"
const NotificationSummaryText = "fragment NotificationSummary on Notification{id kind title body createdAt readAt event{id type}}"
const SupportChatChangedText = "fragment SupportChatChanged on SupportChatPayload{chat{...SupportChatSummary}replayed}"
const SupportChatSummaryText = "fragment SupportChatSummary on SupportChat{id subject status priority customer{id displayName}agent{id displayName}queue{position estimatedWait updatedAt}rating{score comment ratedAt}createdAt assignedAt endedAt endReason}"
const NoteSummaryText = "fragment NoteSummary on Note{id body createdAt author{id displayName}}"
const AgentSummaryText = "fragment AgentSummary on Agent{id availability capacity activeChats rating{average count}user{id displayName}}"
const AcceptedText = "fragment Accepted on AcceptTaskPayload{task{...TaskSummary agreedPrice{...Amount}assignee{id displayName}acceptedAt}chat{id}replayed}"
const WebhookEndpointSummaryText = "fragment WebhookEndpointSummary on WebhookEndpoint{id url description eventTypes platform enabled disabledReason secretHint createdAt}"
const WebhookDeliverySummaryText = "fragment WebhookDeliverySummary on WebhookDelivery{id status nextAttemptAt createdAt event{id type occurredAt}attempts{number at durationMs statusCode error}}"

export const SignUpDocument: Operation<SignUpMutation, SignUpMutationVariables> = {
  kind: 'mutation',
  name: 'SignUp',
  takesKey: false,
  text: "mutation SignUp($input:SignUpInput!){signUp(input:$input){__typename ...Signed ...Refusal}}" + SignedText + RefusalText + AmountText,
}

export const SignInDocument: Operation<SignInMutation, SignInMutationVariables> = {
  kind: 'mutation',
  name: 'SignIn',
  takesKey: false,
  text: "mutation SignIn($input:SignInInput!){signIn(input:$input){__typename ...Signed ...Refusal}}" + SignedText + RefusalText + AmountText,
}

export const OpenIdProvidersDocument: Operation<OpenIdProvidersQuery, OpenIdProvidersQueryVariables> = {
  kind: 'query',
  name: 'OpenIdProviders',
  takesKey: false,
  text: "query OpenIdProviders{apiInfo{openIdProviders{name issuer clientId authorizationUrl scopes}}}",
}

export const RevokeSessionDocument: Operation<RevokeSessionMutation, RevokeSessionMutationVariables> = {
  kind: 'mutation',
  name: 'RevokeSession',
  takesKey: false,
  text: "mutation RevokeSession($id:ID!){revokeSession(id:$id){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const CurrentSessionDocument: Operation<CurrentSessionQuery, CurrentSessionQueryVariables> = {
  kind: 'query',
  name: 'CurrentSession',
  takesKey: false,
  text: "query CurrentSession{viewer{sessions{id current}}}",
}

export const ChangePasswordDocument: Operation<ChangePasswordMutation, ChangePasswordMutationVariables> = {
  kind: 'mutation',
  name: 'ChangePassword',
  takesKey: false,
  text: "mutation ChangePassword($input:ChangePasswordInput!){changePassword(input:$input){__typename ...Signed ...Refusal}}" + SignedText + RefusalText + AmountText,
}

export const UpdateProfileDocument: Operation<UpdateProfileMutation, UpdateProfileMutationVariables> = {
  kind: 'mutation',
  name: 'UpdateProfile',
  takesKey: false,
  text: "mutation UpdateProfile($input:UpdateProfileInput!){updateProfile(input:$input){__typename ...on ProfilePayload{viewer{user{...PersonSummary}}}...Refusal}}" + PersonSummaryText + RefusalText + AmountText,
}

export const StartPayoutOnboardingDocument: Operation<StartPayoutOnboardingMutation, StartPayoutOnboardingMutationVariables> = {
  kind: 'mutation',
  name: 'StartPayoutOnboarding',
  takesKey: false,
  text: "mutation StartPayoutOnboarding($input:StartPayoutOnboardingInput!){startPayoutOnboarding(input:$input){__typename ...on PayoutOnboardingPayload{url expiresAt viewer{payoutReadiness}}...Refusal}}" + RefusalText + AmountText,
}

export const PaymentMethodsDocument: Operation<PaymentMethodsQuery, PaymentMethodsQueryVariables> = {
  kind: 'query',
  name: 'PaymentMethods',
  takesKey: false,
  text: "query PaymentMethods{viewer{paymentMethods{id kind brand lastDigits expiryYear expiryMonth}}}",
}

export const RemovePaymentMethodDocument: Operation<RemovePaymentMethodMutation, RemovePaymentMethodMutationVariables> = {
  kind: 'mutation',
  name: 'RemovePaymentMethod',
  takesKey: false,
  text: "mutation RemovePaymentMethod($input:RemovePaymentMethodInput!){removePaymentMethod(input:$input){__typename ...on RemovePaymentMethodPayload{viewer{paymentMethods{id}}}...Refusal}}" + RefusalText + AmountText,
}

export const ViewerDocument: Operation<ViewerQuery, ViewerQueryVariables> = {
  kind: 'query',
  name: 'Viewer',
  takesKey: false,
  text: "query Viewer{viewer{email emailVerifiedAt locale timeZone roles payoutReadiness user{...PersonSummary createdAt}balances{currencyCode pending{...Amount}paid{...Amount}owed{...Amount}}unread{chats messages}sessions{id createdAt lastUsedAt userAgent current}}}" + PersonSummaryText + AmountText,
}

export const UserDocument: Operation<UserQuery, UserQueryVariables> = {
  kind: 'query',
  name: 'User',
  takesKey: false,
  text: "query User($id:ID!){user(id:$id){...PersonSummary createdAt email roles suspendedAt rating{average count}}}" + PersonSummaryText,
}

export const SetRolesDocument: Operation<SetRolesMutation, SetRolesMutationVariables> = {
  kind: 'mutation',
  name: 'SetRoles',
  takesKey: true,
  text: "mutation SetRoles($input:SetRolesInput!){setRoles(input:$input){__typename ...on UserPayload{user{id displayName roles}replayed}...Refusal}}" + RefusalText + AmountText,
}

export const SuspendUserDocument: Operation<SuspendUserMutation, SuspendUserMutationVariables> = {
  kind: 'mutation',
  name: 'SuspendUser',
  takesKey: true,
  text: "mutation SuspendUser($input:SuspendUserInput!){suspendUser(input:$input){__typename ...on UserPayload{user{id suspendedAt}replayed}...Refusal}}" + RefusalText + AmountText,
}

export const RestoreUserDocument: Operation<RestoreUserMutation, RestoreUserMutationVariables> = {
  kind: 'mutation',
  name: 'RestoreUser',
  takesKey: true,
  text: "mutation RestoreUser($input:SuspendUserInput!){restoreUser(input:$input){__typename ...on UserPayload{user{id suspendedAt}replayed}...Refusal}}" + RefusalText + AmountText,
}

export const UsersDocument: Operation<UsersQuery, UsersQueryVariables> = {
  kind: 'query',
  name: 'Users',
  takesKey: false,
  text: "query Users($search:String$first:Int$after:String){users(search:$search first:$first after:$after){nodes{id displayName email roles suspendedAt createdAt}pageInfo{hasNextPage endCursor}}}",
}

export const AuditLogDocument: Operation<AuditLogQuery, AuditLogQueryVariables> = {
  kind: 'query',
  name: 'AuditLog',
  takesKey: false,
  text: "query AuditLog($subjectId:ID$actorId:ID$action:String$first:Int$after:String){auditLog(subjectId:$subjectId actorId:$actorId action:$action first:$first after:$after){nodes{id at actor{__typename ...on User{id displayName}...on System{name}}action subjectId subject{__typename id}reason requestId}pageInfo{hasNextPage endCursor}}}",
}

export const SlowOperationsDocument: Operation<SlowOperationsQuery, SlowOperationsQueryVariables> = {
  kind: 'query',
  name: 'SlowOperations',
  takesKey: false,
  text: "query SlowOperations($since:DateTime$first:Int){slowOperations(since:$since first:$first){at operationName documentHash durationMs sqlCount sqlMs poolWaitMs eventLoopDelayMs errorCount requestId viewer{id displayName}}}",
}

export const RequestEmailVerificationDocument: Operation<RequestEmailVerificationMutation, RequestEmailVerificationMutationVariables> = {
  kind: 'mutation',
  name: 'RequestEmailVerification',
  takesKey: true,
  text: "mutation RequestEmailVerification($input:RequestEmailVerificationInput!){requestEmailVerification(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const VerifyEmailDocument: Operation<VerifyEmailMutation, VerifyEmailMutationVariables> = {
  kind: 'mutation',
  name: 'VerifyEmail',
  takesKey: false,
  text: "mutation VerifyEmail($input:EmailTokenInput!){verifyEmail(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const ChangeEmailDocument: Operation<ChangeEmailMutation, ChangeEmailMutationVariables> = {
  kind: 'mutation',
  name: 'ChangeEmail',
  takesKey: false,
  text: "mutation ChangeEmail($input:ChangeEmailInput!){changeEmail(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const RequestPasswordResetDocument: Operation<RequestPasswordResetMutation, RequestPasswordResetMutationVariables> = {
  kind: 'mutation',
  name: 'RequestPasswordReset',
  takesKey: false,
  text: "mutation RequestPasswordReset($input:RequestPasswordResetInput!){requestPasswordReset(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const ResetPasswordDocument: Operation<ResetPasswordMutation, ResetPasswordMutationVariables> = {
  kind: 'mutation',
  name: 'ResetPassword',
  takesKey: false,
  text: "mutation ResetPassword($input:ResetPasswordInput!){resetPassword(input:$input){__typename ...Signed ...Refusal}}" + SignedText + RefusalText + AmountText,
}

export const RevokeOtherSessionsDocument: Operation<RevokeOtherSessionsMutation, RevokeOtherSessionsMutationVariables> = {
  kind: 'mutation',
  name: 'RevokeOtherSessions',
  takesKey: true,
  text: "mutation RevokeOtherSessions($input:RevokeOtherSessionsInput!){revokeOtherSessions(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const AccessTokensDocument: Operation<AccessTokensQuery, AccessTokensQueryVariables> = {
  kind: 'query',
  name: 'AccessTokens',
  takesKey: false,
  text: "query AccessTokens($first:Int$after:String){viewer{accessTokens(first:$first after:$after){nodes{...AccessTokenSummary}pageInfo{hasNextPage endCursor}}}}" + AccessTokenSummaryText,
}

export const CreateAccessTokenDocument: Operation<CreateAccessTokenMutation, CreateAccessTokenMutationVariables> = {
  kind: 'mutation',
  name: 'CreateAccessToken',
  takesKey: false,
  text: "mutation CreateAccessToken($input:CreateAccessTokenInput!){createAccessToken(input:$input){__typename ...on AccessTokenPayload{token accessToken{...AccessTokenSummary}}...Refusal}}" + AccessTokenSummaryText + RefusalText + AmountText,
}

export const RevokeAccessTokenDocument: Operation<RevokeAccessTokenMutation, RevokeAccessTokenMutationVariables> = {
  kind: 'mutation',
  name: 'RevokeAccessToken',
  takesKey: false,
  text: "mutation RevokeAccessToken($input:RevokeAccessTokenInput!){revokeAccessToken(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const SandboxMailsDocument: Operation<SandboxMailsQuery, SandboxMailsQueryVariables> = {
  kind: 'query',
  name: 'SandboxMails',
  takesKey: false,
  text: "query SandboxMails($to:EmailAddress$first:Int){sandbox{mails(to:$to first:$first){id to subject text html sentAt}}}",
}

export const SecondFactorsDocument: Operation<SecondFactorsQuery, SecondFactorsQueryVariables> = {
  kind: 'query',
  name: 'SecondFactors',
  takesKey: false,
  text: "query SecondFactors{viewer{secondFactors{...FactorSummary}}}" + FactorSummaryText,
}

export const StartTotpDocument: Operation<StartTotpMutation, StartTotpMutationVariables> = {
  kind: 'mutation',
  name: 'StartTotp',
  takesKey: false,
  text: "mutation StartTotp($input:StartTotpInput!){startTotp(input:$input){__typename ...on TotpPayload{secret uri}...Refusal}}" + RefusalText + AmountText,
}

export const ConfirmTotpDocument: Operation<ConfirmTotpMutation, ConfirmTotpMutationVariables> = {
  kind: 'mutation',
  name: 'ConfirmTotp',
  takesKey: false,
  text: "mutation ConfirmTotp($input:ConfirmTotpInput!){confirmTotp(input:$input){__typename ...FactorAdded ...Refusal}}" + FactorAddedText + FactorSummaryText + RefusalText + AmountText,
}

export const StartPasskeyRegistrationDocument: Operation<StartPasskeyRegistrationMutation, StartPasskeyRegistrationMutationVariables> = {
  kind: 'mutation',
  name: 'StartPasskeyRegistration',
  takesKey: false,
  text: "mutation StartPasskeyRegistration($input:StartPasskeyInput!){startPasskeyRegistration(input:$input){__typename ...on PasskeyChallengePayload{challenge options}...Refusal}}" + RefusalText + AmountText,
}

export const FinishPasskeyRegistrationDocument: Operation<FinishPasskeyRegistrationMutation, FinishPasskeyRegistrationMutationVariables> = {
  kind: 'mutation',
  name: 'FinishPasskeyRegistration',
  takesKey: false,
  text: "mutation FinishPasskeyRegistration($input:FinishPasskeyInput!){finishPasskeyRegistration(input:$input){__typename ...FactorAdded ...Refusal}}" + FactorAddedText + FactorSummaryText + RefusalText + AmountText,
}

export const StartPasskeySignInDocument: Operation<StartPasskeySignInMutation, StartPasskeySignInMutationVariables> = {
  kind: 'mutation',
  name: 'StartPasskeySignIn',
  takesKey: false,
  text: "mutation StartPasskeySignIn($input:StartPasskeyInput!){startPasskeySignIn(input:$input){__typename ...on PasskeyChallengePayload{challenge options}...Refusal}}" + RefusalText + AmountText,
}

export const RemoveSecondFactorDocument: Operation<RemoveSecondFactorMutation, RemoveSecondFactorMutationVariables> = {
  kind: 'mutation',
  name: 'RemoveSecondFactor',
  takesKey: false,
  text: "mutation RemoveSecondFactor($input:RemoveSecondFactorInput!){removeSecondFactor(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const ChargebacksDocument: Operation<ChargebacksQuery, ChargebacksQueryVariables> = {
  kind: 'query',
  name: 'Chargebacks',
  takesKey: false,
  text: "query Chargebacks($status:[ChargebackStatus!]$first:Int$after:String){chargebacks(status:$status first:$first after:$after){nodes{...ChargebackSummary hold{id frozen task{id title status}}}pageInfo{hasNextPage endCursor}}}" + ChargebackSummaryText + AmountText,
}

export const ChargebackDocument: Operation<ChargebackQuery, ChargebackQueryVariables> = {
  kind: 'query',
  name: 'Chargeback',
  takesKey: false,
  text: "query Chargeback($id:ID!){node(id:$id){__typename ...on Chargeback{...ChargebackSummary statement evidence{...FileLink}hold{id status frozen}}}}" + ChargebackSummaryText + AmountText + FileLinkText,
}

export const SubmitChargebackEvidenceDocument: Operation<SubmitChargebackEvidenceMutation, SubmitChargebackEvidenceMutationVariables> = {
  kind: 'mutation',
  name: 'SubmitChargebackEvidence',
  takesKey: true,
  text: "mutation SubmitChargebackEvidence($input:SubmitChargebackEvidenceInput!){submitChargebackEvidence(input:$input){__typename ...on ChargebackPayload{chargeback{...ChargebackSummary statement evidence{...FileLink}}replayed}...Refusal}}" + ChargebackSummaryText + AmountText + FileLinkText + RefusalText,
}

export const OpenSandboxChargebackDocument: Operation<OpenSandboxChargebackMutation, OpenSandboxChargebackMutationVariables> = {
  kind: 'mutation',
  name: 'OpenSandboxChargeback',
  takesKey: false,
  text: "mutation OpenSandboxChargeback($input:OpenSandboxChargebackInput!){openSandboxChargeback(input:$input){__typename ...on SandboxChargebackPayload{providerReference amount{...Amount}reason chargeback{...ChargebackSummary}}...Refusal}}" + AmountText + ChargebackSummaryText + RefusalText,
}

export const DecideSandboxChargebackDocument: Operation<DecideSandboxChargebackMutation, DecideSandboxChargebackMutationVariables> = {
  kind: 'mutation',
  name: 'DecideSandboxChargeback',
  takesKey: false,
  text: "mutation DecideSandboxChargeback($input:DecideSandboxChargebackInput!){decideSandboxChargeback(input:$input){__typename ...on SandboxChargebackPayload{providerReference amount{...Amount}reason chargeback{...ChargebackSummary}}...Refusal}}" + AmountText + ChargebackSummaryText + RefusalText,
}

export const ChatDocument: Operation<ChatQuery, ChatQueryVariables> = {
  kind: 'query',
  name: 'Chat',
  takesKey: false,
  text: "query Chat($id:ID!$last:Int=20$before:String){chat(id:$id){__typename id createdAt endedAt unreadCount participants{role user{id displayName}lastReadSequence lastReadAt}messages(last:$last before:$before){nodes{...MessageSummary}pageInfo{hasPreviousPage startCursor}}...on TaskChat{task{id title}}}}" + MessageSummaryText,
}

export const MyChatsDocument: Operation<MyChatsQuery, MyChatsQueryVariables> = {
  kind: 'query',
  name: 'MyChats',
  takesKey: false,
  text: "query MyChats($first:Int$after:String){viewer{unread{chats messages}chats(first:$first after:$after){nodes{id createdAt endedAt unreadCount lastMessage{sequence body sentAt}}pageInfo{hasNextPage endCursor}}}}",
}

export const SendMessageDocument: Operation<SendMessageMutation, SendMessageMutationVariables> = {
  kind: 'mutation',
  name: 'SendMessage',
  takesKey: true,
  text: "mutation SendMessage($input:SendMessageInput!){sendMessage(input:$input){__typename ...on MessagePayload{sentMessage{...MessageSummary}replayed}...Refusal ...on StaleChatError{missed{...MessageSummary}}}}" + MessageSummaryText + RefusalText + AmountText,
}

export const MarkReadDocument: Operation<MarkReadMutation, MarkReadMutationVariables> = {
  kind: 'mutation',
  name: 'MarkRead',
  takesKey: false,
  text: "mutation MarkRead($input:MarkReadInput!){markRead(input:$input){__typename ...on MarkReadPayload{chat{id unreadCount}}...Refusal}}" + RefusalText + AmountText,
}

export const SetTypingDocument: Operation<SetTypingMutation, SetTypingMutationVariables> = {
  kind: 'mutation',
  name: 'SetTyping',
  takesKey: false,
  text: "mutation SetTyping($input:SetTypingInput!){setTyping(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const ChatStreamDocument: Operation<ChatStreamSubscription, ChatStreamSubscriptionVariables> = {
  kind: 'subscription',
  name: 'ChatStream',
  takesKey: false,
  text: "subscription ChatStream($id:ID!$after:EventCursor){chat(id:$id after:$after){__typename ...on ChatEvent{id cursor type occurredAt message{...MessageSummary}}...on TypingSignal{user{id displayName}typing at}...on Heartbeat{latest at}...on ResyncRequired{oldest latest}}}" + MessageSummaryText,
}

export const DisputeDocument: Operation<DisputeQuery, DisputeQueryVariables> = {
  kind: 'query',
  name: 'Dispute',
  takesKey: false,
  text: "query Dispute($id:ID!){dispute(id:$id){...DisputeSummary evidence{...FileLink}supportChat{id status}task{id title status version}}}" + DisputeSummaryText + AmountText + FileLinkText,
}

export const DisputeHealthDocument: Operation<DisputeHealthQuery, DisputeHealthQueryVariables> = {
  kind: 'query',
  name: 'DisputeHealth',
  takesKey: false,
  text: "query DisputeHealth{disputeHealth{checkedAt open overdue longOverdue oldestOpenedAt ok}}",
}

export const OpenDisputeDocument: Operation<OpenDisputeMutation, OpenDisputeMutationVariables> = {
  kind: 'mutation',
  name: 'OpenDispute',
  takesKey: true,
  text: "mutation OpenDispute($input:OpenDisputeInput!){openDispute(input:$input){__typename ...on DisputePayload{dispute{...DisputeSummary supportChat{id status}}task{...TaskSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}}}" + DisputeSummaryText + AmountText + TaskSummaryText + RefusalText,
}

export const AddEvidenceDocument: Operation<AddEvidenceMutation, AddEvidenceMutationVariables> = {
  kind: 'mutation',
  name: 'AddEvidence',
  takesKey: true,
  text: "mutation AddEvidence($input:DisputeActionInput!){addEvidence(input:$input){__typename ...on DisputePayload{dispute{...DisputeSummary evidence{...FileLink}}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}}}" + DisputeSummaryText + AmountText + FileLinkText + RefusalText,
}

export const WithdrawDisputeDocument: Operation<WithdrawDisputeMutation, WithdrawDisputeMutationVariables> = {
  kind: 'mutation',
  name: 'WithdrawDispute',
  takesKey: true,
  text: "mutation WithdrawDispute($input:DisputeActionInput!){withdrawDispute(input:$input){__typename ...on DisputePayload{dispute{...DisputeSummary}task{...TaskSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}}}" + DisputeSummaryText + AmountText + TaskSummaryText + RefusalText,
}

export const ResolveDisputeDocument: Operation<ResolveDisputeMutation, ResolveDisputeMutationVariables> = {
  kind: 'mutation',
  name: 'ResolveDispute',
  takesKey: true,
  text: "mutation ResolveDispute($input:ResolveDisputeInput!){resolveDispute(input:$input){__typename ...on DisputePayload{dispute{...DisputeSummary}task{...TaskSummary moneyTrail{...MoneyTrailSummary}}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}}}" + DisputeSummaryText + AmountText + TaskSummaryText + MoneyTrailSummaryText + RefusalText,
}

export const TaskHistoryDocument: Operation<TaskHistoryQuery, TaskHistoryQueryVariables> = {
  kind: 'query',
  name: 'TaskHistory',
  takesKey: false,
  text: "query TaskHistory($taskId:ID!$first:Int$after:String){task(id:$taskId){id history(first:$first after:$after){nodes{...EventSummary}pageInfo{hasNextPage endCursor}}}}" + EventSummaryText,
}

export const EventsDocument: Operation<EventsQuery, EventsQueryVariables> = {
  kind: 'query',
  name: 'Events',
  takesKey: false,
  text: "query Events($after:EventCursor$filter:EventFilter$first:Int){events(after:$after filter:$filter first:$first){nodes{...EventSummary}pageInfo{hasNextPage endCursor}}}" + EventSummaryText,
}

export const EventStreamDocument: Operation<EventStreamSubscription, EventStreamSubscriptionVariables> = {
  kind: 'subscription',
  name: 'EventStream',
  takesKey: false,
  text: "subscription EventStream($after:EventCursor$filter:EventFilter){events(after:$after filter:$filter){...Streamed}}" + StreamedText + EventSummaryText,
}

export const TaskStreamDocument: Operation<TaskStreamSubscription, TaskStreamSubscriptionVariables> = {
  kind: 'subscription',
  name: 'TaskStream',
  takesKey: false,
  text: "subscription TaskStream($id:ID!$after:EventCursor){task(id:$id after:$after){...Streamed}}" + StreamedText + EventSummaryText,
}

export const TransferStreamDocument: Operation<TransferStreamSubscription, TransferStreamSubscriptionVariables> = {
  kind: 'subscription',
  name: 'TransferStream',
  takesKey: false,
  text: "subscription TransferStream($id:ID!$after:EventCursor){transfer(id:$id after:$after){...Streamed}}" + StreamedText + EventSummaryText,
}

export const UploadFileDocument: Operation<UploadFileMutation, UploadFileMutationVariables> = {
  kind: 'mutation',
  name: 'UploadFile',
  takesKey: true,
  text: "mutation UploadFile($input:UploadFileInput!){uploadFile(input:$input){__typename ...on AttachmentPayload{attachment{...AttachmentSummary url urlExpiresAt}replayed}...Refusal}}" + AttachmentSummaryText + RefusalText + AmountText,
}

export const FundTaskDocument: Operation<FundTaskMutation, FundTaskMutationVariables> = {
  kind: 'mutation',
  name: 'FundTask',
  takesKey: true,
  text: "mutation FundTask($input:FundTaskInput!){fundTask(input:$input){__typename ...on FundTaskPayload{task{...TaskSummary}hold{...HoldSummary clientSecret}replayed}...Refusal}}" + TaskSummaryText + AmountText + HoldSummaryText + RefusalText,
}

export const MoneyTrailDocument: Operation<MoneyTrailQuery, MoneyTrailQueryVariables> = {
  kind: 'query',
  name: 'MoneyTrail',
  takesKey: false,
  text: "query MoneyTrail($taskId:ID!){task(id:$taskId){id moneyTrail{...MoneyTrailSummary}}}" + MoneyTrailSummaryText + AmountText,
}

export const TransferDocument: Operation<TransferQuery, TransferQueryVariables> = {
  kind: 'query',
  name: 'Transfer',
  takesKey: false,
  text: "query Transfer($id:ID!){transfer(id:$id){...TransferSummary task{id title}destination{id displayName}attempts{number startedAt endedAt outcome providerReference providerMessage}reversals{...ReversalSummary}}}" + TransferSummaryText + AmountText + ReversalSummaryText,
}

export const MyTransfersDocument: Operation<MyTransfersQuery, MyTransfersQueryVariables> = {
  kind: 'query',
  name: 'MyTransfers',
  takesKey: false,
  text: "query MyTransfers($filter:TransferFilter$first:Int$after:String){viewer{transfers(filter:$filter first:$first after:$after){nodes{...TransferSummary}pageInfo{hasNextPage endCursor}}}}" + TransferSummaryText + AmountText,
}

export const TransfersDocument: Operation<TransfersQuery, TransfersQueryVariables> = {
  kind: 'query',
  name: 'Transfers',
  takesKey: false,
  text: "query Transfers($filter:TransferFilter$first:Int$after:String){transfers(filter:$filter first:$first after:$after){nodes{...TransferSummary destination{id displayName}}pageInfo{hasNextPage endCursor}}}" + TransferSummaryText + AmountText,
}

export const LedgerAccountDocument: Operation<LedgerAccountQuery, LedgerAccountQueryVariables> = {
  kind: 'query',
  name: 'LedgerAccount',
  takesKey: false,
  text: "query LedgerAccount($id:ID!$at:DateTime$first:Int$after:String){ledgerAccount(id:$id){id kind currencyCode owner{id}balance(at:$at){...Amount}entries(first:$first after:$after){nodes{id direction amount{...Amount}transaction{id sequence kind postedAt}}pageInfo{hasNextPage endCursor}}}}" + AmountText,
}

export const LedgerTransactionsDocument: Operation<LedgerTransactionsQuery, LedgerTransactionsQueryVariables> = {
  kind: 'query',
  name: 'LedgerTransactions',
  takesKey: false,
  text: "query LedgerTransactions($first:Int$after:String){ledgerTransactions(first:$first after:$after){nodes{id sequence kind description postedAt task{id title}entries{id direction amount{...Amount}account{id kind}}reverses{id kind}reversedBy{id kind}}pageInfo{hasNextPage endCursor}}}" + AmountText,
}

export const LedgerHealthDocument: Operation<LedgerHealthQuery, LedgerHealthQueryVariables> = {
  kind: 'query',
  name: 'LedgerHealth',
  takesKey: false,
  text: "query LedgerHealth{ledgerHealth{checkedAt unbalancedTransactions accountsOffBySum tasksOutOfBalance inDoubtTransfers oldestInDoubt openDifferences oldestOpenDifference chargebacksNeedingEvidence nextEvidenceDue ok}}",
}

export const RetryTransferDocument: Operation<RetryTransferMutation, RetryTransferMutationVariables> = {
  kind: 'mutation',
  name: 'RetryTransfer',
  takesKey: true,
  text: "mutation RetryTransfer($input:TransferActionInput!){retryTransfer(input:$input){__typename ...on TransferPayload{transfer{...TransferSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}...on TransferInDoubtError{transfer{id status}}}}" + TransferSummaryText + AmountText + RefusalText,
}

export const CancelTransferDocument: Operation<CancelTransferMutation, CancelTransferMutationVariables> = {
  kind: 'mutation',
  name: 'CancelTransfer',
  takesKey: true,
  text: "mutation CancelTransfer($input:TransferActionInput!){cancelTransfer(input:$input){__typename ...on TransferPayload{transfer{...TransferSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}...on TransferInDoubtError{transfer{id status}}}}" + TransferSummaryText + AmountText + RefusalText,
}

export const ResolveInDoubtTransferDocument: Operation<ResolveInDoubtTransferMutation, ResolveInDoubtTransferMutationVariables> = {
  kind: 'mutation',
  name: 'ResolveInDoubtTransfer',
  takesKey: true,
  text: "mutation ResolveInDoubtTransfer($input:ResolveInDoubtTransferInput!){resolveInDoubtTransfer(input:$input){__typename ...on TransferPayload{transfer{...TransferSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}...on TransferInDoubtError{transfer{id status}}}}" + TransferSummaryText + AmountText + RefusalText,
}

export const ReverseTransferDocument: Operation<ReverseTransferMutation, ReverseTransferMutationVariables> = {
  kind: 'mutation',
  name: 'ReverseTransfer',
  takesKey: true,
  text: "mutation ReverseTransfer($input:ReverseTransferInput!){reverseTransfer(input:$input){__typename ...on ReversalPayload{reversal{...ReversalSummary}transfer{...TransferSummary}replayed}...Refusal ...on TransferInDoubtError{transfer{id status}}}}" + ReversalSummaryText + AmountText + TransferSummaryText + RefusalText,
}

export const RefundHoldDocument: Operation<RefundHoldMutation, RefundHoldMutationVariables> = {
  kind: 'mutation',
  name: 'RefundHold',
  takesKey: true,
  text: "mutation RefundHold($input:RefundHoldInput!){refundHold(input:$input){__typename ...on RefundPayload{refund{id status amount{...Amount}reason createdAt}hold{...HoldSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}}}" + AmountText + HoldSummaryText + RefusalText,
}

export const FeeRulesDocument: Operation<FeeRulesQuery, FeeRulesQueryVariables> = {
  kind: 'query',
  name: 'FeeRules',
  takesKey: false,
  text: "query FeeRules{feeRules{id version basisPoints least effectiveFrom setBy{id displayName}}}",
}

export const SetFeeRuleDocument: Operation<SetFeeRuleMutation, SetFeeRuleMutationVariables> = {
  kind: 'mutation',
  name: 'SetFeeRule',
  takesKey: true,
  text: "mutation SetFeeRule($input:SetFeeRuleInput!){setFeeRule(input:$input){__typename ...on FeeRulePayload{feeRule{id version basisPoints least effectiveFrom}replayed}...Refusal}}" + RefusalText + AmountText,
}

export const MyStatementDocument: Operation<MyStatementQuery, MyStatementQueryVariables> = {
  kind: 'query',
  name: 'MyStatement',
  takesKey: false,
  text: "query MyStatement($from:DateTime!$to:DateTime!$currencyCode:CurrencyCode!$first:Int$after:String){viewer{statement(from:$from to:$to currencyCode:$currencyCode){...StatementPage}}}" + StatementPageText + AmountText,
}

export const PlatformStatementDocument: Operation<PlatformStatementQuery, PlatformStatementQueryVariables> = {
  kind: 'query',
  name: 'PlatformStatement',
  takesKey: false,
  text: "query PlatformStatement($from:DateTime!$to:DateTime!$currencyCode:CurrencyCode!$first:Int$after:String){statement(from:$from to:$to currencyCode:$currencyCode){...StatementPage}}" + StatementPageText + AmountText,
}

export const NotificationsDocument: Operation<NotificationsQuery, NotificationsQueryVariables> = {
  kind: 'query',
  name: 'Notifications',
  takesKey: false,
  text: "query Notifications($unreadOnly:Boolean$first:Int$after:String){viewer{unreadNotifications notifications(unreadOnly:$unreadOnly first:$first after:$after){nodes{...NotificationSummary}pageInfo{hasNextPage endCursor}}}}" + NotificationSummaryText,
}

export const NotificationDocument: Operation<NotificationQuery, NotificationQueryVariables> = {
  kind: 'query',
  name: 'Notification',
  takesKey: false,
  text: "query Notification($id:ID!){node(id:$id){...on Notification{...NotificationSummary subject{__typename id}}}}" + NotificationSummaryText,
}

export const NotificationSettingsDocument: Operation<NotificationSettingsQuery, NotificationSettingsQueryVariables> = {
  kind: 'query',
  name: 'NotificationSettings',
  takesKey: false,
  text: "query NotificationSettings{viewer{notificationSettings{kind channel frequency canChange}}}",
}

export const SetNotificationSettingDocument: Operation<SetNotificationSettingMutation, SetNotificationSettingMutationVariables> = {
  kind: 'mutation',
  name: 'SetNotificationSetting',
  takesKey: false,
  text: "mutation SetNotificationSetting($input:SetNotificationSettingInput!){setNotificationSetting(input:$input){__typename ...on NotificationsPayload{viewer{notificationSettings{kind channel frequency canChange}}}...Refusal}}" + RefusalText + AmountText,
}

export const MarkNotificationsReadDocument: Operation<MarkNotificationsReadMutation, MarkNotificationsReadMutationVariables> = {
  kind: 'mutation',
  name: 'MarkNotificationsRead',
  takesKey: false,
  text: "mutation MarkNotificationsRead($input:MarkNotificationsReadInput!){markNotificationsRead(input:$input){__typename ...on NotificationsPayload{viewer{unreadNotifications}}...Refusal}}" + RefusalText + AmountText,
}

export const NotificationFeedDocument: Operation<NotificationFeedSubscription, NotificationFeedSubscriptionVariables> = {
  kind: 'subscription',
  name: 'NotificationFeed',
  takesKey: false,
  text: "subscription NotificationFeed{notifications{...NotificationSummary}}" + NotificationSummaryText,
}

export const ReconciliationsDocument: Operation<ReconciliationsQuery, ReconciliationsQueryVariables> = {
  kind: 'query',
  name: 'Reconciliations',
  takesKey: false,
  text: "query Reconciliations($first:Int$after:String){reconciliations(first:$first after:$after){nodes{...ReconciliationSummary}pageInfo{hasNextPage endCursor}}}" + ReconciliationSummaryText,
}

export const ReconciliationDifferencesDocument: Operation<ReconciliationDifferencesQuery, ReconciliationDifferencesQueryVariables> = {
  kind: 'query',
  name: 'ReconciliationDifferences',
  takesKey: false,
  text: "query ReconciliationDifferences($id:ID!$open:Boolean$first:Int$after:String){node(id:$id){...on Reconciliation{...ReconciliationSummary differences(open:$open first:$first after:$after){nodes{...DifferenceSummary}pageInfo{hasNextPage endCursor}}}}}" + ReconciliationSummaryText + DifferenceSummaryText + AmountText,
}

export const StartReconciliationDocument: Operation<StartReconciliationMutation, StartReconciliationMutationVariables> = {
  kind: 'mutation',
  name: 'StartReconciliation',
  takesKey: true,
  text: "mutation StartReconciliation($input:StartReconciliationInput!){startReconciliation(input:$input){__typename ...on ReconciliationPayload{reconciliation{...ReconciliationSummary}replayed}...Refusal}}" + ReconciliationSummaryText + RefusalText + AmountText,
}

export const SettleDifferenceDocument: Operation<SettleDifferenceMutation, SettleDifferenceMutationVariables> = {
  kind: 'mutation',
  name: 'SettleDifference',
  takesKey: true,
  text: "mutation SettleDifference($input:SettleDifferenceInput!){settleDifference(input:$input){__typename ...on DifferencePayload{difference{...DifferenceSummary}replayed}...Refusal}}" + DifferenceSummaryText + AmountText + RefusalText,
}

export const TaskReviewsDocument: Operation<TaskReviewsQuery, TaskReviewsQueryVariables> = {
  kind: 'query',
  name: 'TaskReviews',
  takesKey: false,
  text: "query TaskReviews($id:ID!){task(id:$id){id completedAt reviews{...ReviewSummary}}}" + ReviewSummaryText + PersonSummaryText,
}

export const UserReviewsDocument: Operation<UserReviewsQuery, UserReviewsQueryVariables> = {
  kind: 'query',
  name: 'UserReviews',
  takesKey: false,
  text: "query UserReviews($id:ID!$first:Int$after:String){user(id:$id){...PersonSummary rating{average count}reviews(first:$first after:$after){nodes{...ReviewSummary task{id title}}pageInfo{hasNextPage endCursor}}}}" + PersonSummaryText + ReviewSummaryText,
}

export const ReviewTaskDocument: Operation<ReviewTaskMutation, ReviewTaskMutationVariables> = {
  kind: 'mutation',
  name: 'ReviewTask',
  takesKey: true,
  text: "mutation ReviewTask($input:ReviewTaskInput!){reviewTask(input:$input){__typename ...on ReviewPayload{review{...ReviewSummary}replayed}...Refusal}}" + ReviewSummaryText + PersonSummaryText + RefusalText + AmountText,
}

export const SandboxDocument: Operation<SandboxQuery, SandboxQueryVariables> = {
  kind: 'query',
  name: 'Sandbox',
  takesKey: false,
  text: "query Sandbox{sandbox{now provider providerCalls}}",
}

export const AdvanceSandboxClockDocument: Operation<AdvanceSandboxClockMutation, AdvanceSandboxClockMutationVariables> = {
  kind: 'mutation',
  name: 'AdvanceSandboxClock',
  takesKey: false,
  text: "mutation AdvanceSandboxClock($input:AdvanceSandboxClockInput!){advanceSandboxClock(input:$input){__typename ...on SandboxPayload{sandbox{now provider providerCalls}}...Refusal}}" + RefusalText + AmountText,
}

export const SetSandboxProviderDocument: Operation<SetSandboxProviderMutation, SetSandboxProviderMutationVariables> = {
  kind: 'mutation',
  name: 'SetSandboxProvider',
  takesKey: false,
  text: "mutation SetSandboxProvider($input:SetSandboxProviderInput!){setSandboxProvider(input:$input){__typename ...on SandboxPayload{sandbox{now provider providerCalls}}...Refusal}}" + RefusalText + AmountText,
}

export const AuthenticateSandboxPaymentDocument: Operation<AuthenticateSandboxPaymentMutation, AuthenticateSandboxPaymentMutationVariables> = {
  kind: 'mutation',
  name: 'AuthenticateSandboxPayment',
  takesKey: false,
  text: "mutation AuthenticateSandboxPayment($input:AuthenticateSandboxPaymentInput!){authenticateSandboxPayment(input:$input){__typename ...on SandboxPayload{sandbox{provider}}...Refusal}}" + RefusalText + AmountText,
}

export const SetSandboxPayoutReadinessDocument: Operation<SetSandboxPayoutReadinessMutation, SetSandboxPayoutReadinessMutationVariables> = {
  kind: 'mutation',
  name: 'SetSandboxPayoutReadiness',
  takesKey: false,
  text: "mutation SetSandboxPayoutReadiness($input:SetSandboxPayoutReadinessInput!){setSandboxPayoutReadiness(input:$input){__typename ...on SandboxPayload{sandbox{now provider providerCalls}}...Refusal}}" + RefusalText + AmountText,
}

export const ApiInfoDocument: Operation<ApiInfoQuery, ApiInfoQueryVariables> = {
  kind: 'query',
  name: 'ApiInfo',
  takesKey: false,
  text: "query ApiInfo{apiInfo{version eventTypes errorCatalog{code typeName retryable description}workflows{subject states transitions{name from to actors after}}}rateLimit{cost limit remaining resetAt}}",
}

export const NodeDocument: Operation<NodeQuery, NodeQueryVariables> = {
  kind: 'query',
  name: 'Node',
  takesKey: false,
  text: "query Node($id:ID!){node(id:$id){__typename id}}",
}

export const StartSupportChatDocument: Operation<StartSupportChatMutation, StartSupportChatMutationVariables> = {
  kind: 'mutation',
  name: 'StartSupportChat',
  takesKey: true,
  text: "mutation StartSupportChat($input:StartSupportChatInput!){startSupportChat(input:$input){__typename ...SupportChatChanged ...Refusal}}" + SupportChatChangedText + SupportChatSummaryText + RefusalText + AmountText,
}

export const ClaimNextChatDocument: Operation<ClaimNextChatMutation, ClaimNextChatMutationVariables> = {
  kind: 'mutation',
  name: 'ClaimNextChat',
  takesKey: true,
  text: "mutation ClaimNextChat($input:ClaimNextChatInput!){claimNextChat(input:$input){__typename ...SupportChatChanged ...Refusal}}" + SupportChatChangedText + SupportChatSummaryText + RefusalText + AmountText,
}

export const AssignChatDocument: Operation<AssignChatMutation, AssignChatMutationVariables> = {
  kind: 'mutation',
  name: 'AssignChat',
  takesKey: true,
  text: "mutation AssignChat($input:AssignChatInput!){assignChat(input:$input){__typename ...SupportChatChanged ...Refusal}}" + SupportChatChangedText + SupportChatSummaryText + RefusalText + AmountText,
}

export const EndChatDocument: Operation<EndChatMutation, EndChatMutationVariables> = {
  kind: 'mutation',
  name: 'EndChat',
  takesKey: true,
  text: "mutation EndChat($input:EndChatInput!){endChat(input:$input){__typename ...SupportChatChanged ...Refusal}}" + SupportChatChangedText + SupportChatSummaryText + RefusalText + AmountText,
}

export const RateChatDocument: Operation<RateChatMutation, RateChatMutationVariables> = {
  kind: 'mutation',
  name: 'RateChat',
  takesKey: true,
  text: "mutation RateChat($input:RateChatInput!){rateChat(input:$input){__typename ...SupportChatChanged ...Refusal}}" + SupportChatChangedText + SupportChatSummaryText + RefusalText + AmountText,
}

export const AddNoteDocument: Operation<AddNoteMutation, AddNoteMutationVariables> = {
  kind: 'mutation',
  name: 'AddNote',
  takesKey: true,
  text: "mutation AddNote($input:AddNoteInput!){addNote(input:$input){__typename ...on NotePayload{note{...NoteSummary}replayed}...Refusal}}" + NoteSummaryText + RefusalText + AmountText,
}

export const SetAgentAvailabilityDocument: Operation<SetAgentAvailabilityMutation, SetAgentAvailabilityMutationVariables> = {
  kind: 'mutation',
  name: 'SetAgentAvailability',
  takesKey: false,
  text: "mutation SetAgentAvailability($input:SetAgentAvailabilityInput!){setAgentAvailability(input:$input){__typename ...on AgentPayload{agent{...AgentSummary}}...Refusal}}" + AgentSummaryText + RefusalText + AmountText,
}

export const SupportChatDocument: Operation<SupportChatQuery, SupportChatQueryVariables> = {
  kind: 'query',
  name: 'SupportChat',
  takesKey: false,
  text: "query SupportChat($id:ID!$last:Int=20$before:String){chat(id:$id){__typename ...SupportChatSummary ...on SupportChat{about{__typename id}notes{nodes{...NoteSummary}}}unreadCount messages(last:$last before:$before){nodes{id sequence kind body sentAt author{id displayName}}pageInfo{hasPreviousPage startCursor}}}}" + SupportChatSummaryText + NoteSummaryText,
}

export const SupportQueueDocument: Operation<SupportQueueQuery, SupportQueueQueryVariables> = {
  kind: 'query',
  name: 'SupportQueue',
  takesKey: false,
  text: "query SupportQueue($first:Int$after:String){supportQueue(first:$first after:$after){totalCount nodes{...SupportChatSummary}pageInfo{hasNextPage endCursor}}}" + SupportChatSummaryText,
}

export const MyAssignedChatsDocument: Operation<MyAssignedChatsQuery, MyAssignedChatsQueryVariables> = {
  kind: 'query',
  name: 'MyAssignedChats',
  takesKey: false,
  text: "query MyAssignedChats($status:[SupportChatStatus!]$first:Int$after:String){myAssignedChats(status:$status first:$first after:$after){totalCount nodes{...SupportChatSummary unreadCount lastMessage{sequence body sentAt}}pageInfo{hasNextPage endCursor}}}" + SupportChatSummaryText,
}

export const AgentsDocument: Operation<AgentsQuery, AgentsQueryVariables> = {
  kind: 'query',
  name: 'Agents',
  takesKey: false,
  text: "query Agents($availability:AgentAvailability){agents(availability:$availability){...AgentSummary}}" + AgentSummaryText,
}

export const SupportQueueStreamDocument: Operation<SupportQueueStreamSubscription, SupportQueueStreamSubscriptionVariables> = {
  kind: 'subscription',
  name: 'SupportQueueStream',
  takesKey: false,
  text: "subscription SupportQueueStream($after:EventCursor){supportQueue(after:$after){...Streamed}}" + StreamedText + EventSummaryText,
}

export const QueuePositionStreamDocument: Operation<QueuePositionStreamSubscription, QueuePositionStreamSubscriptionVariables> = {
  kind: 'subscription',
  name: 'QueuePositionStream',
  takesKey: false,
  text: "subscription QueuePositionStream($chatId:ID!){queuePosition(chatId:$chatId){position estimatedWait updatedAt}}",
}

export const TasksDocument: Operation<TasksQuery, TasksQueryVariables> = {
  kind: 'query',
  name: 'Tasks',
  takesKey: false,
  text: "query Tasks($filter:TaskFilter$sort:TaskSort=NEWEST$first:Int$after:String){tasks(filter:$filter sort:$sort first:$first after:$after){nodes{...TaskSummary}pageInfo{hasNextPage endCursor}}}" + TaskSummaryText + AmountText,
}

export const TaskDocument: Operation<TaskQuery, TaskQueryVariables> = {
  kind: 'query',
  name: 'Task',
  takesKey: false,
  text: "query Task($id:ID!){task(id:$id){...TaskSummary description updatedAt poster{...PersonSummary}invitee{...PersonSummary}attachments{...FileLink}location{label latitude longitude remote}agreedPrice{...Amount}assignee{...PersonSummary}acceptedAt submittedAt completedAt availableActions{action allowed blockedBy{...Refusal}}nextAutomaticTransition{to at reason}viewerApplication{...ApplicationSummary}applications(first:20){nodes{...ApplicationSummary applicant{...PersonSummary}}totalCount}hold{...HoldSummary}dispute{id status}moneyTrail{...MoneyTrailSummary}transfers(first:5){nodes{...TransferSummary}}chat{id endedAt}submission{message submittedAt attachments{...FileLink}}}}" + TaskSummaryText + AmountText + PersonSummaryText + FileLinkText + RefusalText + ApplicationSummaryText + HoldSummaryText + MoneyTrailSummaryText + TransferSummaryText,
}

export const CategoriesDocument: Operation<CategoriesQuery, CategoriesQueryVariables> = {
  kind: 'query',
  name: 'Categories',
  takesKey: false,
  text: "query Categories{categories{id name slug}}",
}

export const MyTasksDocument: Operation<MyTasksQuery, MyTasksQueryVariables> = {
  kind: 'query',
  name: 'MyTasks',
  takesKey: false,
  text: "query MyTasks($as:TaskSide!$status:[TaskStatus!]$first:Int$after:String){viewer{tasks(as:$as status:$status first:$first after:$after){nodes{...TaskSummary}pageInfo{hasNextPage endCursor}}}}" + TaskSummaryText + AmountText,
}

export const MyApplicationsDocument: Operation<MyApplicationsQuery, MyApplicationsQueryVariables> = {
  kind: 'query',
  name: 'MyApplications',
  takesKey: false,
  text: "query MyApplications($status:[TaskApplicationStatus!]$first:Int$after:String){viewer{applications(status:$status first:$first after:$after){nodes{...ApplicationSummary task{id title status}}totalCount pageInfo{hasNextPage endCursor}}}}" + ApplicationSummaryText + AmountText,
}

export const CreateTaskDocument: Operation<CreateTaskMutation, CreateTaskMutationVariables> = {
  kind: 'mutation',
  name: 'CreateTask',
  takesKey: true,
  text: "mutation CreateTask($input:CreateTaskInput!){createTask(input:$input){__typename ...on TaskPayload{task{...TaskSummary}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const UpdateTaskDocument: Operation<UpdateTaskMutation, UpdateTaskMutationVariables> = {
  kind: 'mutation',
  name: 'UpdateTask',
  takesKey: false,
  text: "mutation UpdateTask($input:UpdateTaskInput!){updateTask(input:$input){__typename ...on TaskPayload{task{...TaskSummary}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const PublishTaskDocument: Operation<PublishTaskMutation, PublishTaskMutationVariables> = {
  kind: 'mutation',
  name: 'PublishTask',
  takesKey: true,
  text: "mutation PublishTask($input:TaskActionInput!){publishTask(input:$input){__typename ...on TaskPayload{task{...TaskSummary}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const CancelTaskDocument: Operation<CancelTaskMutation, CancelTaskMutationVariables> = {
  kind: 'mutation',
  name: 'CancelTask',
  takesKey: true,
  text: "mutation CancelTask($input:TaskActionInput!){cancelTask(input:$input){__typename ...on TaskPayload{task{...TaskSummary}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const ApplyToTaskDocument: Operation<ApplyToTaskMutation, ApplyToTaskMutationVariables> = {
  kind: 'mutation',
  name: 'ApplyToTask',
  takesKey: true,
  text: "mutation ApplyToTask($input:ApplyToTaskInput!){applyToTask(input:$input){__typename ...on ApplicationPayload{application{...ApplicationSummary}replayed}...Refusal ...on AlreadyAppliedError{application{id status}}}}" + ApplicationSummaryText + AmountText + RefusalText,
}

export const UpdateApplicationDocument: Operation<UpdateApplicationMutation, UpdateApplicationMutationVariables> = {
  kind: 'mutation',
  name: 'UpdateApplication',
  takesKey: true,
  text: "mutation UpdateApplication($input:UpdateApplicationInput!){updateApplication(input:$input){__typename ...on ApplicationPayload{application{...ApplicationSummary}replayed}...Refusal}}" + ApplicationSummaryText + AmountText + RefusalText,
}

export const WithdrawApplicationDocument: Operation<WithdrawApplicationMutation, WithdrawApplicationMutationVariables> = {
  kind: 'mutation',
  name: 'WithdrawApplication',
  takesKey: true,
  text: "mutation WithdrawApplication($input:ApplicationActionInput!){withdrawApplication(input:$input){__typename ...on ApplicationPayload{application{...ApplicationSummary}replayed}...Refusal}}" + ApplicationSummaryText + AmountText + RefusalText,
}

export const RejectApplicationDocument: Operation<RejectApplicationMutation, RejectApplicationMutationVariables> = {
  kind: 'mutation',
  name: 'RejectApplication',
  takesKey: true,
  text: "mutation RejectApplication($input:ApplicationActionInput!){rejectApplication(input:$input){__typename ...on ApplicationPayload{application{...ApplicationSummary}replayed}...Refusal}}" + ApplicationSummaryText + AmountText + RefusalText,
}

export const AcceptApplicationDocument: Operation<AcceptApplicationMutation, AcceptApplicationMutationVariables> = {
  kind: 'mutation',
  name: 'AcceptApplication',
  takesKey: true,
  text: "mutation AcceptApplication($input:ApplicationActionInput!){acceptApplication(input:$input){__typename ...Accepted ...Refusal ...on TermsChangedError{application{...ApplicationSummary}}}}" + AcceptedText + TaskSummaryText + AmountText + RefusalText + ApplicationSummaryText,
}

export const AcceptTaskDocument: Operation<AcceptTaskMutation, AcceptTaskMutationVariables> = {
  kind: 'mutation',
  name: 'AcceptTask',
  takesKey: true,
  text: "mutation AcceptTask($input:AcceptTaskInput!){acceptTask(input:$input){__typename ...Accepted ...Refusal}}" + AcceptedText + TaskSummaryText + AmountText + RefusalText,
}

export const WithdrawFromTaskDocument: Operation<WithdrawFromTaskMutation, WithdrawFromTaskMutationVariables> = {
  kind: 'mutation',
  name: 'WithdrawFromTask',
  takesKey: true,
  text: "mutation WithdrawFromTask($input:TaskActionInput!){withdrawFromTask(input:$input){__typename ...on TaskPayload{task{...TaskSummary}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const SubmitWorkDocument: Operation<SubmitWorkMutation, SubmitWorkMutationVariables> = {
  kind: 'mutation',
  name: 'SubmitWork',
  takesKey: true,
  text: "mutation SubmitWork($input:SubmitWorkInput!){submitWork(input:$input){__typename ...on TaskPayload{task{...TaskSummary submittedAt}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const RequestChangesDocument: Operation<RequestChangesMutation, RequestChangesMutationVariables> = {
  kind: 'mutation',
  name: 'RequestChanges',
  takesKey: true,
  text: "mutation RequestChanges($input:TaskActionInput!){requestChanges(input:$input){__typename ...on TaskPayload{task{...TaskSummary}replayed}...Refusal}}" + TaskSummaryText + AmountText + RefusalText,
}

export const ApproveWorkDocument: Operation<ApproveWorkMutation, ApproveWorkMutationVariables> = {
  kind: 'mutation',
  name: 'ApproveWork',
  takesKey: true,
  text: "mutation ApproveWork($input:ApproveWorkInput!){approveWork(input:$input){__typename ...on ApproveWorkPayload{task{...TaskSummary completedAt}transfer{...TransferSummary}replayed}...Refusal ...on HoldFrozenError{frozenBy{id status}frozenByChargeback{id status}}}}" + TaskSummaryText + AmountText + TransferSummaryText + RefusalText,
}

export const WebhookEndpointsDocument: Operation<WebhookEndpointsQuery, WebhookEndpointsQueryVariables> = {
  kind: 'query',
  name: 'WebhookEndpoints',
  takesKey: false,
  text: "query WebhookEndpoints($first:Int$after:String){viewer{webhookEndpoints(first:$first after:$after){nodes{...WebhookEndpointSummary}pageInfo{hasNextPage endCursor}}}}" + WebhookEndpointSummaryText,
}

export const WebhookDeliveriesDocument: Operation<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables> = {
  kind: 'query',
  name: 'WebhookDeliveries',
  takesKey: false,
  text: "query WebhookDeliveries($endpointId:ID!$status:[WebhookDeliveryStatus!]$first:Int$after:String){node(id:$endpointId){...on WebhookEndpoint{...WebhookEndpointSummary deliveries(status:$status first:$first after:$after){nodes{...WebhookDeliverySummary}pageInfo{hasNextPage endCursor}}}}}" + WebhookEndpointSummaryText + WebhookDeliverySummaryText,
}

export const WebhookDeliveryDocument: Operation<WebhookDeliveryQuery, WebhookDeliveryQueryVariables> = {
  kind: 'query',
  name: 'WebhookDelivery',
  takesKey: false,
  text: "query WebhookDelivery($id:ID!){node(id:$id){...on WebhookDelivery{...WebhookDeliverySummary endpoint{...WebhookEndpointSummary}}}}" + WebhookDeliverySummaryText + WebhookEndpointSummaryText,
}

export const CreateWebhookEndpointDocument: Operation<CreateWebhookEndpointMutation, CreateWebhookEndpointMutationVariables> = {
  kind: 'mutation',
  name: 'CreateWebhookEndpoint',
  takesKey: false,
  text: "mutation CreateWebhookEndpoint($input:CreateWebhookEndpointInput!){createWebhookEndpoint(input:$input){__typename ...on WebhookEndpointPayload{secret endpoint{...WebhookEndpointSummary}}...Refusal}}" + WebhookEndpointSummaryText + RefusalText + AmountText,
}

export const UpdateWebhookEndpointDocument: Operation<UpdateWebhookEndpointMutation, UpdateWebhookEndpointMutationVariables> = {
  kind: 'mutation',
  name: 'UpdateWebhookEndpoint',
  takesKey: false,
  text: "mutation UpdateWebhookEndpoint($input:UpdateWebhookEndpointInput!){updateWebhookEndpoint(input:$input){__typename ...on WebhookEndpointPayload{secret endpoint{...WebhookEndpointSummary}}...Refusal}}" + WebhookEndpointSummaryText + RefusalText + AmountText,
}

export const DeleteWebhookEndpointDocument: Operation<DeleteWebhookEndpointMutation, DeleteWebhookEndpointMutationVariables> = {
  kind: 'mutation',
  name: 'DeleteWebhookEndpoint',
  takesKey: false,
  text: "mutation DeleteWebhookEndpoint($input:WebhookEndpointActionInput!){deleteWebhookEndpoint(input:$input){__typename ...on OkPayload{ok}...Refusal}}" + RefusalText + AmountText,
}

export const TestWebhookEndpointDocument: Operation<TestWebhookEndpointMutation, TestWebhookEndpointMutationVariables> = {
  kind: 'mutation',
  name: 'TestWebhookEndpoint',
  takesKey: false,
  text: "mutation TestWebhookEndpoint($input:WebhookEndpointActionInput!){testWebhookEndpoint(input:$input){__typename ...on WebhookDeliveryPayload{delivery{...WebhookDeliverySummary}}...Refusal}}" + WebhookDeliverySummaryText + RefusalText + AmountText,
}

export const RedeliverWebhookDocument: Operation<RedeliverWebhookMutation, RedeliverWebhookMutationVariables> = {
  kind: 'mutation',
  name: 'RedeliverWebhook',
  takesKey: true,
  text: "mutation RedeliverWebhook($input:RedeliverInput!){redeliverWebhook(input:$input){__typename ...on WebhookDeliveryPayload{delivery{...WebhookDeliverySummary}}...Refusal}}" + WebhookDeliverySummaryText + RefusalText + AmountText,
}
