import { readdir, readFile } from 'node:fs/promises'
import { type DocumentNode, parse, print, separateOperations } from 'graphql'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient, SignInDocument, UploadFileDocument } from '../../schema/sdk/index.ts'
import { mailPasswordReset } from '../../src/accounts/email/requestPasswordReset.ts'
import { seal } from '../../src/mail/seal.ts'
import { makeAuthenticator } from '../support/authenticator.ts'
import { chargeAtSandbox, chargedBack } from '../support/chargebacks.ts'
import { type Someone, someone } from '../support/customerService.ts'
import { mailsTo, tokenIn } from '../support/mails.ts'
import { moneyMoves, moneyWorld, transferDue, type World } from '../support/money.ts'
import { notificationsOf, peopleAreNotified } from '../support/outgoing/notifications.ts'
import { type Person, person, send } from '../support/people.ts'
import { statementsOf } from '../support/plans.ts'
import { toPublicId } from '../support/publicIds.ts'
import { lost, refusedForGood } from '../support/scriptedProvider.ts'
import type { TestApp } from '../support/servers/app.ts'
import { type Actor, actor, type Named } from '../support/story.ts'
import { differenceRow } from '../support/worlds/authorizationWorld.ts'

const OPERATIONS = new URL('../../schema/operations/', import.meta.url)
const PASSWORD = 'correct horse battery'
const NEW_PASSWORD = 'battery horse correct'
const budget = { amount: '20.00', currencyCode: 'EUR' }

// The server sends these at any time: assigning positions to committed events, and authenticating callers.
const NOT_OF_A_MUTATION = new Set([
  'readLatestPosition',
  'sequenceWaitingEvents',
  'readLiveSession',
  'readLiveSessions',
])

/**
 * The number of statements of each mutation of the SDK, with those of its payload. Only statements with a name in a leading comment are
 * counted: those of rules and of the reader, not BEGIN and COMMIT.
 */
const MUTATIONS: Record<string, number> = {
  CreateWebhookEndpoint: 5,
  UpdateWebhookEndpoint: 5,
  DeleteWebhookEndpoint: 3,
  TestWebhookEndpoint: 3,
  RedeliverWebhook: 5,
  SetNotificationSetting: 3,
  MarkNotificationsRead: 3,
  AddEvidence: 12,
  OpenDispute: 21,
  ResolveDispute: 32,
  WithdrawDispute: 16,
  SubmitChargebackEvidence: 26,
  OpenSandboxChargeback: 6,
  DecideSandboxChargeback: 6,
  AcceptApplication: 15,
  AcceptTask: 19,
  AddNote: 6,
  ApplyToTask: 8,
  ApproveWork: 16,
  AssignChat: 9,
  AuthenticateSandboxPayment: 1,
  CancelTask: 6,
  CancelTransfer: 13,
  ChangeEmail: 7,
  ChangePassword: 14,
  ClaimNextChat: 8,
  CreateAccessToken: 7,
  ConfirmTotp: 16,
  CreateTask: 5,
  EndChat: 8,
  FinishPasskeyRegistration: 14,
  FundTask: 20,
  MarkRead: 3,
  PublishTask: 5,
  RateChat: 7,
  RefundHold: 15,
  RejectApplication: 5,
  RemovePaymentMethod: 2,
  RemoveSecondFactor: 10,
  RequestChanges: 6,
  RequestEmailVerification: 5,
  RequestPasswordReset: 1,
  ResetPassword: 17,
  ResolveInDoubtTransfer: 18,
  RestoreUser: 7,
  ReverseTransfer: 14,
  RetryTransfer: 13,
  ReviewTask: 9,
  'ReviewTask, first': 7,
  RevokeOtherSessions: 4,
  RevokeAccessToken: 3,
  RevokeSession: 2,
  SendMessage: 2,
  'SendMessage with files': 7,
  SetAgentAvailability: 6,
  SetFeeRule: 7,
  SettleDifference: 7,
  SetRoles: 7,
  SetSandboxPayoutReadiness: 5,
  SetSandboxProvider: 3,
  SetTyping: 1,
  SignIn: 8,
  'SignIn by a passkey': 11,
  'SignIn by a recovery code': 17,
  SignUp: 10,
  StartPasskeyRegistration: 3,
  StartPasskeySignIn: 1,
  StartPayoutOnboarding: 2,
  StartReconciliation: 7,
  StartSupportChat: 9,
  StartTotp: 3,
  SubmitWork: 10,
  SuspendUser: 11,
  UpdateApplication: 7,
  UpdateProfile: 2,
  UpdateTask: 4,
  UploadFile: 7,
  VerifyEmail: 5,
  'VerifyEmail of a new address': 7,
  WithdrawApplication: 5,
  WithdrawFromTask: 8,
}

let world: World
let app: TestApp
let operations: Record<string, DocumentNode>
let ada: Person
let names = 0

beforeAll(async () => {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, OPERATIONS), 'utf8')))
  operations = separateOperations(parse(texts.join('\n')))
  world = await moneyWorld()
  app = world.app
  ada = await person(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})

/** The names of the statements that `work` sends. */
async function namesOf(work: () => Promise<unknown>): Promise<string[]> {
  const sent = (await statementsOf(work)).map(({ name }) => name)
  return sent.filter((name) => name !== '' && !NOT_OF_A_MUTATION.has(name))
}

/** Sends a mutation of the SDK, which must succeed; counts its statements and returns its result. */
async function counted(
  counts: Record<string, number>,
  name: string,
  input: object,
  as: Pick<Person, 'send'>,
  variables: object = { input },
): Promise<Record<string, unknown>> {
  const document = operations[name]
  if (!document) throw new Error(`There is no operation ${name}.`)
  let answer: Awaited<ReturnType<Person['send']>> | undefined
  const sent = await namesOf(async () => {
    answer = await as.send(print(document), { ...variables })
  })
  const [result] = Object.values(answer?.data ?? {}) as Record<string, unknown>[]
  if (!result || String(result.__typename).endsWith('Error')) throw new Error(`${name}: ${JSON.stringify(answer)}`)
  counts[name] = sent.length
  return result
}

/** A new person, who has no history. */
const newcomer = (...roles: Parameters<typeof actor>[2][]): Promise<Actor> => actor(app, `Person ${names++}`, ...roles)

/** The size of the history of a task or a chat. */
interface Size {
  applicants: number
  messages: number
  files: number
}

type Story = (counts: Record<string, number>, size: Size) => Promise<void>
const key = () => ({ idempotencyKey: crypto.randomUUID() })

/** A task with pending applications of other people. */
async function taskWithApplicants(
  anna: Actor,
  { applicants }: Size,
  fields: Record<string, unknown> = {},
): Promise<Named> {
  const task = await anna.posts(fields)
  for (let count = 0; count < applicants; count++) await (await newcomer()).applies(task)
  return task
}

const people: Story = async (counts) => {
  const email = `someone.${names++}@example.com`
  const anonymous = { send: (query: string, variables?: Record<string, unknown>) => send(app, query, variables) }
  await counted(counts, 'SignUp', { email, password: PASSWORD, displayName: 'Sam' }, anonymous)
  const signed = await counted(counts, 'SignIn', { password: { email, password: PASSWORD } }, anonymous)
  const headers = { authorization: `Bearer ${signed.accessToken}` }
  const sam = { send: (query: string, variables?: Record<string, unknown>) => send(app, query, variables, headers) }
  await counted(counts, 'UpdateProfile', { displayName: 'Samuel' }, sam)
  await counted(counts, 'StartPayoutOnboarding', { returnUrl: 'https://example.com' }, sam)
  await counted(counts, 'ChangePassword', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, sam)
  await counted(counts, 'RevokeOtherSessions', {}, sam)
  const created = await counted(counts, 'CreateAccessToken', { name: 'Script', scopes: ['TASKS_READ'] }, sam)
  const { id: accessTokenId } = created.accessToken as unknown as { id: string }
  await counted(counts, 'RevokeAccessToken', { accessTokenId }, sam)
  await mailed(counts, sam, email)
  await secured(counts)
  const ben = await newcomer()
  const id = toPublicId('ses', ben.sessionId)
  await counted(counts, 'RevokeSession', {}, ben, { id })
  const other = await newcomer()
  await counted(counts, 'SetRoles', { userId: other.id, roles: ['AGENT'], reason: 'Hired.', ...key() }, ada)
  await counted(counts, 'SuspendUser', { userId: other.id, reason: 'Spam.', ...key() }, ada)
  await counted(counts, 'RestoreUser', { userId: other.id, reason: 'No spam.', ...key() }, ada)
  await counted(counts, 'SetSandboxPayoutReadiness', { userId: other.id, readiness: 'READY' }, ada)
  const fee = { basisPoints: 1000, least: '1.00', effectiveFrom: '2100-01-01T00:00:00Z', reason: 'Later.' }
  await counted(counts, 'SetFeeRule', { ...fee, ...key() }, ada)
  await counted(counts, 'SetSandboxProvider', { mode: 'ACCEPT' }, ada)
}

/** Proves, changes and uses the email address of a person who has signed up with it. */
async function mailed(counts: Record<string, number>, sam: Pick<Person, 'send'>, email: string): Promise<void> {
  const anonymous = { send: (query: string, variables?: Record<string, unknown>) => send(app, query, variables) }
  const newestToken = async (to: string) => tokenIn((await mailsTo(app, to))[0] ?? { text: '' })
  await counted(counts, 'RequestEmailVerification', {}, sam)
  await counted(counts, 'VerifyEmail', { token: await newestToken(email) }, anonymous)
  const newEmail = `new.${email}`
  await counted(counts, 'ChangeEmail', { newEmail, currentPassword: NEW_PASSWORD }, sam)
  const apart: Record<string, number> = {}
  await counted(apart, 'VerifyEmail', { token: await newestToken(newEmail) }, anonymous)
  counts['VerifyEmail of a new address'] = apart.VerifyEmail ?? 0
  await counted(counts, 'RequestPasswordReset', { email: newEmail }, anonymous)
  // No worker runs here to take the job of the request.
  const sealedAddress = seal(newEmail, app.authSecret).toString('base64url')
  await mailPasswordReset(app.work, { sealedAddress })
  await counted(counts, 'ResetPassword', { token: await newestToken(newEmail), newPassword: PASSWORD }, anonymous)
}

/** Sets up, uses and removes second factors of a person who has signed up. */
async function secured(counts: Record<string, number>): Promise<void> {
  const email = `someone.${names++}@example.com`
  const password = { email, password: PASSWORD }
  const anonymous = { send: (query: string, variables?: Record<string, unknown>) => send(app, query, variables) }
  const signed = await counted({}, 'SignUp', { ...password, displayName: 'Tess' }, anonymous)
  const headers = { authorization: `Bearer ${signed.accessToken}` }
  const tess = { send: (query: string, variables?: Record<string, unknown>) => send(app, query, variables, headers) }
  const signsIn = async (how: string, input: object) => {
    const apart: Record<string, number> = {}
    await counted(apart, 'SignIn', input, anonymous)
    counts[`SignIn by ${how}`] = apart.SignIn ?? 0
  }
  const { secret } = await counted(counts, 'StartTotp', { currentPassword: PASSWORD }, tess)
  const code = generateSync({ secret: String(secret) })
  const added = await counted(counts, 'ConfirmTotp', { code, name: 'Phone' }, tess)
  const [recoveryCode] = added.recoveryCodes as string[]
  const { data } = await send(app, SignInDocument.text, { input: { password } })
  const { challenge } = (data as unknown as { signIn: { challenge: string } }).signIn
  await signsIn('a recovery code', { secondFactor: { challenge, recoveryCode } })
  const authenticator = makeAuthenticator({ origin: String(app.services.relyingParty().origins[0]) })
  const begun = await counted(counts, 'StartPasskeyRegistration', {}, tess)
  const response = authenticator.register(String(begun.options))
  const finished = { challenge: begun.challenge, response, name: 'Laptop' }
  await counted(counts, 'FinishPasskeyRegistration', finished, tess)
  const asked = await counted(counts, 'StartPasskeySignIn', {}, anonymous)
  const answer = authenticator.sign(String(asked.options))
  await signsIn('a passkey', { passkey: { challenge: asked.challenge, response: answer } })
  const [factor] = added.secondFactors as Named[]
  const removal = { secondFactorId: factor?.id, currentPassword: PASSWORD }
  await counted(counts, 'RemoveSecondFactor', removal, tess)
}

const tasks: Story = async (counts, size) => {
  const [anna, ben] = [await newcomer(), await newcomer()]
  const written = await counted(counts, 'CreateTask', { title: 'Paint', description: 'White.', budget }, anna)
  const taskId = (written.task as Named).id
  await counted(counts, 'UpdateTask', { taskId, expectedVersion: 1, title: 'Paint it' }, anna)
  await counted(counts, 'PublishTask', { taskId }, anna)
  const applied = await counted(counts, 'ApplyToTask', { taskId, message: 'Me.', ...key() }, ben)
  const applicationId = (applied.application as Named).id
  await counted(counts, 'UpdateApplication', { applicationId, expectedTaskVersion: 3, message: 'Soon.', ...key() }, ben)
  await counted(counts, 'WithdrawApplication', { applicationId }, ben)
  const again = await ben.applies({ id: taskId, uuid: '' })
  await counted(counts, 'RejectApplication', { applicationId: again.id }, anna)
  await counted(counts, 'CancelTask', { taskId: (await taskWithApplicants(anna, size)).id }, anna)
  const chosen = await taskWithApplicants(anna, size, { acceptanceMode: 'POSTER_CHOICE' })
  const application = await (await newcomer()).applies(chosen)
  await counted(counts, 'AcceptApplication', { applicationId: application.id, ...key() }, anna)
}

const work: Story = async (counts, size) => {
  const [anna, ben] = [await newcomer(), await newcomer()]
  const left = await taskWithApplicants(anna, size)
  await counted(counts, 'AcceptTask', { taskId: left.id, ...key() }, ben)
  await counted(counts, 'WithdrawFromTask', { taskId: left.id }, ben)
  const task = await taskWithApplicants(anna, size)
  await ben.accepts(task)
  const funded = await counted(
    counts,
    'FundTask',
    { taskId: task.id, paymentMethodId: 'pm_ok', savePaymentMethod: true, ...key() },
    anna,
  )
  await counted(counts, 'RemovePaymentMethod', { paymentMethodId: 'pm_ok' }, anna)
  app.services.sandboxPayers = { authenticate: async () => true }
  await counted(counts, 'AuthenticateSandboxPayment', { clientSecret: 'secret', succeeds: true }, anna)
  await counted(counts, 'SubmitWork', { taskId: task.id, message: 'Done.', ...key() }, ben)
  await counted(counts, 'RequestChanges', { taskId: task.id, reason: 'Whiter.' }, anna)
  const input = { holdId: (funded.hold as Named).id, amount: { amount: '1.00', currencyCode: 'EUR' }, reason: 'Nice.' }
  await counted(counts, 'RefundHold', { ...input, ...key() }, world.fay)
  await ben.submits(task)
  await counted(counts, 'ApproveWork', { taskId: task.id, ...key() }, anna)
  await counted(counts, 'ReviewTask', { taskId: task.id, rating: 5, ...key() }, anna)
  counts['ReviewTask, first'] = counts.ReviewTask ?? 0
  await counted(counts, 'ReviewTask', { taskId: task.id, rating: 5, ...key() }, ben)
}

const transfers: Story = async (counts) => {
  const reason = 'The tasker called.'
  const due = async (outcome: typeof lost) => {
    const { transfer } = await transferDue(world)
    world.provider.ordersGet(transfer.id, outcome)
    await moneyMoves(world)
    return transfer.id
  }
  await counted(counts, 'RetryTransfer', { transferId: await due(refusedForGood), reason, ...key() }, world.fay)
  await moneyMoves(world)
  const paid = (await transferDue(world)).transfer.id
  await moneyMoves(world)
  const some = { amount: { amount: '1.00', currencyCode: 'EUR' }, returnFee: true, reason }
  await counted(counts, 'ReverseTransfer', { transferId: paid, ...some, ...key() }, world.fay)
  await moneyMoves(world)
  await counted(counts, 'CancelTransfer', { transferId: await due(refusedForGood), reason, ...key() }, world.fay)
  const inDoubt = { finding: 'PROVIDER_NEVER_HAD_IT', evidence: 'Not in the dashboard of the provider.' }
  await counted(counts, 'ResolveInDoubtTransfer', { transferId: await due(lost), ...inDoubt, ...key() }, world.fay)
  await moneyMoves(world)
}

const chats: Story = async (counts, { messages, files }) => {
  const [anna, ben] = [await newcomer(), await newcomer()]
  const task = await anna.posts()
  const { id: chatId } = await ben.accepts(task)
  const attachmentIds: string[] = []
  for (let count = 0; count < files; count++) attachmentIds.push(await uploaded(counts, ben))
  for (let count = 0; count < messages; count++) await counted(counts, 'SendMessage', { chatId, body: 'Hello' }, anna)
  await counted(counts, 'MarkRead', { chatId, upToSequence: 1 }, ben)
  await counted(counts, 'SetTyping', { chatId, typing: true }, ben)
  const apart: Record<string, number> = {}
  await counted(apart, 'SendMessage', { chatId, body: 'Look', attachmentIds }, ben)
  counts['SendMessage with files'] = apart.SendMessage ?? 0
}

async function uploaded(
  counts: Record<string, number>,
  { accessToken }: Person,
  purpose: 'CHAT' | 'EVIDENCE' = 'CHAT',
): Promise<string> {
  const client = createClient({ url: `${address}/graphql`, token: accessToken })
  let id = ''
  const sent = await namesOf(async () => {
    const file = new File(['Hello, this is a note.'], 'note.txt', { type: 'text/plain' })
    const { uploadFile } = await client.send(UploadFileDocument, { input: { purpose, file } })
    if (uploadFile.__typename !== 'AttachmentPayload') throw new Error(JSON.stringify(uploadFile))
    id = uploadFile.attachment.id
  })
  counts.UploadFile = sent.length
  return id
}
let address = ''

const support: Story = async (counts, { messages }) => {
  const agent = await someone(app, `Agent ${names++}`, 'AGENT')
  await counted(counts, 'SetAgentAvailability', { availability: 'BUSY' }, agent)
  const claimed = await newChat(counts, messages)
  await counted(counts, 'ClaimNextChat', key(), agent)
  await counted(counts, 'AddNote', { chatId: claimed.chatId, body: 'Patient.', ...key() }, agent)
  const other = await someone(app, `Agent ${names++}`, 'AGENT')
  await other.is('BUSY')
  await counted(counts, 'AssignChat', { chatId: claimed.chatId, agentId: other.agentId, ...key() }, agent)
  await counted(counts, 'EndChat', { chatId: claimed.chatId, ...key() }, other)
  await counted(counts, 'RateChat', { chatId: claimed.chatId, score: 5, ...key() }, claimed.customer)
}

async function newChat(
  counts: Record<string, number>,
  messages: number,
): Promise<{ chatId: string; customer: Someone }> {
  const customer = await someone(app, `Customer ${names++}`)
  const { chat } = await counted(counts, 'StartSupportChat', { message: 'I need help.', ...key() }, customer)
  const chatId = (chat as Named).id
  for (let count = 0; count < messages; count++) await customer.writes({ id: chatId, uuid: '' })
  return { chatId, customer }
}

const disputes: Story = async (counts, { files, messages }) => {
  const [anna, ben] = [await newcomer(), await newcomer()]
  const task = await anna.posts()
  const chat = await ben.accepts(task)
  await anna.funds(task)
  const say = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }'
  for (let count = 0; count < messages; count++) await ben.send(say, { input: { chatId: chat.id, body: 'Hello' } })
  const evidence = async (by: Actor) => {
    const ids: string[] = []
    for (let count = 0; count < files; count++) ids.push(await uploaded({}, by, 'EVIDENCE'))
    return ids
  }
  const input = { taskId: task.id, reason: 'The paint is grey.' }
  const opened = await counted(counts, 'OpenDispute', { ...input, evidenceIds: await evidence(ben), ...key() }, ben)
  const disputeId = (opened.dispute as Named).id
  await counted(counts, 'AddEvidence', { disputeId, evidenceIds: await evidence(anna), ...key() }, anna)
  await counted(counts, 'WithdrawDispute', { disputeId, statement: 'We agreed.', ...key() }, ben)
  await anna.disputes(task)
  const again = await app.prisma.dispute.findFirstOrThrow({ where: { taskId: task.uuid, status: 'OPEN' } })
  const decision = { toTasker: { amount: '5.00', currencyCode: 'EUR' }, note: 'A quarter.', messageToBoth: 'Be kind.' }
  const resolved = { disputeId: toPublicId('dsp', again.id), ...decision, ...key() }
  await counted(counts, 'ResolveDispute', resolved, world.fay)
  // The support chats of the disputes, which agents would claim.
  await app.database.run`
    /* endQueue */
    update chats
    set status = 'ENDED', end_reason = 'AGENT_ENDED', ended_at = errand_now()
    where status = 'QUEUED'`
}

const reconciliations: Story = async (counts, { messages }) => {
  for (let count = 0; count < messages; count++) await differenceRow(app)
  const { differenceId } = await differenceRow(app)
  const day = 1 + messages
  const span = { from: new Date(Date.UTC(2026, 1, day)), to: new Date(Date.UTC(2026, 1, day + 1)) }
  await counted(counts, 'StartReconciliation', { ...span, ...key() }, world.fay)
  await counted(counts, 'SettleDifference', { differenceId, note: 'Booked by hand.', ...key() }, world.fay)
}

const chargebacks: Story = async (counts, { files }) => {
  const [anna, ben] = [await newcomer(), await newcomer()]
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  const holdId = await chargeAtSandbox(world, task)
  // A webhook of the sandbox would arrive at any time, and its statements would count or not.
  await app.database.run`
    /* testSilentSandbox */
    update sandbox.provider
    set mode = 'DROP_RESPONSE'`
  const opened = await counted(counts, 'OpenSandboxChargeback', { holdId }, ada)
  const chargeback = await chargedBack(world, task, { providerReference: String(opened.providerReference) })
  const { id } = await chargeback.row()
  const evidenceIds: string[] = []
  for (let count = 0; count < files; count++) evidenceIds.push(await uploaded({}, world.fay, 'EVIDENCE'))
  const input = {
    chargebackId: toPublicId('cbk', id),
    statement: 'It was painted.',
    submit: true,
    evidenceIds,
    ...key(),
  }
  await counted(counts, 'SubmitChargebackEvidence', input, world.fay)
  await counted(counts, 'DecideSandboxChargeback', { chargebackId: toPublicId('cbk', id), won: true }, ada)
}

const told: Story = async (counts, { messages }) => {
  const anna = await newcomer()
  const created = await counted(counts, 'CreateWebhookEndpoint', { url: 'https://example.com/hook' }, anna)
  const endpointId = (created.endpoint as Named).id
  await counted(counts, 'UpdateWebhookEndpoint', { endpointId, description: 'Orders', rotateSecret: true }, anna)
  for (let count = 0; count < messages; count++) await counted({}, 'TestWebhookEndpoint', { endpointId }, anna)
  const tested = await counted(counts, 'TestWebhookEndpoint', { endpointId }, anna)
  const deliveryId = (tested.delivery as Named).id
  await counted(counts, 'RedeliverWebhook', { deliveryId, ...key() }, anna)
  await counted(counts, 'DeleteWebhookEndpoint', { endpointId }, anna)
  const setting = { kind: 'REVIEW', channel: 'EMAIL', frequency: 'NEVER' }
  await counted(counts, 'SetNotificationSetting', setting, anna)
  await taskWithApplicants(anna, { applicants: messages, messages, files: 0 }, { acceptanceMode: 'POSTER_CHOICE' })
  await peopleAreNotified(app)
  const [newest] = (await notificationsOf(anna)).toReversed()
  await counted(counts, 'MarkNotificationsRead', { upTo: newest?.id }, anna)
}

const STORIES: Story[] = [people, tasks, work, transfers, chats, support, disputes, reconciliations, chargebacks, told]

async function countsOf(size: Size): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const story of STORIES) await story(counts, size)
  return counts
}

describe('each mutation of the SDK', () => {
  beforeAll(async () => {
    address = await app.listen()
  })

  test.each([
    ['short', { applicants: 1, messages: 1, files: 1 }],
    ['long', { applicants: 8, messages: 8, files: 5 }],
  ])('sends a constant number of statements, also for a %s history', async (_length, size) => {
    expect(await countsOf(size)).toEqual(MUTATIONS)
  })

  test('is counted, except the one that runs all due jobs', () => {
    const mutations = Object.entries(operations)
      .filter(([, { definitions }]) => definitions.some((node) => 'operation' in node && node.operation === 'mutation'))
      .map(([name]) => name)
    const known = Object.keys(MUTATIONS).filter((name) => !name.includes(' '))
    expect([...known, 'AdvanceSandboxClock'].sort()).toEqual(mutations.sort())
  })

  test('sends the same number for a payload with large pages as for one with small pages', async () => {
    const [anna, ben] = [await newcomer(), await newcomer()]
    const accept = /* GraphQL */ `
      mutation ($input: AcceptTaskInput!, $first: Int) {
        acceptTask(input: $input) {
          ... on AcceptTaskPayload {
            task { title applications(first: $first) { nodes { price { amount } applicant { displayName } } } }
            chat { messages(first: $first) { nodes { body author { displayName } } } }
          }
        }
      }`
    const counts: number[] = []
    for (const first of [2, 20]) {
      const { id: taskId } = await taskWithApplicants(anna, { applicants: 8, messages: 0, files: 0 })
      const sent = await namesOf(() => ben.send(accept, { input: { taskId, ...key() }, first }))
      counts.push(sent.length)
    }
    expect(counts[1]).toBe(counts[0])
  })
})
