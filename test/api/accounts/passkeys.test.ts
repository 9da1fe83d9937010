import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  FinishPasskeyRegistrationDocument,
  SignInDocument,
  StartPasskeyRegistrationDocument,
  StartPasskeySignInDocument,
} from '../../../schema/sdk/generated.ts'
import { relyingPartyOf } from '../../../src/accounts/secondFactors/relyingParty.ts'
import { accountsOf, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { type Conditions, makeAuthenticator } from '../../support/authenticator.ts'
import { send } from '../../support/people.ts'
import { fromPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const ORIGIN = 'https://app.example.com'

let app: TestApp
let accounts: ReturnType<typeof accountsOf>

beforeAll(async () => {
  app = await startApp({ publicAppUrl: `${ORIGIN}/app`, publicUrl: 'https://api.app.example.com' })
  accounts = accountsOf(app)
})
afterAll(() => app.stop())

interface Outcome {
  __typename: string
  [field: string]: unknown
}

const WRONG = { __typename: 'InvalidTokenError', code: 'INVALID_TOKEN' }
const SIGNED = { __typename: 'AuthPayload' }
const ADDED = { __typename: 'RecoveryCodesPayload' }

const outcomeOf = async (document: { text: string }, input: object, token?: string): Promise<Outcome> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const { data, errors } = await send(app, document.text, { input }, headers)
  expect(errors).toBeUndefined()
  return Object.values(data ?? {})[0] as unknown as Outcome
}

async function someone() {
  const email = freshEmail()
  const { accessToken, viewer } = await accounts.signUp({ email })
  return { email, uuid: String(fromPublicId('usr', viewer.user.id)), token: accessToken }
}

const begin = (token: string, input: object = {}) => outcomeOf(StartPasskeyRegistrationDocument, input, token)
const finish = (token: string, challenge: unknown, response: string) =>
  outcomeOf(FinishPasskeyRegistrationDocument, { challenge, response, name: 'Laptop' }, token)

async function withPasskey(conditions: Conditions = {}) {
  const person = await someone()
  const authenticator = makeAuthenticator({ origin: ORIGIN })
  const { challenge, options } = await begin(person.token)
  const added = await finish(person.token, challenge, authenticator.register(String(options), conditions))
  expect(added).toMatchObject(ADDED)
  return { ...person, authenticator }
}

const signIn = (input: object) => outcomeOf(SignInDocument, input)

/** Signs in by a passkey alone; `change` changes the answer. */
async function signInBy(
  { authenticator }: Pick<Awaited<ReturnType<typeof withPasskey>>, 'authenticator'>,
  conditions: Conditions = {},
) {
  const { challenge, options } = await outcomeOf(StartPasskeySignInDocument, {})
  return signIn({ passkey: { challenge, response: authenticator.sign(String(options), conditions) } })
}

const firstStep = ({ email }: { email: string }) => signIn({ password: { email, password: PASSWORD } })
const handleOf = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')

describe('a passkey', () => {
  test('is registered for the domain of the app, in a session that has just signed in', async () => {
    const ada = await someone()
    const { challenge, options } = await begin(ada.token)
    const parsed = JSON.parse(String(options))
    expect(parsed).toMatchObject({
      rp: { id: 'app.example.com', name: 'Errand' },
      user: { id: handleOf(ada.uuid), name: ada.email },
      challenge,
      excludeCredentials: [],
    })
    const { register } = makeAuthenticator({ origin: ORIGIN })
    const added = await finish(ada.token, challenge, register(String(options)))
    expect(added).toMatchObject({ ...ADDED, secondFactors: [{ kind: 'PASSKEY', name: 'Laptop' }] })
    expect(added.recoveryCodes).toHaveLength(10)
    const again = JSON.parse(String((await begin(ada.token)).options))
    expect(again.excludeCredentials).toHaveLength(1)
  })

  test('is refused with a used, foreign or unknown challenge, another origin, or a text that is no answer', async () => {
    const [ada, ben] = [await someone(), await someone()]
    const { register } = makeAuthenticator({ origin: ORIGIN })
    const registration = async (token = ada.token) => {
      const { challenge, options } = await begin(token)
      return { challenge, options: String(options) }
    }
    const foreign = await registration(ben.token)
    expect(await finish(ada.token, foreign.challenge, register(foreign.options))).toMatchObject(WRONG)
    const elsewhere = await registration()
    const phished = register(elsewhere.options, { origin: 'https://app.example.com.evil.test' })
    expect(await finish(ada.token, elsewhere.challenge, phished)).toMatchObject(WRONG)
    // Used by its first answer, although that was wrong.
    expect(await finish(ada.token, elsewhere.challenge, register(elsewhere.options))).toMatchObject(WRONG)
    expect(await finish(ada.token, 'unknown', register(elsewhere.options))).toMatchObject(WRONG)
    for (const response of ['', '{}', 'null', '{"id":1}'])
      expect(await finish(ada.token, (await registration()).challenge, response)).toMatchObject(WRONG)
    expect(await app.prisma.secondFactor.count({ where: { userId: ada.uuid } })).toBe(0)
  })

  test('belongs to one account, and is added once by answers that are sent at once', async () => {
    const [ada, ben] = [await someone(), await someone()]
    const { register } = makeAuthenticator({ origin: ORIGIN })
    const { challenge, options } = await begin(ada.token)
    const response = register(String(options))
    const outcomes = await Promise.all([1, 2, 3].map(() => finish(ada.token, challenge, response)))
    expect(outcomes.filter(({ __typename }) => __typename === 'RecoveryCodesPayload')).toHaveLength(1)
    const other = await begin(ben.token)
    expect(await finish(ben.token, other.challenge, register(String(other.options)))).toMatchObject(WRONG)
  })
})

describe('a sign-in by passkey alone', () => {
  test('names no person, needs one to be recognized, and counts as both factors', async () => {
    const ada = await withPasskey()
    const { options } = await outcomeOf(StartPasskeySignInDocument, {})
    expect(JSON.parse(String(options))).toMatchObject({ rpId: 'app.example.com', userVerification: 'required' })
    expect(JSON.parse(String(options)).allowCredentials).toBeUndefined()
    expect(await signInBy(ada, { isVerified: false })).toMatchObject(WRONG)
    const signed = await signInBy(ada, { userHandle: handleOf(ada.uuid) })
    expect(signed).toMatchObject({ ...SIGNED, viewer: { email: ada.email } })
    const session = await accounts.lastSession(ada.email)
    expect(session.secondFactorAt).toEqual(session.provenAt)
  })

  test('is refused alike for every other reason', async () => {
    const [ada, ben] = [await withPasskey(), await withPasskey()]
    const messages = new Set<unknown>()
    const isWrong = (outcome: Outcome) => {
      expect(outcome).toMatchObject(WRONG)
      messages.add(outcome.message)
    }
    isWrong(await signInBy({ authenticator: makeAuthenticator({ origin: ORIGIN }) }))
    isWrong(await signInBy(ada, { origin: 'https://evil.test' }))
    isWrong(await signInBy(ada, { userHandle: handleOf(ben.uuid) }))
    const started = await outcomeOf(StartPasskeySignInDocument, {})
    const response = ada.authenticator.sign(String(started.options))
    isWrong(await signIn({ passkey: { challenge: 'unknown', response } }))
    isWrong(await signIn({ secondFactor: { challenge: started.challenge, passkey: response } }))
    expect(await signIn({ passkey: { challenge: started.challenge, response } })).toMatchObject(SIGNED)
    isWrong(await signIn({ passkey: { challenge: started.challenge, response } }))
    const registration = await begin(ada.token)
    const signature = ada.authenticator.sign(
      JSON.stringify({ ...JSON.parse(String(started.options)), ...registration }),
    )
    isWrong(await signIn({ passkey: { challenge: registration.challenge, response: signature } }))
    expect(messages.size).toBe(1)
  })

  test('refuses a passkey whose counter does not rise: it was copied', async () => {
    const ada = await withPasskey({ counter: 5 })
    for (const counter of [5, 4, 0]) expect(await signInBy(ada, { counter })).toMatchObject(WRONG)
    expect(await signInBy(ada, { counter: 6 })).toMatchObject(SIGNED)
    expect(await signInBy(ada, { counter: 6 })).toMatchObject(WRONG)
  })

  test('with one counter, sent at once for several challenges, opens one session', async () => {
    const ada = await withPasskey({ counter: 1 })
    const outcomes = await Promise.all([1, 2, 3].map(() => signInBy(ada, { counter: 2 })))
    expect(outcomes.filter(({ __typename }) => __typename === 'AuthPayload')).toHaveLength(1)
  })

  test('is refused for a suspended account', async () => {
    const ada = await withPasskey()
    await app.database.run`/* testSuspend */ update users set suspended_at = errand_now() where id = ${ada.uuid}`
    expect(await signInBy(ada)).toMatchObject({ __typename: 'ForbiddenError', code: 'ACCOUNT_SUSPENDED' })
  })
})

describe('a passkey as second factor', () => {
  test('is offered after the password, with the passkeys of the account, and need not recognize its person', async () => {
    const ada = await withPasskey()
    const required = await firstStep(ada)
    expect(required).toMatchObject({ __typename: 'SecondFactorRequiredError', methods: ['PASSKEY', 'RECOVERY_CODE'] })
    const options = JSON.parse(String(required.passkeyOptions))
    expect(options).toMatchObject({ rpId: 'app.example.com', challenge: required.challenge })
    expect(options.allowCredentials).toHaveLength(1)
    const passkey = ada.authenticator.sign(String(required.passkeyOptions), { isVerified: false })
    expect(await signIn({ secondFactor: { challenge: required.challenge, passkey } })).toMatchObject(SIGNED)
  })

  test('is refused for a challenge of another sign-in, and as the passkey of another account', async () => {
    const [ada, ben] = [await withPasskey(), await withPasskey()]
    const [first, second] = [await firstStep(ada), await firstStep(ada)]
    const passkey = ada.authenticator.sign(String(first.passkeyOptions))
    expect(await signIn({ secondFactor: { challenge: second.challenge, passkey } })).toMatchObject(WRONG)
    const foreign = ben.authenticator.sign(String(second.passkeyOptions))
    expect(await signIn({ secondFactor: { challenge: second.challenge, passkey: foreign } })).toMatchObject(WRONG)
    expect(await signIn({ secondFactor: { challenge: first.challenge, passkey } })).toMatchObject(SIGNED)
  })
})

test('the relying party is the domain of the app; on a loopback address it is localhost', () => {
  const of = (appUrl: string, serverUrl = appUrl) => relyingPartyOf({ appUrl, serverUrl })
  expect(of('https://app.example.com/path', 'https://api.example.org')).toEqual({
    id: 'app.example.com',
    origins: ['https://app.example.com'],
  })
  expect(of('https://example.com', 'https://api.example.com').origins).toEqual([
    'https://example.com',
    'https://api.example.com',
  ])
  expect(of('http://127.0.0.1:4000')).toEqual({ id: 'localhost', origins: ['http://localhost:4000'] })
  expect(of('http://[::1]:4000').id).toBe('localhost')
})
