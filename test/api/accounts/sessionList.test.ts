/** The sessions of a person: the list, revocation, and expiry. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionTimers } from '../../../src/accounts/sessions/sessionTimers.ts'
import { accountsOf, freshEmail } from '../../support/accounts.ts'
import { ask } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { newId, parsePublicId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

let app: TestApp
let accounts: ReturnType<typeof accountsOf>

beforeAll(async () => {
  app = await startApp()
  accounts = accountsOf(app)
})
afterAll(async () => {
  await app.stop()
})

/** Inserts sessions that were last used so long ago, the first one earliest. */
async function sessionsOf(userId: string, { count, ago }: { count: number; ago: string }): Promise<string[]> {
  const ids = Array.from({ length: count }, newId)
  await app.database.run`
    /* testSessions */
    insert into sessions (id, user_id, created_at, last_used_at, rotated_at)
    select id, ${userId}, moment, moment, moment
    from unnest(${ids}::uuid[]) with ordinality as inserted (id, number)
    cross join lateral (select now() - ${ago}::interval + number * interval '1 second' as moment) as used`
  return ids
}

const idOf = (uuid: string) => toPublicId('ses', uuid)
const listOf = async (someone: Pick<Person, 'send'>) =>
  (
    await ask<{ viewer: { sessions: { id: string; current: boolean }[] } }>(
      someone,
      '{ viewer { sessions { id current } } }',
    )
  ).viewer.sessions
const countLiveSessions = (email: string) => app.prisma.session.count({ where: { user: { email }, revokedAt: null } })
const sweep = async () => {
  for (const timer of sessionTimers) while ((await timer.runDue(app.work, 100)) > 0);
}

test('the list begins with the current session, then the most recently used, however many there are', async () => {
  const anna = await person(app, 'Anna')
  const others = await sessionsOf(anna.uuid, { count: 105, ago: '-1 hour' })
  const listed = await listOf(anna)
  expect(listed.map(({ id }) => id)).toEqual([anna.sessionId, ...others.toReversed()].map(idOf))
  expect(listed.filter(({ current }) => current)).toEqual([listed[0]])
  for (const { id } of listed.slice(1))
    expect(await accounts.revokeSession(anna.accessToken, id)).toMatchObject({ __typename: 'OkPayload' })
  expect(await listOf(anna)).toEqual([{ id: idOf(anna.sessionId), current: true }])
})

test('the 101st session ends the least recently used one', async () => {
  const email = freshEmail()
  const first = await accounts.signUp({ email })
  const { userId } = await accounts.lastSession(email)
  const [oldest, next] = await sessionsOf(userId, { count: 99, ago: '1 hour' })
  expect(await countLiveSessions(email)).toBe(100)
  const phone = await accounts.signIn(email)
  expect(await countLiveSessions(email)).toBe(100)
  const ended = await app.prisma.session.findMany({ where: { userId, revokedAt: { not: null } } })
  expect(ended.map(({ id }) => id)).toEqual([oldest])

  // All others were used after the first one.
  await app.database
    .run`/* testUse */ update sessions set last_used_at = now() + interval '1 minute' where id <> ${parsePublicId(String(first.viewer.sessions[0]?.id))?.uuid}`
  await accounts.signIn(email)
  expect(await accounts.viewer(first.accessToken)).toBeNull()
  expect(await accounts.refresh(first.refreshToken)).toMatchObject({ __typename: 'UnauthenticatedError' })
  expect((await accounts.viewer(phone.accessToken))?.sessions).toHaveLength(100)
  expect((await accounts.viewer(phone.accessToken))?.sessions[0]).toMatchObject({ current: true })
  expect(await app.prisma.session.findUnique({ where: { id: next ?? '' } })).toMatchObject({ revokedAt: null })
})

test('concurrent sign-ins leave at most a hundred sessions', async () => {
  const email = freshEmail()
  await accounts.signUp({ email })
  const { userId } = await accounts.lastSession(email)
  await sessionsOf(userId, { count: 97, ago: '1 hour' })
  const signed = await Promise.all(Array.from({ length: 6 }, () => accounts.signIn(email)))
  for (const answer of signed) expect(answer).toMatchObject({ __typename: 'AuthPayload' })
  expect(await countLiveSessions(email)).toBe(100)
})

test('a session without use for thirty days is not listed, and the sweep deletes it', async () => {
  const anna = await person(app, 'Anna')
  const [expired = ''] = await sessionsOf(anna.uuid, { count: 1, ago: '30 days 5 seconds' })
  const [living = ''] = await sessionsOf(anna.uuid, { count: 1, ago: '29 days 23 hours' })
  const [ended = ''] = await sessionsOf(anna.uuid, { count: 1, ago: '31 days' })
  await app.database.run`/* testEnd */ update sessions set revoked_at = now() where id = ${ended}`
  expect((await listOf(anna)).map(({ id }) => id)).toEqual([anna.sessionId, living].map(idOf))
  for (const [uuid, isThere] of [
    [expired, false],
    [ended, false],
    [living, true],
  ] as const) {
    const { node } = await ask<{ node: object | null }>(anna, 'query ($id: ID!) { node(id: $id) { id } }', {
      id: idOf(uuid),
    })
    expect([uuid, node !== null]).toEqual([uuid, isThere])
  }
  await sessionsOf((await person(app, 'Ben')).uuid, { count: 230, ago: '400 days' })
  await sweep()
  expect(await app.prisma.session.count({ where: { id: { in: [expired, ended] } } })).toBe(0)
  expect(
    await app.prisma.session.count({ where: { lastUsedAt: { lt: new Date(Date.now() - 30 * 86_400_000) } } }),
  ).toBe(0)
  expect(await app.prisma.session.count({ where: { id: { in: [living, anna.sessionId] } } })).toBe(2)
  expect(await accounts.revokeSession(anna.accessToken, idOf(expired))).toMatchObject({ __typename: 'NotFoundError' })
})

test('the sweep deletes a session a day after its end', async () => {
  const anna = await person(app, 'Anna')
  const [yesterday = '', today = ''] = await sessionsOf(anna.uuid, { count: 2, ago: '2 days' })
  await app.database.run`
    /* testEnd */
    update sessions
    set revoked_at = now() - case id when ${yesterday} then interval '25 hours' else interval '23 hours' end
    where id in (${yesterday}, ${today})`
  await sweep()
  const kept = await app.prisma.session.findMany({ where: { userId: anna.uuid }, orderBy: { id: 'asc' } })
  expect(kept.map(({ id }) => id)).toEqual([anna.sessionId, today].toSorted())
})

test('the sandbox clock ends no session', async () => {
  const anna = await person(app, 'Anna')
  await app.database.run`/* testClock */ update sandbox.clock set ahead_by = ${'90 days'}::interval`
  await sweep()
  expect(await listOf(anna)).toEqual([{ id: idOf(anna.sessionId), current: true }])
  await app.database.run`/* testClock */ update sandbox.clock set ahead_by = ${'0'}::interval`
})
