import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signAccessToken } from '../../../src/accounts/sessions/accessToken.ts'
import { signRefreshToken } from '../../../src/accounts/sessions/refreshToken.ts'
import { accountsOf, freshEmail } from '../../support/accounts.ts'
import { type Person, person } from '../../support/people.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

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

describe('a refresh token', () => {
  test('returns new tokens of the same session', async () => {
    const email = freshEmail()
    const first = await accounts.signUp({ email })
    const second = await accounts.refresh(first.refreshToken)
    expect(second).toMatchObject({ __typename: 'AuthPayload', viewer: { email } })
    const third = await accounts.refresh(second.refreshToken)
    expect(await accounts.viewer(third.accessToken)).toMatchObject({ sessions: [{ current: true }] })
    expect(await accounts.lastSession(email)).toMatchObject({ generation: 3, graceUsed: false, revokedAt: null })
  })

  test('is accepted once more within a minute, for a client that lost the answer', async () => {
    const email = freshEmail()
    const first = await accounts.signUp({ email })
    const second = await accounts.refresh(first.refreshToken)
    const again = await accounts.refresh(first.refreshToken)
    expect(again).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.lastSession(email)).toMatchObject({ generation: 2, graceUsed: true })
    // Both hold the same token now: each can refresh, and the session continues.
    expect(await accounts.refresh(again.refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.refresh(second.refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.lastSession(email)).toMatchObject({ generation: 3, revokedAt: null })
  })

  test('ends the session if it is used a third time', async () => {
    const email = freshEmail()
    const first = await accounts.signUp({ email })
    const second = await accounts.refresh(first.refreshToken)
    await accounts.refresh(first.refreshToken)
    expect(await accounts.refresh(first.refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.refresh(second.refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.viewer(second.accessToken)).toBeNull()
    expect(await accounts.audit(email)).toEqual(['user.signed_up', 'session.copied'])
  })

  test('ends the session if it is used again after a minute', async () => {
    const email = freshEmail()
    const first = await accounts.signUp({ email })
    const second = await accounts.refresh(first.refreshToken)
    await app.database.run`
      /* testLater */
      update sessions
      set rotated_at = rotated_at - interval '61 seconds'
      where user_id = (select id from users where email = ${email})`
    expect(await accounts.refresh(first.refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.viewer(second.accessToken)).toBeNull()
  })

  test('ends its session, and no other, if it is older than the previous token', async () => {
    const email = freshEmail()
    const first = await accounts.signUp({ email })
    const second = await accounts.refresh(first.refreshToken)
    const third = await accounts.refresh(second.refreshToken)
    const laptop = await accounts.signIn(email)
    expect(await accounts.refresh(first.refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await accounts.viewer(third.accessToken)).toBeNull()
    expect(await accounts.viewer(laptop.accessToken)).toMatchObject({ sessions: [{ current: true }] })
  })

  test('lives on real time, independent of the sandbox clock', async () => {
    const email = freshEmail()
    const first = await accounts.signUp({ email })
    await app.database.run`/* testClock */ update sandbox.clock set ahead_by = interval '3 days'`
    expect(await accounts.refresh(first.refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.refresh(first.refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
    const { createdAt, lastUsedAt } = await accounts.lastSession(email)
    for (const moment of [createdAt, lastUsedAt]) {
      expect(Math.abs(moment.getTime() - Date.now())).toBeLessThan(3_600_000)
    }
  })

  test('that is forged, expired or of another kind is refused and ends no session', async () => {
    const email = freshEmail()
    const { refreshToken, accessToken } = await accounts.signUp({ email })
    const { id: sessionId, userId } = await accounts.lastSession(email)
    const now = new Date()
    const monthAgo = new Date(now.getTime() - 31 * 86_400_000)
    const copied = { sessionId, generation: 0 }
    const refused = [
      '',
      'nonsense',
      refreshToken.slice(0, -2),
      `${refreshToken.split('.').slice(0, 2).join('.')}.`,
      await signRefreshToken(new Uint8Array(32).fill(7), copied, now),
      await signRefreshToken(app.authSecret, copied, monthAgo),
      accessToken,
      await signAccessToken(app.authSecret, { userId, sessionId }, new Date(now.getTime() + 60_000)),
    ]
    for (const token of refused) {
      expect(await accounts.refresh(token)).toMatchObject({ __typename: 'UnauthenticatedError' })
    }
    expect(await accounts.viewer(refreshToken)).toBeNull()
    expect(await accounts.refresh(refreshToken)).toMatchObject({ __typename: 'AuthPayload' })
  })

  test('of a session that was revoked is refused', async () => {
    const { accessToken, refreshToken, viewer } = await accounts.signUp({})
    await accounts.revokeSession(accessToken, String(viewer.sessions[0]?.id))
    expect(await accounts.refresh(refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
  })
})

describe('an access token', () => {
  test('expires', async () => {
    const email = freshEmail()
    await accounts.signUp({ email })
    const { id: sessionId, userId } = await accounts.lastSession(email)
    const token = await signAccessToken(app.authSecret, { userId, sessionId }, new Date(Date.now() - 1_000))
    expect(await accounts.viewer(token)).toBeNull()
  })

  test('is accepted with one algorithm only', async () => {
    const { accessToken } = await accounts.signUp({})
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${accessToken.split('.')[1]}.`
    expect(await accounts.viewer(unsigned)).toBeNull()
  })
})

describe('revoking a session', () => {
  test('signs that device out, and no other', async () => {
    const email = freshEmail()
    const phone = await accounts.signUp({ email })
    const laptop = await accounts.signIn(email)
    const other = String(laptop.viewer.sessions.find(({ current }) => !current)?.id)
    expect(await accounts.revokeSession(laptop.accessToken, other)).toEqual({ __typename: 'OkPayload', ok: true })
    expect(await accounts.viewer(phone.accessToken)).toBeNull()
    expect(await accounts.viewer(laptop.accessToken)).toMatchObject({ sessions: [{ current: true }] })
  })

  test('again changes nothing', async () => {
    const email = freshEmail()
    const phone = await accounts.signUp({ email })
    const laptop = await accounts.signIn(email)
    const id = String(phone.viewer.sessions[0]?.id)
    const sessions = () => app.prisma.session.findMany({ where: { user: { email } }, orderBy: { id: 'asc' } })
    await accounts.revokeSession(laptop.accessToken, id)
    const before = await sessions()
    expect(await accounts.revokeSession(laptop.accessToken, id)).toEqual({ __typename: 'OkPayload', ok: true })
    expect(await sessions()).toEqual(before)
  })

  test('refuses anonymous callers first, then ids that are not sessions of the viewer', async () => {
    const { accessToken } = await accounts.signUp({})
    const another = toPublicId('ses', ada.sessionId)
    expect(await accounts.revokeSession('nothing', another)).toMatchObject({ __typename: 'UnauthenticatedError' })
    for (const id of [another, ada.id, 'nonsense']) {
      const refusal = await accounts.revokeSession(accessToken, id)
      expect(refusal).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', id })
    }
    expect(await accounts.viewer(ada.accessToken)).not.toBeNull()
  })
})
