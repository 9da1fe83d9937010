/** Every mutation has a budget, which its resolver cannot bypass. */
import type { GraphQLField, GraphQLUnionType } from 'graphql'
import { getNamedType, isUnionType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../../src/accounts/sessions/passwords.ts'
import { schema } from '../../../src/api/schema.ts'
import { BUDGETS, type BudgetName } from '../../../src/cache/rateLimits.ts'
import { freshEmail, PASSWORD } from '../../support/accounts.ts'
import { type Person, person, send } from '../../support/people.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})

const budgetOf = ({ extensions }: GraphQLField<unknown, unknown>): BudgetName | undefined =>
  (extensions.pothosOptions as { budget?: BudgetName }).budget

/** Mutations without a budget of their own, each with its reason. */
const OVERALL_ONLY: Record<string, string> = {
  signIn: 'Counts its failures, by account and by address.',
  changePassword: 'Counts its failures, as signing in does.',
  revokeSession: 'There are as many sessions as there were sign-ins.',
  revokeOtherSessions: 'There are as many sessions as there were sign-ins.',
  revokeAccessToken: 'There are as many access tokens as were created, which counted.',
  verifyEmail: 'Needs a token, which counted when it was mailed.',
  resetPassword: 'Needs a token, which counted when it was asked for.',
  requestPasswordReset: 'Counts requests by address and by IP address, alike for unknown addresses.',
  updateProfile: 'Changes one row of one’s own, and tells nobody.',
  updateTask: 'Changes what counted when it was made; each change is of the version that one has seen.',
  updateApplication: 'Changes what counted when it was made; each change is of the version that one has seen.',
  publishTask: 'Once a task.',
  cancelTask: 'Once a task.',
  withdrawApplication: 'Once an application, which counted when it was made.',
  rejectApplication: 'Once an application, which counted for who made it.',
  fundTask: 'At most one payment a task is open, and the provider bounds attempts to pay.',
  withdrawFromTask: 'Once an acceptance, which counted.',
  submitWork: 'In turn with requestChanges, which is somebody else’s.',
  requestChanges: 'In turn with submitWork, which is somebody else’s.',
  approveWork: 'Once a task.',
  reviewTask: 'Once a side of a task.',
  withdrawDispute: 'Once a dispute.',
  resolveDispute: 'Of finance staff.',
  deleteWebhookEndpoint: 'Once an endpoint, which counted when it was made.',
  setNotificationSetting: 'Changes one row of one’s own, and tells nobody.',
  markNotificationsRead: 'A client sends it for what it shows; it changes rows of one’s own.',
  markRead: 'A client sends it for what it shows; it moves a number.',
  setTyping: 'A client sends it every few seconds; it is stored nowhere.',
  endChat: 'Once a chat.',
  rateChat: 'Once a chat.',
  claimNextChat: 'Of agents, who are bounded by their capacity.',
  assignChat: 'Of agents.',
  addNote: 'Of agents.',
  setAgentAvailability: 'Of agents.',
  retryTransfer: 'Of finance staff.',
  cancelTransfer: 'Of finance staff.',
  resolveInDoubtTransfer: 'Of finance staff.',
  reverseTransfer: 'Of finance staff.',
  refundHold: 'Of finance staff.',
  startReconciliation: 'Of finance staff; one runs at a time.',
  settleDifference: 'Of finance staff.',
  submitChargebackEvidence: 'Of finance staff.',
  openSandboxChargeback: 'Of administrators, in a sandbox.',
  decideSandboxChargeback: 'Of administrators, in a sandbox.',
  authenticateSandboxPayment: 'Once a payment, in a sandbox.',
  removePaymentMethod: 'Once a saved payment method.',
  startTotp: 'A wrong password counts as a failed sign-in, and the secret of one that is not confirmed is replaced.',
  confirmTotp: 'Failures count against the account and the address.',
  removeSecondFactor: 'A wrong password counts as a failed sign-in; otherwise once a factor.',
  setRoles: 'Of administrators.',
  setFeeRule: 'Of administrators.',
  suspendUser: 'Of administrators.',
  restoreUser: 'Of administrators.',
  advanceSandboxClock: 'Of administrators, in a sandbox.',
  setSandboxPayoutReadiness: 'Of administrators, in a sandbox.',
  setSandboxProvider: 'Of administrators, in a sandbox.',
}

const taskId = toPublicId('tsk', newId())
const EURO = { amount: '20.00', currencyCode: 'EUR' }

/** Valid inputs of the mutations with a budget, because the budget is checked after the input schema, before any read. */
const INPUTS: Record<string, () => Record<string, unknown>> = {
  signUp: () => ({ email: freshEmail(), password: PASSWORD, displayName: 'Some One' }),
  changeEmail: () => ({ newEmail: freshEmail(), currentPassword: PASSWORD }),
  requestEmailVerification: () => ({}),
  createAccessToken: () => ({ name: 'Script', scopes: ['TASKS_READ'] }),
  startPasskeyRegistration: () => ({ currentPassword: PASSWORD }),
  finishPasskeyRegistration: () => ({ challenge: 'unknown', response: '{}', name: 'Laptop' }),
  startPasskeySignIn: () => ({}),
  createWebhookEndpoint: () => ({ url: 'https://hooks.example.com/' }),
  updateWebhookEndpoint: () => ({ endpointId: toPublicId('whe', newId()) }),
  testWebhookEndpoint: () => ({ endpointId: toPublicId('whe', newId()) }),
  redeliverWebhook: () => ({ deliveryId: toPublicId('whd', newId()) }),
  startPayoutOnboarding: () => ({ returnUrl: 'https://example.com/' }),
  createTask: () => ({ title: 'Walk the dog', description: 'An hour.', budget: EURO }),
  applyToTask: () => ({ taskId, message: 'I can do it.' }),
  acceptApplication: () => ({ applicationId: toPublicId('app', newId()) }),
  acceptTask: () => ({ taskId }),
  openDispute: () => ({ taskId, reason: 'The paint is grey.' }),
  addEvidence: () => ({ disputeId: toPublicId('dsp', newId()), statement: 'It is white.' }),
  sendMessage: () => ({ chatId: toPublicId('tch', newId()), body: 'Hello.' }),
  startSupportChat: () => ({ message: 'Help.' }),
  uploadFile: () => ({ file: null, purpose: 'TASK' }),
}

let app: TestApp
let url: string
let passwordHash: string

beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD)
  app = await startApp({ rateLimits: true })
  url = await app.listen()
})
afterAll(async () => {
  await app.stop()
})

test('every mutation has its own budget, or a reason for having none', () => {
  const without = mutations.filter((field) => !budgetOf(field)).map(({ name }) => name)
  expect(without.sort()).toEqual(Object.keys(OVERALL_ONLY).sort())
})

describe('a spent budget', () => {
  const budgeted = mutations.filter(budgetOf).map((field) => [field.name, field] as const)

  test.each(budgeted)('refuses %s, as typed data, and only to whom it belongs', async (_name, field) => {
    const union = getNamedType(field.type)
    expect(isUnionType(union) && typesOf(union)).toContain('RateLimitedError')
    const budget = budgetOf(field) as BudgetName
    const [anna, ben] = [await person(app, 'Anna'), await person(app, 'Ben')]
    // `person` has no password, and changeEmail compares it.
    await app.database.run`/* testPassword */ update users set password_hash = ${passwordHash} where id = ${ben.uuid}`
    const isPublic = field.name === 'signUp' || field.name === 'startPasskeySignIn'
    await useUp(budget, isPublic ? '127.0.0.1' : anna.uuid)
    expect(await ask(field, isPublic ? undefined : anna)).toMatchObject({
      __typename: 'RateLimitedError',
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfter: expect.stringMatching(/^PT\d+S$/),
    })
    if (isPublic) return
    expect(await ask(field, ben)).not.toMatchObject({ __typename: 'RateLimitedError' })
    expect(await app.services.rateLimits.peek(budget, ben.uuid)).toMatchObject({
      remaining: BUDGETS[budget].points - 1,
    })
  })
})

const typesOf = (union: GraphQLUnionType): string[] => union.getTypes().map(({ name }) => name)

async function useUp(budget: BudgetName, key: string): Promise<void> {
  for (let spent = 0; spent < BUDGETS[budget].points; spent++) await app.services.rateLimits.spend(budget, key)
}

async function ask(field: GraphQLField<unknown, unknown>, who: Person | undefined): Promise<unknown> {
  const { name } = field
  const query = `mutation ($input: ${field.args[0]?.type}) {
    ${name}(input: $input) { __typename ... on Error { code retryable } ... on RateLimitedError { retryAfter } }
  }`
  const input = INPUTS[name]?.()
  if (!input) throw new Error(`Say what input passes the form of ${name}.`)
  const variables = { input: { ...input, ...(takesKey(field) && { idempotencyKey: newId() }) } }
  const headers = who ? { authorization: `Bearer ${who.accessToken}` } : {}
  const { data, errors } =
    'file' in input ? await sendFile(query, variables, headers) : await send(app, query, variables, headers)
  expect(errors).toBeUndefined()
  return data?.[name]
}

const takesKey = ({ args: [input] }: GraphQLField<unknown, unknown>): boolean => {
  const type = input && getNamedType(input.type)
  return type !== undefined && 'getFields' in type && 'idempotencyKey' in type.getFields()
}

async function sendFile(query: string, variables: object, headers: Record<string, string>) {
  const form = new FormData()
  form.append('operations', JSON.stringify({ query, variables }))
  form.append('map', JSON.stringify({ file: ['variables.input.file'] }))
  form.append('file', new Blob(['Some text.']), 'note.txt')
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'x-errand-csrf': '1', ...headers },
    body: form,
  })
  return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown }
}
