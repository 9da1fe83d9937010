import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Person, person, send } from '../../support/people.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const UPDATE_PROFILE = /* GraphQL */ `
  mutation ($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename
      ... on ProfilePayload { viewer { user { displayName } } }
      ... on ValidationError { fields { path message } }
    }
  }
`
const ONBOARD = /* GraphQL */ `
  mutation ($returnUrl: URL!) {
    startPayoutOnboarding(input: { returnUrl: $returnUrl }) {
      __typename
      ... on PayoutOnboardingPayload { url expiresAt viewer { payoutReadiness } }
      ... on Error { code }
      ... on ValidationError { fields { path } }
    }
  }
`
const SET_READINESS = /* GraphQL */ `
  mutation ($input: SetSandboxPayoutReadinessInput!) {
    setSandboxPayoutReadiness(input: $input) {
      __typename
      ... on SandboxPayload { sandbox { provider } }
      ... on Error { code }
      ... on NotFoundError { id }
    }
  }
`
const RETURN_URL = 'https://app.example.com/paid?tab=1'

let app: TestApp
let anna: Person

beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})
beforeEach(async () => {
  anna = await person(app, 'Anna')
})

const nameOf = async ({ uuid }: Person) =>
  (await app.prisma.user.findUniqueOrThrow({ where: { id: uuid } })).displayName
const readinessOf = async ({ uuid }: Person) =>
  (await app.prisma.user.findUniqueOrThrow({ where: { id: uuid } })).payoutReadiness
const update = async (input: object) => (await anna.send(UPDATE_PROFILE, { input })).data?.updateProfile
const onboard = async (returnUrl = RETURN_URL) => (await anna.send(ONBOARD, { returnUrl })).data?.startPayoutOnboarding

describe('updateProfile', () => {
  test('changes the name that others see', async () => {
    expect(await update({ displayName: ' Anna K. ' })).toEqual({
      __typename: 'ProfilePayload',
      viewer: { user: { displayName: 'Anna K.' } },
    })
    expect(await nameOf(anna)).toBe('Anna K.')
  })

  test('leaves a name as it is that is absent or null', async () => {
    for (const input of [{}, { displayName: null }]) {
      expect(await update(input)).toMatchObject({ viewer: { user: { displayName: 'Anna' } } })
    }
  })

  test('refuses anonymous callers, then an invalid name, and changes nothing', async () => {
    const anonymous = await send(app, UPDATE_PROFILE, { input: { displayName: 'x'.repeat(81) } })
    expect(anonymous.data?.updateProfile).toMatchObject({ __typename: 'UnauthenticatedError' })
    for (const displayName of ['', '   ', 'x'.repeat(81), 'An\nna']) {
      expect(await update({ displayName })).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'displayName'] }],
      })
    }
    expect(await nameOf(anna)).toBe('Anna')
  })
})

describe('startPayoutOnboarding', () => {
  test.each(['NOT_STARTED', 'PENDING_VERIFICATION', 'RESTRICTED', 'READY'] as const)(
    'makes a person who is %s READY at once, in the sandbox',
    async (payoutReadiness) => {
      await app.prisma.user.update({ where: { id: anna.uuid }, data: { payoutReadiness } })
      expect(await onboard()).toEqual({
        __typename: 'PayoutOnboardingPayload',
        url: null,
        expiresAt: null,
        viewer: { payoutReadiness: 'READY' },
      })
    },
  )

  test('refuses anonymous callers, then an invalid return address, then a person whom the provider has rejected', async () => {
    await app.prisma.user.update({ where: { id: anna.uuid }, data: { payoutReadiness: 'REJECTED' } })
    const anonymous = await send(app, ONBOARD, { returnUrl: 'javascript:alert(1)' })
    expect(anonymous.data?.startPayoutOnboarding).toMatchObject({ __typename: 'UnauthenticatedError' })
    for (const url of ['javascript:alert(1)', `https://example.com/${'x'.repeat(2000)}`]) {
      expect(await onboard(url)).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'returnUrl'] }],
      })
    }
    expect(await onboard()).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    expect(await readinessOf(anna)).toBe('REJECTED')
  })
})

describe('setSandboxPayoutReadiness', () => {
  const set = async (who: Person, userId: string, readiness: string) =>
    (await who.send(SET_READINESS, { input: { userId, readiness } })).data?.setSandboxPayoutReadiness

  test('sets the readiness of a person in the sandbox', async () => {
    const ada = await person(app, 'Ada', 'ADMIN')
    for (const readiness of ['REJECTED', 'RESTRICTED', 'PENDING_VERIFICATION', 'NOT_STARTED', 'READY']) {
      expect(await set(ada, anna.id, readiness)).toEqual({
        __typename: 'SandboxPayload',
        sandbox: { provider: 'ACCEPT' },
      })
      expect(await readinessOf(anna)).toBe(readiness)
    }
    expect(await app.prisma.auditRecord.count({ where: { actorId: ada.uuid, subjectId: anna.uuid } })).toBe(5)
  })

  test('refuses anonymous callers, then callers who are not administrators, then an unknown person, and changes nothing', async () => {
    const fin = await person(app, 'Fin', 'FINANCE', 'AGENT')
    const ada = await person(app, 'Ada', 'ADMIN')
    const anonymous = await send(app, SET_READINESS, { input: { userId: anna.id, readiness: 'REJECTED' } })
    expect(anonymous.data?.setSandboxPayoutReadiness).toMatchObject({ __typename: 'UnauthenticatedError' })
    for (const who of [anna, fin]) {
      expect(await set(who, 'nonsense', 'REJECTED')).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
      expect(await set(who, anna.id, 'REJECTED')).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' })
    }
    for (const id of ['nonsense', toPublicId('usr', newId())]) {
      expect(await set(ada, id, 'REJECTED')).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', id })
    }
    expect(await readinessOf(anna)).toBe('READY')
  })
})
