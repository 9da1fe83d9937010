import * as argon2 from '@node-rs/argon2'
import { generateSync } from 'otplib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConfirmTotpDocument, SignInDocument, StartTotpDocument } from '../../../schema/sdk/generated.ts'
import { accountsOf, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { type GraphqlResult, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

// Counts the hashes, and computes them.
vi.mock('@node-rs/argon2', { spy: true })

let app: TestApp
let accounts: ReturnType<typeof accountsOf>

// One server for each test: all tests share an address, whose budget would otherwise be used up.
beforeEach(async () => {
  app = await startApp({ rateLimits: true })
  accounts = accountsOf(app)
})
afterEach(async () => {
  await app.stop()
})

const times = (count: number) => Array.from({ length: count }, (_, index) => index)
const LIMITED = { __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryable: true }

test('after five failures for an account even the right password is refused, before any hash', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  for (const _ of times(5)) {
    expect(await accounts.signIn(email, 'not the password')).toMatchObject({ __typename: 'UnauthenticatedError' })
  }
  vi.clearAllMocks()
  const refused = await accounts.signIn(email.toUpperCase())
  expect(refused).toMatchObject({ ...LIMITED, retryAfter: expect.stringMatching(/^PT(300|2\d\d)S$/) })
  expect(argon2.verify).not.toHaveBeenCalled()
  expect(await app.prisma.session.count({ where: { user: { email } } })).toBe(1)
})

test('failures for one account do not affect the others', async () => {
  const [email, other] = [freshEmail(), freshEmail()]
  await accounts.signUp({ email: other })
  for (const _ of times(6)) await accounts.signIn(email, 'not the password')
  expect(await accounts.signIn(email)).toMatchObject(LIMITED)
  expect(await accounts.signIn(other)).toMatchObject({ __typename: 'AuthPayload' })
})

test('only failures count', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  for (const _ of times(7)) expect(await accounts.signIn(email)).toMatchObject({ __typename: 'AuthPayload' })
  for (const _ of times(4)) await accounts.signIn(email, 'not the password')
  expect(await accounts.signIn(email)).toMatchObject({ __typename: 'AuthPayload' })
})

test('a refused attempt does not count', async () => {
  const email = freshEmail()
  for (const _ of times(9)) await accounts.signIn(email)
  const { remaining } = await app.services.rateLimits.peek('signInAddress', '127.0.0.1')
  expect(remaining).toBe(25)
})

test('after thirty failures from an address every account is refused there', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  for (const _ of times(30)) {
    expect(await accounts.signIn(freshEmail())).toMatchObject({ __typename: 'UnauthenticatedError' })
  }
  expect(await accounts.signIn(email)).toMatchObject(LIMITED)
})

test('of many concurrent wrong passwords only five are compared', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  vi.clearAllMocks()
  const answers = await Promise.all(times(40).map(() => accounts.signIn(email, 'not the password')))
  const failed = answers.filter(({ __typename }) => __typename === 'UnauthenticatedError')
  const limited = answers.filter(({ __typename }) => __typename === 'RateLimitedError')
  expect([failed.length, limited.length]).toEqual([5, 35])
  expect(argon2.verify).toHaveBeenCalledTimes(5)
  expect((await accounts.audit(email)).filter((action) => action === 'sign_in.failed')).toHaveLength(5)
})

test('many concurrent right passwords all succeed', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  const answers = await Promise.all(times(40).map(() => accounts.signIn(email)))
  expect(answers.filter(({ __typename }) => __typename !== 'AuthPayload')).toEqual([])
})

test('a stolen session has no more guesses at the password than a stranger', async () => {
  const email = freshEmail()
  const { accessToken } = await accounts.signUp({ email })
  for (const _ of times(5)) {
    expect(await accounts.changePassword(accessToken, 'not the password', 'another password')).toMatchObject({
      __typename: 'ForbiddenError',
    })
  }
  expect(await accounts.changePassword(accessToken, PASSWORD, 'another password')).toMatchObject(LIMITED)
  expect(await accounts.signIn(email)).toMatchObject(LIMITED)
})

test('a refresh token is accepted while the password is refused', async () => {
  const email = freshEmail()
  const { refreshToken } = await accounts.signUp({ email })
  for (const _ of times(5)) await accounts.signIn(email, 'not the password')
  expect(await accounts.refresh(refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
})

test('after a hundred sign-ups in an hour the next one from that address is refused', async () => {
  await Promise.all(times(100).map(() => accounts.signUp({})))
  const email = freshEmail()
  expect(await accounts.signUp({ email })).toMatchObject(LIMITED)
  expect(await app.prisma.user.count()).toBe(100)
})

test('when two hundred sign-ins wait, further ones are refused, and the two hundred succeed', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  let release = (_matches: boolean) => {}
  const blocked = new Promise<boolean>((resolve) => {
    release = resolve
  })
  vi.mocked(argon2.verify).mockReturnValue(blocked)
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }'
  const answers: GraphqlResult[] = []
  const requests = times(300).map(async () => {
    answers.push(await send(app, query, { input: { password: { email, password: PASSWORD } } }))
  })
  // Four run, two hundred wait.
  await vi.waitFor(() => expect(answers).toHaveLength(96), { timeout: 30_000 })
  for (const { data, errors } of answers) {
    expect(data ?? null).toBeNull()
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', retryable: true })
  }
  release(true)
  await Promise.all(requests)
  vi.mocked(argon2.verify).mockReset()
  expect(answers.slice(96).filter(({ data }) => data?.signIn !== undefined)).toHaveLength(204)
  expect(await app.prisma.session.count({ where: { user: { email } } })).toBe(205)
  expect(await accounts.signIn(email)).toMatchObject({ __typename: 'AuthPayload' })
})

test('after ten wrong second factors of an account even the right one is refused, for each challenge', async () => {
  const email = freshEmail()
  const { accessToken } = await accounts.signUp({ email })
  const asked = (document: { text: string }, input: object) =>
    send(app, document.text, { input }, { authorization: `Bearer ${accessToken}` })
  const started = await asked(StartTotpDocument, { currentPassword: PASSWORD })
  const { secret } = (started.data as unknown as { startTotp: { secret: string } }).startTotp
  const added = await asked(ConfirmTotpDocument, { code: generateSync({ secret }), name: 'Phone' })
  const { recoveryCodes } = (added.data as unknown as { confirmTotp: { recoveryCodes: string[] } }).confirmTotp
  const firstStep = async () => {
    const { data } = await send(app, SignInDocument.text, { input: { password: { email, password: PASSWORD } } })
    return (data as unknown as { signIn: { challenge: string } }).signIn.challenge
  }
  const answer = async (secondFactor: object) => {
    const { data } = await send(app, SignInDocument.text, { input: { secondFactor } })
    return (data as unknown as { signIn: object }).signIn
  }
  for (const _ of times(2)) {
    const challenge = await firstStep()
    for (const _attempt of times(5))
      expect(await answer({ challenge, code: '1' })).toMatchObject({ __typename: 'InvalidTokenError' })
  }
  expect(await answer({ challenge: await firstStep(), recoveryCode: recoveryCodes[0] })).toMatchObject(LIMITED)
  expect(await app.prisma.recoveryCode.count({ where: { user: { email } } })).toBe(10)
})
