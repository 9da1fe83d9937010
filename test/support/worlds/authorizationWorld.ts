/** One object of every Node type, and callers of every kind, for the authorization table. */
import { TestWebhookEndpointDocument } from '../../../schema/sdk/generated.ts'
import { hashPassword } from '../../../src/accounts/sessions/passwords.ts'
import { sendTransfer } from '../../../src/transfers/transfers/sendTransfer.ts'
import { anonymousCaller, ask, type Caller } from '../ask.ts'
import { sandboxChargeback } from '../chargebacks.ts'
import { peopleAreNotified } from '../outgoing/notifications.ts'
import { endpointOf } from '../outgoing/webhooks.ts'
import { newId, toPublicId } from '../publicIds.ts'
import type { TestApp } from '../servers/app.ts'
import { type Actor, actor, type Named } from '../story.ts'
import { messageRow } from './rows.ts'

export const CALLERS = [
  'anonymous',
  'stranger',
  'poster',
  'assignee',
  'applicant',
  'agent',
  'finance',
  'admin',
] as const
export type CallerName = (typeof CALLERS)[number]
export type PersonName = Exclude<CallerName, 'anonymous'>

export interface World {
  app: TestApp
  people: Record<PersonName, Actor>
  callers: Record<CallerName, Caller>
  /** A submitted task with a hold, a chat and a second applicant. */
  submitted: Named
  /** An approved task with a transfer, and with the reviews of both sides. */
  completed: Named
  /** A task that the invitee has accepted. */
  invited: Named
  /** A task in dispute. */
  disputed: Named
  /** Public ids by Node type. */
  ids: Record<string, string>
  /** Creates another task in a status, with the same people. */
  make: Record<
    'draft' | 'open' | 'firstCome' | 'awaiting' | 'assigned' | 'submitted' | 'completed',
    () => Promise<Named>
  >
  /** Creates another pending application of the applicant. */
  makeApplication(): Promise<Named>
}

/** Creates the world through the API. */
export async function makeWorld(app: TestApp): Promise<World> {
  const people = {
    stranger: await actor(app, 'Sam'),
    poster: await actor(app, 'Paula'),
    assignee: await actor(app, 'Tom'),
    applicant: await actor(app, 'Ada'),
    agent: await actor(app, 'Gus', 'AGENT'),
    finance: await actor(app, 'Fay', 'FINANCE'),
    admin: await actor(app, 'Al', 'ADMIN'),
  }
  // People of tests have no password; the rows of changePassword need one.
  await app.prisma.user.updateMany({ data: { passwordHash: await hashPassword('the right one') } })
  const make = makers(people)
  const submitted = await make.submitted()
  const completed = await make.completed()
  const invited = await people.poster.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: people.assignee.id })
  await people.assignee.accepts(invited)
  const refunded = await make.assigned()
  const disputed = await make.submitted()
  const dispute = await people.poster.disputes(disputed)
  await endSupportChatOf(app, people.poster)
  const world = {
    app,
    people,
    callers: { anonymous: anonymousCaller(app), ...people },
    submitted,
    completed,
    invited,
    disputed,
    make,
    makeApplication: async () =>
      people.applicant.applies(await people.poster.posts({ acceptanceMode: 'POSTER_CHOICE' })),
  }
  await people.poster.reviews(completed)
  await people.assignee.reviews(completed)
  const blind = await people.poster.reviews(await make.completed())
  await refund(people.finance, await holdOf(app, refunded))
  const reversed = await make.completed()
  await reverse(people.finance, await paidTransfer(app, reversed))
  const ids = await idsOf(world, { refunded, reversed })
  const chargeback = await sandboxChargeback(app, await holdOf(app, await make.submitted()))
  const more = { Review: blind.id, Dispute: dispute.id, Chargeback: chargeback }
  return { ...world, ids: { ...ids, ...more, ...(await callForHelp(people)), ...(await tellPoster(world)) } }
}

/** Notifies the poster, and tests an endpoint of theirs. */
async function tellPoster({ app, people: { poster } }: Omit<World, 'ids'>): Promise<Record<string, string>> {
  await peopleAreNotified(app)
  const notification = await app.prisma.notification.findFirstOrThrow({ where: { userId: poster.uuid, inFeed: true } })
  const endpoint = await endpointOf(poster, 'https://example.com/hook')
  await poster.send(TestWebhookEndpointDocument.text, { input: { endpointId: endpoint.id } })
  const delivery = await app.prisma.webhookDelivery.findFirstOrThrow()
  return {
    Notification: toPublicId('ntf', notification.id),
    WebhookEndpoint: endpoint.id,
    WebhookDelivery: toPublicId('whd', delivery.id),
  }
}

/** Ends the support chat that came with a dispute, so that the queue is empty. */
const endSupportChatOf = (app: TestApp, { uuid }: Actor) => app.database.run`
  /* endSupportChat */
  update chats
  set status = 'ENDED', end_reason = 'CUSTOMER_ENDED', ended_at = errand_now()
  where customer_id = ${uuid}`

/** Creates a support chat of the stranger without a topic, assigned to the agent, with a note. */
async function callForHelp({ stranger, agent }: World['people']): Promise<Record<string, string>> {
  await ask(stranger, 'mutation { startSupportChat(input: { message: "Help." }) { __typename } }')
  await ask(agent, 'mutation { setAgentAvailability(input: { availability: BUSY }) { __typename } }')
  const { claimNextChat } = await ask<{ claimNextChat: { chat: { id: string } } }>(
    agent,
    'mutation { claimNextChat(input: {}) { ... on SupportChatPayload { chat { id } } } }',
  )
  const { id } = claimNextChat.chat
  const { addNote } = await ask<{ addNote: { note: { id: string } } }>(
    agent,
    'mutation ($input: AddNoteInput!) { addNote(input: $input) { ... on NotePayload { note { id } } } }',
    { input: { chatId: id, body: 'Calm.' } },
  )
  return { SupportChat: id, Note: addNote.note.id, Agent: toPublicId('agt', agent.uuid) }
}

function makers({ poster, assignee, applicant }: World['people']): World['make'] {
  const choice = {
    acceptanceMode: 'POSTER_CHOICE',
    deadline: new Date(Date.now() + 3_000 * 86_400_000).toISOString(),
    location: { label: 'Tartu' },
  }
  const awaiting = async () => {
    const { categories } = await ask<{ categories: { id: string }[] }>(poster, '{ categories { id } }')
    const task = await poster.posts({ ...choice, categoryId: categories[0]?.id })
    await applicant.applies(task)
    await poster.accepts(await assignee.applies(task))
    return task
  }
  const assigned = async () => {
    const task = await awaiting()
    await poster.funds(task)
    return task
  }
  const submitted = async () => {
    const task = await assigned()
    await assignee.submits(task)
    return task
  }
  return {
    draft: () => poster.drafts(),
    open: async () => {
      const task = await poster.posts(choice)
      await applicant.applies(task)
      return task
    },
    firstCome: () => poster.posts(),
    awaiting,
    assigned,
    submitted,
    completed: async () => {
      const task = await submitted()
      await poster.approves(task)
      return task
    },
  }
}

/** Inserts a reconciliation that found an open difference about no task, and returns their public ids. */
export async function differenceRow(app: TestApp): Promise<{ reconciliationId: string; differenceId: string }> {
  const [runId, id] = [newId(), newId()]
  await app.database.run`
    /* testReconciliation */
    insert into reconciliations (id, span_from, span_to, status, started_at, finished_at)
    values (${runId}, '2026-01-01Z', '2026-01-02Z', 'DONE', '2026-01-02Z', '2026-01-02Z')`
  await app.database.run`
    /* testDifference */
    insert into reconciliation_differences (
      id, kind, source, occurred_at, theirs_minor, theirs_currency, found_at, last_found_at
    )
    values (${id}, 'MISSING_HERE', ${`txn_${id}`}, '2026-01-01Z', 100, 'EUR', '2026-01-02Z', '2026-01-02Z')`
  await app.database.run`
    /* testFinding */
    insert into reconciliation_findings (reconciliation_id, difference_id)
    values (${runId}, ${id})`
  return { reconciliationId: toPublicId('rcn', runId), differenceId: toPublicId('rcd', id) }
}

/** Returns the public id of the hold of a task. */
export async function holdOf(app: TestApp, task: Named): Promise<string> {
  const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  return toPublicId('hld', hold.id)
}

/** Pays the transfer of a completed task, and returns its UUID. */
export async function paidTransfer(app: TestApp, task: Named): Promise<string> {
  const { id: transferId } = await app.prisma.transfer.findFirstOrThrow({ where: { taskId: task.uuid } })
  await sendTransfer(app.work, { transferId })
  return transferId
}

async function reverse(finance: Actor, transferId: string): Promise<void> {
  const amount = { amount: '1.00', currencyCode: 'EUR' }
  const input = { transferId: toPublicId('trf', transferId), amount, reason: 'Late.', idempotencyKey: transferId }
  const mutation = 'mutation ($input: ReverseTransferInput!) { reverseTransfer(input: $input) { __typename } }'
  await ask(finance, mutation, { input })
}

async function refund(finance: Actor, holdId: string): Promise<void> {
  const input = { holdId, amount: { amount: '1.00', currencyCode: 'EUR' }, reason: 'Late.', idempotencyKey: holdId }
  await ask(finance, 'mutation ($input: RefundHoldInput!) { refundHold(input: $input) { __typename } }', { input })
}

/** Adds a second factor to a person, which their session has proved. */
async function factorOf({ database }: TestApp, { uuid, sessionId }: Actor): Promise<string> {
  const id = newId()
  await database.run`
    /* testFactor */
    insert into second_factors (id, user_id, slot, kind, name, created_at, sealed_secret, last_step)
    values (${id}, ${uuid}, 1, 'TOTP', 'Phone', clock_timestamp(), '\\x00', 0)`
  await database.run`/* testProof */ update sessions set second_factor_at = proven_at where id = ${sessionId}`
  return toPublicId('fct', id)
}

async function idsOf(
  world: Omit<World, 'ids'>,
  { refunded, reversed }: { refunded: Named; reversed: Named },
): Promise<Record<string, string>> {
  const { app, people, submitted, completed } = world
  const { prisma } = app
  const taskId = submitted.uuid
  const chat = await prisma.chat.findFirstOrThrow({ where: { taskId } })
  const chatRow = { uuid: chat.id, id: toPublicId('tch', chat.id) }
  const message = await messageRow(app, { chat: chatRow, author: people.poster, body: 'Hello.' })
  const application = await prisma.taskApplication.findFirstOrThrow({
    where: { taskId, applicantId: people.applicant.uuid },
  })
  const transfer = await prisma.transfer.findFirstOrThrow({ where: { taskId: completed.uuid } })
  const refund = await prisma.refund.findFirstOrThrow({ where: { taskId: refunded.uuid } })
  const reversal = await prisma.reversal.findFirstOrThrow({ where: { taskId: reversed.uuid } })
  const entry = await prisma.ledgerEntry.findFirstOrThrow({ where: { transaction: { taskId } } })
  const record = await prisma.auditRecord.findFirstOrThrow()
  const attachmentId = newId()
  await app.database.run`
    /* attachmentOfTask */
    insert into attachments (
      id, uploaded_by_id, purpose, status, filename, content_type, byte_size, sha256, created_at, task_id
    )
    values (
      ${attachmentId}, ${people.poster.uuid}, 'TASK', 'AVAILABLE', 'plan.txt', 'text/plain', 1, ${'0'.repeat(64)},
      errand_now(), ${taskId}
    )`
  const { reconciliationId, differenceId } = await differenceRow(app)
  const accessTokenId = newId()
  await app.database.run`
    /* testAccessToken */
    insert into access_tokens (id, user_id, name, scopes, token_hash, hint, created_at)
    values (${accessTokenId}, ${people.poster.uuid}, 'Script', '{TASKS_READ}', sha256('a script'), '0000', errand_now())`
  const event = async (where: object) => (await prisma.event.findFirstOrThrow({ where })).id
  const category = await prisma.category.findFirstOrThrow()
  return {
    Category: toPublicId('cat', category.id),
    User: people.poster.id,
    Session: toPublicId('ses', people.poster.sessionId),
    AccessToken: toPublicId('pat', accessTokenId),
    SecondFactor: await factorOf(app, people.poster),
    Task: submitted.id,
    TaskApplication: toPublicId('app', application.id),
    TaskChat: chatRow.id,
    Message: message.id,
    Attachment: toPublicId('att', attachmentId),
    Hold: await holdOf(app, submitted),
    Refund: toPublicId('rfd', refund.id),
    Reversal: toPublicId('rvs', reversal.id),
    Transfer: toPublicId('trf', transfer.id),
    FeeRule: toPublicId('fee', (await prisma.feeRule.findFirstOrThrow()).id),
    LedgerAccount: toPublicId('lac', entry.accountId),
    LedgerTransaction: toPublicId('ltx', entry.transactionId),
    LedgerEntry: toPublicId('len', entry.id),
    AuditRecord: toPublicId('aud', record.id),
    Reconciliation: reconciliationId,
    ReconciliationDifference: differenceId,
    TaskEvent: toPublicId('tev', await event({ taskId, type: 'task.submitted' })),
    ChatEvent: toPublicId('cev', await event({ kind: 'CHAT', chatId: chat.id })),
    TransferEvent: toPublicId('xev', await event({ kind: 'TRANSFER', transferId: transfer.id })),
  }
}
