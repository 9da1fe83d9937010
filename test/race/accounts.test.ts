import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountsOf, freshEmail, PASSWORD } from '../support/accounts.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'

const SET_ROLES = 'mutation ($input: SetRolesInput!) { answer: setRoles(input: $input) { __typename } }'
const SUSPEND = 'mutation ($input: SuspendUserInput!) { answer: suspendUser(input: $input) { __typename } }'
const ROUNDS = 10

let app: TestApp
let accounts: ReturnType<typeof accountsOf>

beforeAll(async () => {
  app = await startApp()
  accounts = accountsOf(app)
})
afterAll(async () => {
  await app.stop()
})

const times = (count: number) => Array.from({ length: count }, (_, index) => index)
const sorted = (answers: { __typename: string }[]) => answers.map(({ __typename }) => __typename).sort()
const answerOf = async (who: Person, query: string, input: object) =>
  (await who.send(query, { input })).data?.answer as unknown as { __typename: string }

describe('concurrently', () => {
  test('two refreshes by one token rotate it once, and both succeed', async () => {
    for (const _ of times(ROUNDS)) {
      const email = freshEmail()
      const { refreshToken } = await accounts.signUp({ email })
      const answers = await Promise.all([accounts.refresh(refreshToken), accounts.refresh(refreshToken)])
      expect(sorted(answers)).toEqual(['AuthPayload', 'AuthPayload'])
      expect(await accounts.lastSession(email)).toMatchObject({ generation: 2, graceUsed: true, revokedAt: null })
      const next = await Promise.all(answers.map((answer) => accounts.refresh(answer.refreshToken)))
      expect(sorted(next)).toEqual(['AuthPayload', 'AuthPayload'])
    }
  })

  test('three refreshes by one token end the session', async () => {
    const email = freshEmail()
    const { refreshToken, accessToken } = await accounts.signUp({ email })
    const answers = await Promise.all(times(3).map(() => accounts.refresh(refreshToken)))
    expect(sorted(answers)).toEqual(['AuthPayload', 'AuthPayload', 'UnauthenticatedError'])
    expect(await accounts.viewer(accessToken)).toBeNull()
  })

  test('twenty sign-ups with one address create one account', async () => {
    const email = freshEmail()
    const answers = await Promise.all(
      times(20).map((index) => accounts.signUp({ email: index % 2 ? email : email.toUpperCase() })),
    )
    expect(answers.filter(({ __typename }) => __typename === 'AuthPayload')).toHaveLength(1)
    expect(answers.filter(({ __typename }) => __typename === 'ValidationError')).toHaveLength(19)
    expect(await app.prisma.session.count({ where: { user: { email } } })).toBe(1)
    expect(await accounts.audit(email)).toEqual(['user.signed_up'])
  })

  test('two changes of the password: one succeeds, the other finds a wrong current password', async () => {
    for (const _ of times(ROUNDS)) {
      const email = freshEmail()
      const { accessToken } = await accounts.signUp({ email })
      const passwords = ['the first password', 'the second password']
      const answers = await Promise.all(
        passwords.map((password) => accounts.changePassword(accessToken, PASSWORD, password)),
      )
      expect(sorted(answers)).toEqual(['AuthPayload', 'ForbiddenError'])
      const winner = answers.findIndex(({ __typename }) => __typename === 'AuthPayload')
      expect(await accounts.signIn(email, passwords[winner])).toMatchObject({ __typename: 'AuthPayload' })
      expect(await accounts.signIn(email, passwords[1 - winner])).toMatchObject({ __typename: 'UnauthenticatedError' })
    }
  })

  test('sign-ins with the old password during its change leave no session', async () => {
    for (const _ of times(ROUNDS)) {
      const email = freshEmail()
      const { accessToken } = await accounts.signUp({ email })
      await Promise.all([
        accounts.changePassword(accessToken, PASSWORD, 'another password'),
        ...times(4).map(() => accounts.signIn(email)),
      ])
      expect(await app.prisma.session.count({ where: { user: { email }, revokedAt: null } })).toBe(1)
    }
  })

  test('sign-ins and a refresh during a suspension leave no session', async () => {
    const ada = await person(app, 'Ada', 'ADMIN')
    for (const _ of times(ROUNDS)) {
      const email = freshEmail()
      const { refreshToken, viewer } = await accounts.signUp({ email })
      await Promise.all([
        answerOf(ada, SUSPEND, { userId: viewer.user.id, reason: 'Spam' }),
        accounts.refresh(refreshToken),
        ...times(4).map(() => accounts.signIn(email)),
      ])
      expect(await app.prisma.session.count({ where: { user: { email }, revokedAt: null } })).toBe(0)
    }
  })

  test.each([
    ['demote', SET_ROLES, { roles: [], reason: 'Coup' }],
    ['suspend', SUSPEND, { reason: 'Coup' }],
  ])('two administrators who %s each other: one remains', async (_name, query, input) => {
    for (const _ of times(ROUNDS)) {
      const [ada, bob] = [await person(app, 'Ada', 'ADMIN'), await person(app, 'Bob', 'ADMIN')]
      const answers = await Promise.all([
        answerOf(ada, query, { ...input, userId: bob.id }),
        answerOf(bob, query, { ...input, userId: ada.id }),
      ])
      // The loser is refused by the rule, or before it if already demoted or signed out.
      const [winner, loser] = sorted(answers).reverse()
      expect(winner).toBe('UserPayload')
      expect(['ForbiddenError', 'UnauthenticatedError']).toContain(loser)
      const left = await app.prisma.user.count({
        where: { id: { in: [ada.uuid, bob.uuid] }, roles: { has: 'ADMIN' }, suspendedAt: null },
      })
      expect(left).toBe(1)
    }
  })
})
