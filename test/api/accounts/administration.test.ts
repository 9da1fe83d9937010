import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fiveSecondsPass } from '../../support/accounts.ts'
import { type Person, person, send } from '../../support/people.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const USER_ANSWER = /* GraphQL */ `{
  __typename
  ... on UserPayload { replayed user { id roles suspendedAt } }
  ... on Error { code message }
  ... on ValidationError { fields { path } }
  ... on NotFoundError { id }
  ... on IllegalTransitionError { from action allowed }
}`
const MUTATIONS = {
  setRoles: `mutation ($input: SetRolesInput!) { answer: setRoles(input: $input) ${USER_ANSWER} }`,
  suspendUser: `mutation ($input: SuspendUserInput!) { answer: suspendUser(input: $input) ${USER_ANSWER} }`,
  restoreUser: `mutation ($input: SuspendUserInput!) { answer: restoreUser(input: $input) ${USER_ANSWER} }`,
}
type Mutation = keyof typeof MUTATIONS

let app: TestApp
let ada: Person
let ben: Person

beforeAll(async () => {
  app = await startApp()
  ada = await person(app, 'Ada', 'ADMIN')
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  ben = await person(app, 'Ben')
})

const act = async (who: Person, mutation: Mutation, input: object) =>
  (await who.send(MUTATIONS[mutation], { input: { reason: 'Because', ...input } })).data?.answer
const setRoles = (who: Person, whom: Person, roles: string[]) => act(who, 'setRoles', { userId: whom.id, roles })
const suspend = (who: Person, whom: Person) => act(who, 'suspendUser', { userId: whom.id })
const restore = (who: Person, whom: Person) => act(who, 'restoreUser', { userId: whom.id })
const userRow = ({ uuid }: Person) => app.prisma.user.findUniqueOrThrow({ where: { id: uuid } })
const auditOf = ({ uuid }: Person) =>
  app.prisma.auditRecord.findMany({ where: { subjectId: uuid }, orderBy: { id: 'asc' } })
const ask = (who: Person) => {
  fiveSecondsPass()
  return who.send('{ viewer { roles } }')
}
const isSignedIn = async (who: Person) => Boolean((await ask(who)).data?.viewer)

describe.each([
  ['setRoles', { roles: ['AGENT'] }],
  ['suspendUser', {}],
  ['restoreUser', {}],
] as const)('%s refuses', (mutation, rest) => {
  test('anonymous callers, then invalid input, then callers who are not administrators, then an unknown person', async () => {
    const finance = await person(app, 'Fin', 'FINANCE', 'AGENT')
    const query = MUTATIONS[mutation]
    const bad = { userId: 'nonsense', reason: ' ', ...rest }
    const unknown = { ...bad, reason: 'Because' }
    expect((await send(app, query, { input: bad })).data?.answer).toMatchObject({ __typename: 'UnauthenticatedError' })
    expect(await act(ben, mutation, bad)).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'reason'] }],
    })
    for (const who of [ben, finance]) {
      expect(await act(who, mutation, unknown)).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    }
    for (const userId of ['nonsense', toPublicId('usr', newId()), toPublicId('tsk', ben.uuid)]) {
      expect(await act(ada, mutation, { ...rest, userId })).toMatchObject({ __typename: 'NotFoundError', id: userId })
    }
  })

  test('to run twice under one key', async () => {
    if (mutation === 'restoreUser') await suspend(ada, ben)
    const input = { idempotencyKey: newId(), userId: ben.id, ...rest }
    expect(await act(ada, mutation, input)).toMatchObject({ __typename: 'UserPayload', replayed: false })
    const before = await auditOf(ben)
    expect(await act(ada, mutation, input)).toMatchObject({ __typename: 'UserPayload', replayed: true })
    expect(await act(ada, mutation, { ...input, reason: 'Another' })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
    expect(await auditOf(ben)).toEqual(before)
  })
})

describe('setRoles', () => {
  test('grants the listed roles, removes the others, keeps USER, and takes effect within five seconds', async () => {
    expect(await setRoles(ada, ben, ['FINANCE', 'AGENT', 'AGENT'])).toMatchObject({
      __typename: 'UserPayload',
      user: { id: ben.id, roles: ['USER', 'AGENT', 'FINANCE'] },
    })
    // Without a change there is no audit record.
    await setRoles(ada, ben, ['AGENT', 'FINANCE'])
    expect((await ask(ben)).data?.viewer).toEqual({ roles: ['USER', 'AGENT', 'FINANCE'] })
    expect(await setRoles(ada, ben, [])).toMatchObject({ user: { roles: ['USER'] } })
    expect((await auditOf(ben)).map(({ action }) => action)).toEqual([
      'role.agent_given',
      'role.finance_given',
      'role.agent_taken',
      'role.finance_taken',
    ])
    expect((await auditOf(ben))[0]).toMatchObject({ actorId: ada.uuid, subjectType: 'usr', reason: 'Because' })
  })

  test('makes an administrator, who may then remove the role from another', async () => {
    await setRoles(ada, ben, ['ADMIN'])
    const cleo = await person(app, 'Cleo', 'ADMIN')
    expect(await setRoles(ben, cleo, [])).toMatchObject({ __typename: 'UserPayload', user: { roles: ['USER'] } })
    expect(await setRoles(cleo, ben, [])).toMatchObject({ __typename: 'ForbiddenError' })
  })

  test('refuses administrators who remove ADMIN from themselves, so that one always remains', async () => {
    const before = await userRow(ada)
    expect(await setRoles(ada, ada, ['FINANCE'])).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    expect(await userRow(ada)).toEqual(before)
    expect(await auditOf(ada)).toEqual([])
    expect(await setRoles(ada, ada, ['ADMIN', 'FINANCE'])).toMatchObject({
      user: { roles: ['USER', 'FINANCE', 'ADMIN'] },
    })
  })

  test('refuses a list that is longer than the number of roles', async () => {
    expect(await setRoles(ada, ben, Array(5).fill('AGENT'))).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'roles'] }],
    })
  })
})

describe('suspendUser and restoreUser', () => {
  test('end every session at once; the sessions stay ended after the restoration', async () => {
    expect(await isSignedIn(ben)).toBe(true)
    expect(await suspend(ada, ben)).toMatchObject({
      __typename: 'UserPayload',
      user: { id: ben.id, suspendedAt: expect.stringMatching(/Z$/) },
    })
    expect(await isSignedIn(ben)).toBe(false)
    expect(await restore(ada, ben)).toMatchObject({ __typename: 'UserPayload', user: { suspendedAt: null } })
    expect(await isSignedIn(ben)).toBe(false)
    expect((await auditOf(ben)).map(({ action }) => action)).toEqual(['user.suspended', 'user.restored'])
    expect(await auditOf(ben)).toMatchObject([
      { actorId: ada.uuid, reason: 'Because', requestId: expect.any(String) },
      { actorId: ada.uuid, reason: 'Because', requestId: expect.any(String) },
    ])
  })

  test('refuse a state that is so already, and change nothing', async () => {
    expect(await restore(ada, ben)).toMatchObject({
      __typename: 'IllegalTransitionError',
      from: 'ACTIVE',
      action: 'restoreUser',
      allowed: ['suspendUser'],
    })
    await suspend(ada, ben)
    const before = [await userRow(ben), await auditOf(ben)]
    expect(await suspend(ada, ben)).toMatchObject({
      __typename: 'IllegalTransitionError',
      from: 'SUSPENDED',
      action: 'suspendUser',
      allowed: ['restoreUser'],
    })
    expect([await userRow(ben), await auditOf(ben)]).toEqual(before)
  })

  test('refuse the own account of the caller', async () => {
    expect(await suspend(ada, ada)).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await isSignedIn(ada)).toBe(true)
    expect(await userRow(ada)).toMatchObject({ suspendedAt: null })
  })
})
