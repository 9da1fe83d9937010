import * as argon2 from '@node-rs/argon2'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { accountsOf, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { send } from '../../support/people.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

// Counts the hashes, and computes them.
vi.mock('@node-rs/argon2', { spy: true })

let app: TestApp
let accounts: ReturnType<typeof accountsOf>

beforeAll(async () => {
  app = await startApp()
  accounts = accountsOf(app)
})
afterAll(async () => {
  await app.stop()
})

test('creates an account and signs its person in', async () => {
  const email = freshEmail()
  const startedAt = Date.now()
  const signed = await accounts.signUp({ email, displayName: '  Anna B.  ' })
  const { id } = await app.prisma.user.findUniqueOrThrow({ where: { email } })
  expect(signed).toMatchObject({
    __typename: 'AuthPayload',
    viewer: { email, roles: ['USER'], user: { id: toPublicId('usr', id), email }, sessions: [{ current: true }] },
  })
  expect(Math.abs(Date.parse(signed.expiresAt) - startedAt - 15 * 60_000)).toBeLessThan(60_000)
  expect(await accounts.viewer(signed.accessToken)).toMatchObject({ user: { displayName: 'Anna B.' } })
  expect(await accounts.audit(email)).toEqual(['user.signed_up'])
})

test('stores the address in lower case and the password as argon2id', async () => {
  const email = freshEmail()
  expect(await accounts.signUp({ email: email.toUpperCase() })).toMatchObject({ viewer: { email } })
  const { passwordHash } = await app.prisma.user.findUniqueOrThrow({ where: { email } })
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await accounts.signIn(email.toUpperCase())).toMatchObject({ __typename: 'AuthPayload' })
})

test('refuses an address that another account has, regardless of case', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  expect(await accounts.signUp({ email: email.toUpperCase(), password: 'another password' })).toMatchObject({
    __typename: 'ValidationError',
    fields: [{ path: ['input', 'email'] }],
  })
  expect(await app.prisma.user.count({ where: { email } })).toBe(1)
  expect(await accounts.signIn(email)).toMatchObject({ __typename: 'AuthPayload' })
})

test('reports all invalid fields at once, before any hash', async () => {
  vi.clearAllMocks()
  const email = `${'a'.repeat(250)}@example.com`
  expect(await accounts.signUp({ email, password: 'too short', displayName: ' ' })).toMatchObject({
    __typename: 'ValidationError',
    fields: [{ path: ['input', 'email'] }, { path: ['input', 'password'] }, { path: ['input', 'displayName'] }],
  })
  expect(argon2.hash).not.toHaveBeenCalled()
  expect(await app.prisma.user.count({ where: { email } })).toBe(0)
})

test.each([
  ['9 characters', '123456789', 'ValidationError'],
  ['10 characters', '1029 38476', 'AuthPayload'],
  ['10 characters of four bytes', '🦜'.repeat(10), 'AuthPayload'],
  ['5 characters of four bytes', '🦜'.repeat(5), 'ValidationError'],
  ['blanks and control characters', '\u0000\u0001\n\t       ', 'AuthPayload'],
  ['200 characters', 'x'.repeat(200), 'AuthPayload'],
  ['201 characters', 'x'.repeat(201), 'ValidationError'],
])('validates a password of %s by its length, not by its kinds of characters', async (_name, password, typename) => {
  const email = freshEmail()
  expect(await accounts.signUp({ email, password })).toMatchObject({ __typename: typename })
  if (typename === 'AuthPayload') {
    expect(await accounts.signIn(email, password)).toMatchObject({ __typename: typename })
  }
})

test.each([
  ['one of the most common passwords', '1qaz2wsx3edc'],
  ['a common password in capitals', 'Christopher'],
  ['the own address', 'own.address@example.com'],
  ['the part of the own address before the @', 'Own.Address'],
  ['the own name', 'annabergmann'],
])('refuses %s as a password', async (_name, password) => {
  const person = { email: 'own.address@example.com', displayName: 'Anna Bergmann' }
  expect(await accounts.signUp({ ...person, password })).toMatchObject({
    __typename: 'ValidationError',
    fields: [{ path: ['input', 'password'] }],
  })
  expect(await app.prisma.user.count({ where: { email: person.email } })).toBe(0)
})

test.each([
  ['80 characters', 'x'.repeat(80), 'AuthPayload'],
  ['81 characters', 'x'.repeat(81), 'ValidationError'],
  ['a control character', 'An\u0007na', 'ValidationError'],
  ['two lines', 'An\nna', 'ValidationError'],
])('validates a display name of %s', async (_name, displayName, typename) => {
  expect(await accounts.signUp({ displayName })).toMatchObject({ __typename: typename })
})

test('accepts an accented letter in either Unicode form', async () => {
  const email = freshEmail()
  await accounts.signUp({ email, password: 'très-très-sûr'.normalize('NFD') })
  expect(await accounts.signIn(email, 'très-très-sûr'.normalize('NFC'))).toMatchObject({ __typename: 'AuthPayload' })
})

test('refuses text that is not an address', async () => {
  const input = { email: 'nobody', password: PASSWORD, displayName: 'Anna' }
  const { errors } = await send(app, 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }', {
    input,
  })
  expect(errors).toHaveLength(1)
})
