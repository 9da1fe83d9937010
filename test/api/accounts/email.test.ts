import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ChangeEmailDocument,
  CreateTaskDocument,
  PublishTaskDocument,
  RequestEmailVerificationDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  RevokeOtherSessionsDocument,
  UpdateProfileDocument,
  VerifyEmailDocument,
  ViewerDocument,
} from '../../../schema/sdk/generated.ts'
import { allJobs } from '../../../src/background/jobs.ts'
import { startWorker } from '../../../src/background/worker.ts'
import { accountsOf, fiveSecondsPass, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { mailsTo, tokenIn } from '../../support/mails.ts'
import { type Person, person, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { timePasses } from '../../support/story.ts'

let app: TestApp
let accounts: ReturnType<typeof accountsOf>
let stopWorker: () => Promise<void>
let ada: Person

beforeAll(async () => {
  app = await startApp({ requireVerifiedEmail: true })
  accounts = accountsOf(app)
  ada = await person(app, 'Ada', 'ADMIN')
  const { connectionString, work } = app
  const worker = startWorker({ connectionString, work, jobs: allJobs, timers: [] })
  stopWorker = () => worker.stop()
})
afterAll(async () => {
  await stopWorker()
  await app.stop()
})

type Document = { text: string }
interface Outcome {
  __typename: string
  [field: string]: unknown
}

const outcomeOf = async (document: Document, input: object, token?: string): Promise<Outcome> => {
  const { data, errors } = await send(
    app,
    document.text,
    { input },
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  )
  expect(errors).toBeUndefined()
  return Object.values(data ?? {})[0] as unknown as Outcome
}

interface SignedUp {
  email: string
  accessToken: string
  refreshToken: string
}

async function signUp(): Promise<SignedUp> {
  const email = freshEmail()
  const { accessToken, refreshToken } = await accounts.signUp({ email })
  return { email, accessToken, refreshToken }
}

async function viewerOf(accessToken: string): Promise<Record<string, unknown> | null> {
  fiveSecondsPass()
  const { data } = await send(app, ViewerDocument.text, {}, { authorization: `Bearer ${accessToken}` })
  return data?.viewer ?? null
}

const newestMail = async (to: string) => {
  const [mail] = await mailsTo(app, to)
  if (!mail) throw new Error(`No mail to ${to}.`)
  return mail
}
const newestToken = async (to: string) => tokenIn(await newestMail(to))
const verify = (token: string) => outcomeOf(VerifyEmailDocument, { token })

async function verifiedPerson(): Promise<SignedUp> {
  const someone = await signUp()
  expect(await verify(await newestToken(someone.email))).toMatchObject({ __typename: 'OkPayload' })
  return someone
}

const draft = {
  title: 'Carry a sofa',
  description: 'To the third floor.',
  budget: { amount: '40', currencyCode: 'EUR' },
}

describe('a new account', () => {
  test('is verified by the link in its mail, once', async () => {
    const { email, accessToken } = await signUp()
    expect(await viewerOf(accessToken)).toMatchObject({ emailVerifiedAt: null })
    const mail = await newestMail(email)
    expect(mail).toMatchObject({ subject: 'Confirm your email address' })
    const token = tokenIn(mail)
    expect(await verify(token)).toMatchObject({ __typename: 'OkPayload', ok: true })
    expect(await viewerOf(accessToken)).toMatchObject({ emailVerifiedAt: expect.any(String) })
    expect(await verify(token)).toMatchObject({ __typename: 'InvalidTokenError', code: 'INVALID_TOKEN' })
    expect(await accounts.audit(email)).toEqual(['user.signed_up', 'user.email_verified'])
  })

  test('can read and edit drafts, and nothing else, until it is verified', async () => {
    const { email, accessToken } = await signUp()
    const created = await outcomeOf(CreateTaskDocument, draft, accessToken)
    expect(created.__typename).toBe('TaskPayload')
    const { id: taskId } = (created as unknown as { task: { id: string } }).task
    const refused = { __typename: 'ForbiddenError', code: 'EMAIL_NOT_VERIFIED' }
    expect(await outcomeOf(CreateTaskDocument, { ...draft, publish: true }, accessToken)).toMatchObject(refused)
    expect(await outcomeOf(PublishTaskDocument, { taskId }, accessToken)).toMatchObject(refused)
    await verify(await newestToken(email))
    fiveSecondsPass()
    expect(await outcomeOf(PublishTaskDocument, { taskId }, accessToken)).toMatchObject({ __typename: 'TaskPayload' })
  })

  test('gets another link on request, which ends the first', async () => {
    const { email, accessToken } = await signUp()
    const first = await newestToken(email)
    expect(await outcomeOf(RequestEmailVerificationDocument, {}, accessToken)).toMatchObject({
      __typename: 'OkPayload',
    })
    const second = await newestToken(email)
    expect(await verify(first)).toMatchObject({ __typename: 'InvalidTokenError' })
    expect(await verify(second)).toMatchObject({ __typename: 'OkPayload' })
    const count = (await mailsTo(app, email)).length
    expect(await outcomeOf(RequestEmailVerificationDocument, {}, accessToken)).toMatchObject({
      __typename: 'OkPayload',
    })
    expect(await mailsTo(app, email)).toHaveLength(count)
  })

  test('gets one mail for a repeated request under one key', async () => {
    const { email, accessToken } = await signUp()
    const input = { idempotencyKey: 'once' }
    await outcomeOf(RequestEmailVerificationDocument, input, accessToken)
    await outcomeOf(RequestEmailVerificationDocument, input, accessToken)
    expect(await mailsTo(app, email)).toHaveLength(2)
  })

  test('is written to in its language', async () => {
    const { email, accessToken } = await signUp()
    await outcomeOf(UpdateProfileDocument, { locale: 'de-at', timeZone: 'Europe/Vienna' }, accessToken)
    expect(await viewerOf(accessToken)).toMatchObject({ locale: 'de-AT', timeZone: 'Europe/Vienna' })
    await outcomeOf(RequestEmailVerificationDocument, {}, accessToken)
    expect(await newestMail(email)).toMatchObject({ subject: 'Bestätigen Sie Ihre E-Mail-Adresse' })
    for (const input of [{ locale: 'not a tag' }, { timeZone: 'Europe/Atlantis' }, { timeZone: '+01:00' }]) {
      expect(await outcomeOf(UpdateProfileDocument, input, accessToken)).toMatchObject({
        __typename: 'ValidationError',
      })
    }
  })
})

describe('a token', () => {
  test('that is unknown, cut, empty, of another purpose or for another mutation is refused alike', async () => {
    const { email } = await verifiedPerson()
    await outcomeOf(RequestPasswordResetDocument, { email })
    await expect.poll(async () => (await newestMail(email)).subject).toBe('Reset your password')
    const reset = await newestToken(email)
    for (const token of ['', 'x', reset.slice(1), `${reset}x`, reset, 'x'.repeat(100_000)]) {
      expect(await verify(token)).toMatchObject({ __typename: 'InvalidTokenError' })
    }
    const another = await signUp()
    const input = { token: await newestToken(another.email), newPassword: 'another battery staple' }
    expect(await outcomeOf(ResetPasswordDocument, input)).toMatchObject({ __typename: 'InvalidTokenError' })
    expect(await verify(input.token)).toMatchObject({ __typename: 'OkPayload' })
  })

  test('expires after 48 hours', async () => {
    const { email } = await signUp()
    const token = await newestToken(email)
    await timePasses(app, '48 hours')
    expect(await verify(token)).toMatchObject({ __typename: 'InvalidTokenError' })
  })

  test('that two requests take at once works once', async () => {
    const { email } = await signUp()
    const token = await newestToken(email)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => verify(token)))
    expect(outcomes.filter(({ __typename }) => __typename === 'OkPayload')).toHaveLength(1)
    expect(outcomes.filter(({ __typename }) => __typename === 'InvalidTokenError')).toHaveLength(7)
  })

  test('is in the database neither in the table of tokens nor in that of mails', async () => {
    const { email } = await signUp()
    const token = await newestToken(email)
    const rows = await app.database.rows<{ text: string }>`
      /* testTokenRows */
      select mail::text || coalesce(encode(sealed_token, 'escape'), '') as text
      from mails mail
      union all
      select token::text || encode(token_hash, 'escape')
      from email_tokens token`
    expect(rows.length).toBeGreaterThan(1)
    expect(rows.filter(({ text }) => text.includes(token))).toEqual([])
    expect(JSON.stringify(app.logLines)).not.toContain(token)
  })
})

describe('a change of the address', () => {
  const change = (accessToken: string, newEmail: string, currentPassword = PASSWORD) =>
    outcomeOf(ChangeEmailDocument, { newEmail, currentPassword }, accessToken)

  test('happens when the link at the new address is taken, and the old one is told', async () => {
    const { email, accessToken } = await verifiedPerson()
    const newEmail = freshEmail()
    expect(await change(accessToken, newEmail.toUpperCase())).toMatchObject({ __typename: 'OkPayload' })
    expect(await viewerOf(accessToken)).toMatchObject({ email })
    expect(await verify(await newestToken(newEmail))).toMatchObject({ __typename: 'OkPayload' })
    expect(await viewerOf(accessToken)).toMatchObject({ email: newEmail, emailVerifiedAt: expect.any(String) })
    const told = await newestMail(email)
    expect(told.subject).toBe('Your email address was changed')
    expect(told.text).toContain(newEmail)
    expect(await accounts.signIn(newEmail)).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.signIn(email)).toMatchObject({ __typename: 'UnauthenticatedError' })
  })

  test('is refused with a wrong password, and to an address that another account has', async () => {
    const { email, accessToken } = await verifiedPerson()
    const newEmail = freshEmail()
    expect(await change(accessToken, newEmail, 'wrong')).toMatchObject({
      __typename: 'ForbiddenError',
      code: 'FORBIDDEN',
    })
    expect(await change(accessToken, (await signUp()).email)).toMatchObject({ __typename: 'ValidationError' })
    expect(await mailsTo(app, newEmail)).toEqual([])
    expect(await accounts.audit(email)).toContain('user.password_mistaken')
  })

  test('is refused at its link if another account has taken the address meanwhile', async () => {
    const { email, accessToken } = await verifiedPerson()
    const newEmail = freshEmail()
    await change(accessToken, newEmail)
    const token = await newestToken(newEmail)
    await accounts.signUp({ email: newEmail })
    expect(await verify(token)).toMatchObject({ __typename: 'ValidationError' })
    expect(await viewerOf(accessToken)).toMatchObject({ email })
  })

  test('ends the link that proves the previous address', async () => {
    const { email, accessToken } = await signUp()
    const first = await newestToken(email)
    const newEmail = freshEmail()
    await change(accessToken, newEmail)
    await verify(await newestToken(newEmail))
    expect(await verify(first)).toMatchObject({ __typename: 'InvalidTokenError' })
  })
})

describe('a forgotten password', () => {
  const request = (email: string) => outcomeOf(RequestPasswordResetDocument, { email })
  const resetToken = async (email: string) => {
    await expect.poll(async () => (await mailsTo(app, email))[0]?.subject).toBe('Reset your password')
    return newestToken(email)
  }
  const reset = (token: string, newPassword: string) => outcomeOf(ResetPasswordDocument, { token, newPassword })

  test('is replaced by the link, which ends every session, and tells the person', async () => {
    const { email, accessToken } = await signUp()
    expect(await request(email)).toMatchObject({ __typename: 'OkPayload' })
    const token = await resetToken(email)
    const signed = await reset(token, 'another battery staple')
    expect(signed).toMatchObject({ __typename: 'AuthPayload', viewer: { email } })
    expect(await viewerOf(accessToken)).toBeNull()
    expect(await viewerOf(String(signed.accessToken))).toMatchObject({ emailVerifiedAt: expect.any(String) })
    expect(await accounts.signIn(email)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.signIn(email, 'another battery staple')).toMatchObject({ __typename: 'AuthPayload' })
    expect(await newestMail(email)).toMatchObject({ subject: 'Your password was changed' })
    expect(await reset(token, 'a third battery')).toMatchObject({ __typename: 'InvalidTokenError' })
  })

  test('gets the same answer for an unknown address, which is mailed nothing', async () => {
    const unknown = freshEmail()
    const { email } = await signUp()
    expect(await request(unknown)).toEqual(await request(email))
    await resetToken(email)
    expect(await mailsTo(app, unknown)).toEqual([])
    const jobs = await app.database.rows<{ payload: string }>`
      /* testJobs */
      select payload::text
      from graphile_worker._private_jobs`
    expect(JSON.stringify(jobs)).not.toContain(unknown)
  })

  test('is mailed its link although the job failed at first', async () => {
    const { email } = await signUp()
    await app.database.pool.query(`
      create function fail_test() returns trigger language plpgsql as $$ begin raise exception 'Not now.'; end $$;
      create trigger fail_test before insert on email_tokens for each row execute function fail_test()`)
    await request(email)
    await expect.poll(() => app.logLines.some(({ job }) => job === 'mailPasswordReset')).toBe(true)
    await app.database.pool.query('drop trigger fail_test on email_tokens; drop function fail_test')
    await expect.poll(async () => (await newestMail(email)).subject, { timeout: 30_000 }).toBe('Reset your password')
  })

  test('is not reset by a link that is an hour old', async () => {
    const { email } = await signUp()
    await request(email)
    const token = await resetToken(email)
    await timePasses(app, '1 hour')
    expect(await reset(token, 'another battery staple')).toMatchObject({ __typename: 'InvalidTokenError' })
    expect(await accounts.signIn(email)).toMatchObject({ __typename: 'AuthPayload' })
  })

  test('of a suspended account is not reset', async () => {
    const { email } = await signUp()
    await request(email)
    const token = await resetToken(email)
    await app.database.run`/* testSuspend */ update users set suspended_at = errand_now() where email = ${email}`
    expect(await reset(token, 'another battery staple')).toMatchObject({ code: 'ACCOUNT_SUSPENDED' })
    expect(await accounts.audit(email)).not.toContain('user.password_reset')
  })

  test('is not replaced by a password that is short, common or their own address', async () => {
    const { email } = await signUp()
    await request(email)
    const token = await resetToken(email)
    for (const weak of ['short', 'basketball', email]) {
      expect(await reset(token, weak)).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'newPassword'] }],
      })
    }
    expect(await reset(token, 'another battery staple')).toMatchObject({ __typename: 'AuthPayload' })
  })
})

test('revokeOtherSessions ends every session but the current one', async () => {
  const { email, accessToken } = await signUp()
  const other = await accounts.signIn(email)
  expect(await outcomeOf(RevokeOtherSessionsDocument, {}, other.accessToken)).toMatchObject({ __typename: 'OkPayload' })
  expect(await viewerOf(accessToken)).toBeNull()
  expect(await viewerOf(other.accessToken)).toMatchObject({ email })
})

describe('the budgets', () => {
  let limited: TestApp
  afterEach(() => limited?.stop())

  test('refuse the fourth reset in an hour for one address, known or not', async () => {
    const { memoryRateLimits } = await import('../../../src/cache/rateLimits.ts')
    limited = await startApp()
    limited.services.rateLimits = memoryRateLimits()
    const email = freshEmail()
    const results = []
    for (let round = 0; round < 4; round++) {
      const { data } = await send(limited, RequestPasswordResetDocument.text, { input: { email } })
      results.push((data?.requestPasswordReset as { __typename: string } | undefined)?.__typename)
    }
    expect(results).toEqual(['OkPayload', 'OkPayload', 'OkPayload', 'RateLimitedError'])
  })
})

test('administrators see the mails, and nobody else does', async () => {
  const { email, accessToken } = await signUp()
  const query = 'query ($to: EmailAddress) { sandbox { mails(to: $to) { to subject text html } } }'
  const { data } = await ada.send(query, { to: email })
  expect(data?.sandbox).toMatchObject({ mails: [{ to: email, subject: 'Confirm your email address' }] })
  const others = await send(app, query, { to: email }, { authorization: `Bearer ${accessToken}` })
  expect(others.data?.sandbox).toEqual({ mails: null })
  expect((await send(app, query, { to: email })).data?.sandbox).toEqual({ mails: null })
})
