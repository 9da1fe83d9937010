import * as argon2 from '@node-rs/argon2'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { accountsOf, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { type Person, person, send } from '../../support/people.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

// Counts the hashes, and computes them.
vi.mock('@node-rs/argon2', { spy: true })

const SUSPEND = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { __typename } }'

let app: TestApp
let accounts: ReturnType<typeof accountsOf>
let ada: Person

beforeAll(async () => {
  app = await startApp()
  accounts = accountsOf(app)
  ada = await person(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(() => {
  vi.clearAllMocks()
})

const countHashes = () => vi.mocked(argon2.hash).mock.calls.length + vi.mocked(argon2.verify).mock.calls.length

describe('signing in by password', () => {
  test('opens a new session each time', async () => {
    const email = freshEmail()
    await accounts.signUp({ email })
    const signed = await accounts.signIn(email)
    expect(signed).toMatchObject({
      __typename: 'AuthPayload',
      viewer: { email, user: { displayName: 'Some One', email }, sessions: [{ current: true }, { current: false }] },
    })
    expect(await accounts.viewer(signed.accessToken)).toMatchObject({
      sessions: [{ current: true }, { current: false }],
    })
    expect(await accounts.audit(email)).toEqual(['user.signed_up', 'sign_in.succeeded'])
  })

  test('answers an unknown address and a wrong password alike, after the same work', async () => {
    const email = freshEmail()
    await accounts.signUp({ email })
    const { passwordHash } = await app.prisma.user.findUniqueOrThrow({ where: { email } })
    vi.clearAllMocks()
    const wrong = await accounts.signIn(email, 'not the password')
    const unknown = await accounts.signIn(freshEmail(), 'not the password')
    expect(unknown).toEqual(wrong)
    expect(unknown).toMatchObject({ __typename: 'UnauthenticatedError', code: 'UNAUTHENTICATED', retryable: false })
    const [forWrong, forUnknown, ...others] = vi.mocked(argon2.verify).mock.calls
    expect(others).toEqual([])
    expect(forWrong?.[0]).toBe(passwordHash)
    expect(argon2.parseOptions(String(forUnknown?.[0]))).toEqual(argon2.parseOptions(passwordHash))
    expect(argon2.hash).not.toHaveBeenCalled()
    expect(await accounts.audit(email)).toEqual(['user.signed_up', 'sign_in.failed'])
    expect(await app.prisma.session.count({ where: { user: { email } } })).toBe(1)
  })

  test('does not hash a password that is longer than any valid one', async () => {
    expect(await accounts.signIn(freshEmail(), 'x'.repeat(201))).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'password', 'password'] }],
    })
    expect(countHashes()).toBe(0)
  })

  test('reveals a suspension only with the right password', async () => {
    const email = freshEmail()
    await accounts.signUp({ email })
    const { id } = await app.prisma.user.findUniqueOrThrow({ where: { email } })
    await ada.send(SUSPEND, { input: { userId: toPublicId('usr', id), reason: 'Spam' } })
    expect(await accounts.signIn(email, 'not the password')).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.signIn(email)).toMatchObject({ __typename: 'ForbiddenError', code: 'ACCOUNT_SUSPENDED' })
    expect(await app.prisma.session.count({ where: { user: { email }, revokedAt: null } })).toBe(0)
    expect(await accounts.audit(email)).toEqual([
      'user.signed_up',
      'user.suspended',
      'sign_in.failed',
      'sign_in.suspended',
    ])
  })

  test('accepts a password or a refresh token, never both', async () => {
    const input = { refreshToken: 'x', password: { email: freshEmail(), password: PASSWORD } }
    const { errors } = await send(app, 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
      input,
    })
    expect(errors).toHaveLength(1)
    expect(countHashes()).toBe(0)
  })

  test('writes neither password nor token to the log', async () => {
    const email = freshEmail()
    const signed = await accounts.signUp({ email, password: 'a very secret text' })
    await accounts.signIn(email, 'another secret text')
    await accounts.refresh(signed.refreshToken)
    const log = JSON.stringify(app.logLines)
    for (const secret of ['a very secret text', 'another secret text', signed.accessToken, signed.refreshToken]) {
      expect(log).not.toContain(secret)
    }
  })
})

describe('changing the password', () => {
  test('ends every other session, and continues this one with new tokens', async () => {
    const email = freshEmail()
    const phone = await accounts.signUp({ email })
    const laptop = await accounts.signIn(email)
    const changed = await accounts.changePassword(laptop.accessToken, PASSWORD, 'another password')
    expect(changed).toMatchObject({ __typename: 'AuthPayload', viewer: { sessions: [{ current: true }] } })
    expect(await accounts.viewer(phone.accessToken)).toBeNull()
    expect(await accounts.refresh(phone.refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.viewer(laptop.accessToken)).not.toBeNull()
    expect(await accounts.signIn(email)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.signIn(email, 'another password')).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.refresh(changed.refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.audit(email)).toContain('user.password_changed')
  })

  test('no longer accepts the previous refresh token', async () => {
    const { accessToken, refreshToken } = await accounts.signUp({})
    await accounts.changePassword(accessToken, PASSWORD, 'another password')
    expect(await accounts.refresh(refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.viewer(accessToken)).toBeNull()
  })

  test('refuses anonymous callers, then invalid input, then a wrong password, and changes nothing', async () => {
    const email = freshEmail()
    const phone = await accounts.signUp({ email })
    const laptop = await accounts.signIn(email)
    const before = await app.prisma.user.findUniqueOrThrow({ where: { email } })
    expect(await accounts.changePassword('nothing', PASSWORD, 'short')).toMatchObject({
      __typename: 'UnauthenticatedError',
    })
    expect(await accounts.changePassword(laptop.accessToken, 'not the password', 'short')).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'newPassword'] }],
    })
    expect(await accounts.changePassword(laptop.accessToken, 'not the password', 'another password')).toMatchObject({
      __typename: 'ForbiddenError',
      code: 'FORBIDDEN',
    })
    for (const weak of ['1q2w3e4r5t6y', email.toUpperCase(), 'someone']) {
      expect(await accounts.changePassword(laptop.accessToken, PASSWORD, weak)).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'newPassword'] }],
      })
    }
    expect(await app.prisma.user.findUniqueOrThrow({ where: { email } })).toEqual(before)
    expect(await accounts.viewer(phone.accessToken)).not.toBeNull()
    expect(await accounts.audit(email)).toContain('user.password_mistaken')
  })
})
