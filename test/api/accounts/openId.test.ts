/** Sign-in by OpenID Connect: by a real provider, and by one that lies and fails. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { OpenIdProvidersDocument, SignInDocument } from '../../../schema/sdk/generated.ts'
import { OpenIdProviders } from '../../../src/accounts/openId/openIdProviders.ts'
import { memoryRateLimits } from '../../../src/cache/rateLimits.ts'
import { accountsOf, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { anonymousCaller, ask } from '../../support/ask.ts'
import { mailsTo } from '../../support/mails.ts'
import { type HostileProvider, json, startHostileProvider } from '../../support/openId/hostileProvider.ts'
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type CodeAnswer,
  REDIRECT_URI,
  type RealProvider,
  type Subject,
  startRealProvider,
} from '../../support/openId/realProvider.ts'
import { send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

let app: TestApp
let accounts: ReturnType<typeof accountsOf>
let real: RealProvider
let hostile: HostileProvider

const configOf = (name: string, issuer: string) => ({
  name,
  issuer,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  scopes: ['openid', 'email', 'profile'],
})
/** Providers that wait for a short time, and have discovered nothing yet. */
const freshProviders = (...providers: ReturnType<typeof configOf>[]) =>
  new OpenIdProviders({ providers, log: app.log, callSeconds: 1.5 })

beforeAll(async () => {
  ;[real, hostile] = await Promise.all([startRealProvider(), startHostileProvider()])
  app = await startApp({
    publicAppUrl: 'https://app.example.com',
    openIdProviders: [configOf('Real', real.issuer), configOf('Hostile', hostile.issuer)],
  })
  accounts = accountsOf(app)
})
afterAll(async () => {
  await Promise.all([app.stop(), real.stop(), hostile.stop()])
})
afterEach(() => hostile.reset())

interface Outcome {
  __typename: string
  [field: string]: unknown
}

async function signIn(answer: Partial<CodeAnswer>, provider = 'Real'): Promise<Outcome> {
  const input = { openId: { provider, ...answer } }
  const { data, errors } = await send(app, SignInDocument.text, { input })
  if (!data) throw new Error(JSON.stringify(errors))
  return data.signIn as unknown as Outcome
}
const someone = (fields: Partial<Subject> = {}): Subject & { email: string } => ({
  sub: randomUUID(),
  email: freshEmail(),
  email_verified: true,
  name: 'Anna Bergmann',
  ...fields,
})
const rowOf = (email: string) => app.prisma.user.findUnique({ where: { email }, include: { openIdLinks: true } })
const idOf = async (accessToken: unknown) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  const { data } = await send(app, '{ viewer { email user { displayName } emailVerifiedAt } }', {}, headers)
  return data?.viewer
}
/** An account with a password, whose address it has proved if `verified`. */
async function account({ verified }: { verified: boolean }): Promise<string> {
  const email = freshEmail()
  await accounts.signUp({ email })
  if (verified)
    await app.database.run`/* testVerify */ update users set email_verified_at = now() where email = ${email}`
  return email
}
const subjectsOf = async (email: string) => (await mailsTo(app, email)).map(({ subject }) => subject)
const REFUSED = { __typename: 'UnauthenticatedError', retryable: false }
const UNAVAILABLE = { __typename: 'ProviderUnavailableError', code: 'PROVIDER_UNAVAILABLE', retryable: true }

/** A sign-in by the hostile provider, which accepts any code. */
const HOSTILE_ANSWER = { code: 'any', codeVerifier: 'v'.repeat(43), redirectUri: REDIRECT_URI, nonce: 'n' }
const hostileSignIn = () => signIn(HOSTILE_ANSWER, 'Hostile')

describe('apiInfo', () => {
  test('has what a client needs to begin, and leaves out a provider that does not answer', async () => {
    const { openIdProviders } = app.services
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const silentIssuer = `http://127.0.0.1:${(silent.address() as { port: number }).port}`
    app.services.openIdProviders = freshProviders(
      configOf('Real', real.issuer),
      configOf('Silent', silentIssuer),
      configOf('Closed', 'http://127.0.0.1:1'),
    )
    const client = anonymousCaller(app)
    const { apiInfo } = await ask<{ apiInfo: { openIdProviders: unknown } }>(client, OpenIdProvidersDocument.text)
    app.services.openIdProviders = openIdProviders
    silent.close()
    expect(apiInfo.openIdProviders).toEqual([
      {
        name: 'Real',
        issuer: `${real.issuer}/`,
        clientId: CLIENT_ID,
        authorizationUrl: `${real.issuer}/auth`,
        scopes: ['openid', 'email', 'profile'],
      },
    ])
  })
})

describe('a sign-in by a provider', () => {
  test('with an unknown address makes a verified account, and finds it again', async () => {
    const anna = someone()
    const signed = await signIn(await real.authorize(anna))
    expect(signed).toMatchObject({ __typename: 'AuthPayload', viewer: { email: anna.email } })
    const viewer = { email: anna.email, user: { displayName: 'Anna Bergmann' }, emailVerifiedAt: expect.any(String) }
    expect(await idOf(signed.accessToken)).toEqual(viewer)
    const again = await signIn(await real.authorize(anna))
    expect(await idOf(again.accessToken)).toEqual(viewer)
    expect(await rowOf(anna.email)).toMatchObject({ openIdLinks: [{ issuer: real.issuer, subject: anna.sub }] })
    expect(await accounts.audit(anna.email)).toEqual([
      'user.signed_up',
      'user.openid_linked',
      'sign_in.succeeded',
      'sign_in.succeeded',
    ])
    expect(await subjectsOf(anna.email)).toEqual(['You can now sign in with Real'])
    expect(await accounts.signIn(anna.email)).toMatchObject(REFUSED)
  })

  test('names a new account by its address if the provider has no usable name', async () => {
    const anna = someone({ name: 'An\u0007na', email: `paula.${randomUUID()}@example.com` })
    await signIn(await real.authorize(anna))
    expect((await rowOf(anna.email))?.displayName).toBe(anna.email.split('@')[0])
  })

  test('is linked with an account of the same verified address, for good, whatever becomes of the address', async () => {
    const email = await account({ verified: true })
    const anna = someone({ email: email.toUpperCase() })
    expect(await signIn(await real.authorize(anna))).toMatchObject({ viewer: { email } })
    expect((await subjectsOf(email))[0]).toBe('You can now sign in with Real')
    const moved = freshEmail()
    await app.database.run`/* testMove */ update users set email = ${moved} where email = ${email}`
    expect(await signIn(await real.authorize({ ...anna, email: freshEmail() }))).toMatchObject({
      viewer: { email: moved },
    })
    expect(await signIn(await real.authorize({ sub: anna.sub }))).toMatchObject({ viewer: { email: moved } })
    expect(await accounts.signIn(moved)).toMatchObject({ __typename: 'AuthPayload' })
  })

  test('of an account with a second factor asks for it, and opens no session', async () => {
    const email = await account({ verified: true })
    const { id: userId } = (await rowOf(email)) ?? {}
    await app.database.run`
      /* testFactor */
      insert into second_factors (id, user_id, slot, kind, name, created_at, sealed_secret, last_step)
      values (gen_random_uuid(), ${userId}, 1, 'TOTP', 'Phone', clock_timestamp(), '\\x00', 0)`
    const sessions = await app.prisma.session.count({ where: { userId: String(userId) } })
    const anna = someone({ email })
    for (const _time of ['the first, which links the account', 'a later one']) {
      expect(await signIn(await real.authorize(anna))).toMatchObject({
        __typename: 'SecondFactorRequiredError',
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        methods: ['TOTP'],
      })
    }
    expect(await app.prisma.session.count({ where: { userId: String(userId) } })).toBe(sessions)
    expect((await accounts.audit(email)).slice(-2)).toEqual([
      'sign_in.second_factor_required',
      'sign_in.second_factor_required',
    ])
  })

  test('does not take over an account whose address is not verified here', async () => {
    const email = await account({ verified: false })
    const before = await rowOf(email)
    expect(await signIn(await real.authorize(someone({ email })))).toMatchObject({
      __typename: 'ForbiddenError',
      message: expect.stringContaining('is not verified'),
    })
    expect(await rowOf(email)).toEqual(before)
    expect(await accounts.audit(email)).toEqual(['user.signed_up', 'sign_in.failed'])
  })

  test.each([
    ['has not verified', { email_verified: false }],
    ['does not call verified', { email_verified: undefined }],
  ])('is refused with an address that the provider %s', async (_name, fields) => {
    const email = await account({ verified: true })
    expect(await signIn(await real.authorize(someone({ ...fields, email } as Subject)))).toMatchObject({
      __typename: 'ForbiddenError',
    })
    const stranger = someone(fields as Subject)
    expect(await signIn(await real.authorize(stranger))).toMatchObject({ __typename: 'ForbiddenError' })
    expect((await rowOf(email))?.openIdLinks).toEqual([])
    expect(await rowOf(stranger.email)).toBeNull()
  })

  test('is refused for another person to whom the provider gave the same address', async () => {
    const anna = someone()
    await signIn(await real.authorize(anna))
    expect(await signIn(await real.authorize({ ...anna, sub: randomUUID() }))).toMatchObject({
      __typename: 'ForbiddenError',
      message: expect.stringContaining('belongs to another account at Real'),
    })
    expect((await rowOf(anna.email))?.openIdLinks).toHaveLength(1)
    const attack = app.database.pool.query('update open_id_links set subject = $1', [randomUUID()])
    await expect(attack).rejects.toMatchObject({ constraint: 'a_link_never_changes' })
  })

  test('is refused while the account is suspended, linked or not', async () => {
    const [email, anna] = [await account({ verified: true }), someone()]
    await signIn(await real.authorize(anna))
    await app.database
      .run`/* testSuspend */ update users set suspended_at = now() where email in (${email}, ${anna.email})`
    for (const person of [anna, someone({ email })]) {
      expect(await signIn(await real.authorize(person))).toMatchObject({
        __typename: 'ForbiddenError',
        code: 'ACCOUNT_SUSPENDED',
      })
    }
    expect((await rowOf(email))?.openIdLinks).toEqual([])
    expect((await accounts.audit(email)).at(-1)).toBe('sign_in.suspended')
  })

  test('makes one account of requests at once', async () => {
    const anna = someone()
    const answers = [await real.authorize(anna), await real.authorize(anna), await real.authorize(anna)]
    const outcomes = await Promise.all(answers.map((answer) => signIn(answer)))
    for (const outcome of outcomes) expect(outcome).toMatchObject({ viewer: { email: anna.email } })
    expect((await rowOf(anna.email))?.openIdLinks).toHaveLength(1)
    expect(await subjectsOf(anna.email)).toHaveLength(1)
  })

  test('takes a code once', async () => {
    const answer = await real.authorize(someone())
    expect(await signIn(answer)).toMatchObject({ __typename: 'AuthPayload' })
    expect(await signIn(answer)).toMatchObject(REFUSED)
  })

  test.each([
    ['another verifier', { codeVerifier: 'x'.repeat(43) }],
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['another page', { redirectUri: 'https://app.example.com/elsewhere' }],
    ['another code', { code: 'x' }],
  ])('is refused with %s than that of its request', async (_name, changes) => {
    const anna = someone()
    expect(await signIn({ ...(await real.authorize(anna)), ...(changes as object) })).toMatchObject(REFUSED)
    expect(await rowOf(anna.email)).toBeNull()
  })

  test('is refused with an unknown provider, a foreign page or a malformed answer, before any call', async () => {
    const answer = { ...HOSTILE_ANSWER, code: 'c' }
    const refused: [Partial<CodeAnswer>, string, string][] = [
      [answer, 'Unknown', 'provider'],
      [{ ...answer, redirectUri: 'https://app.example.com.evil.test/' }, 'Hostile', 'redirectUri'],
      [{ ...answer, redirectUri: 'http://app.example.com/signed-in' }, 'Hostile', 'redirectUri'],
      [{ ...answer, redirectUri: `${REDIRECT_URI}?next=x` }, 'Hostile', 'redirectUri'],
      [{ ...answer, codeVerifier: 'short' }, 'Hostile', 'codeVerifier'],
      [{ ...answer, code: 'c d' }, 'Hostile', 'code'],
      [{ ...answer, nonce: 'n'.repeat(256) }, 'Hostile', 'nonce'],
    ]
    for (const [input, provider, field] of refused) {
      expect([field, await signIn(input, provider)]).toMatchObject([
        field,
        { __typename: 'ValidationError', fields: [{ path: ['input', 'openId', field] }] },
      ])
    }
  })

  test('counts refused answers, and not the provider’s failures, against the address of the client', async () => {
    const { rateLimits } = app.services
    app.services.rateLimits = memoryRateLimits()
    hostile.answers.set('/token', json({ error: 'invalid_grant' }, 400))
    for (let count = 0; count < 29; count++) expect(await hostileSignIn()).toMatchObject(REFUSED)
    hostile.answers.set('/token', json({}, 500))
    for (let count = 0; count < 3; count++) expect(await hostileSignIn()).toMatchObject(UNAVAILABLE)
    hostile.answers.set('/token', json({ error: 'invalid_grant' }, 400))
    expect(await hostileSignIn()).toMatchObject(REFUSED)
    expect(await hostileSignIn()).toMatchObject({ __typename: 'RateLimitedError', retryable: true })
    app.services.rateLimits = rateLimits
  })
})

describe('a provider that lies', () => {
  const good = () => ({ sub: randomUUID(), email: freshEmail(), email_verified: true, nonce: 'n' })

  test('is believed when it does not', async () => {
    hostile.claims = good()
    expect(await hostileSignIn()).toMatchObject({ viewer: { email: hostile.claims.email } })
  })

  const past = Math.floor(Date.now() / 1_000) - 3_600
  test.each([
    ['another issuer', { iss: 'https://accounts.example.com' }],
    ['another audience', { aud: 'somebody-else' }],
    ['an expired token', { iat: past - 60, exp: past }],
    ['no nonce', { nonce: undefined }],
    ['another nonce', { nonce: 'm' }],
    ['no subject', { sub: undefined }],
    ['a subject that is no text', { sub: 7 }],
  ])('is refused with %s', async (_name, claims) => {
    hostile.claims = { ...good(), ...(claims as object) }
    expect(await hostileSignIn()).toMatchObject(REFUSED)
    expect(await rowOf(String(hostile.claims.email))).toBeNull()
  })

  test('is refused with a signature of another key, or none', async () => {
    hostile.claims = good()
    hostile.usesOtherKey = true
    expect(await hostileSignIn()).toMatchObject(REFUSED)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Math.floor(Date.now() / 1_000)
    const claims = { iss: hostile.issuer, aud: CLIENT_ID, iat: now, exp: now + 60, ...good() }
    const unsigned = `${part({ alg: 'none' })}.${part(claims)}.`
    hostile.answers.set('/token', json({ access_token: 'x', token_type: 'bearer', id_token: unsigned }))
    expect(await hostileSignIn()).toMatchObject(REFUSED)
    hostile.answers.set('/token', json({ access_token: 'x', token_type: 'bearer' }))
    expect(await hostileSignIn()).toMatchObject(REFUSED)
  })

  test('about an address gets no account', async () => {
    for (const email of ['', 'nobody', 'a b@example.com', `${'a'.repeat(250)}@example.com`, 7]) {
      hostile.claims = { ...good(), email }
      expect(await hostileSignIn()).toMatchObject({ __typename: 'ForbiddenError' })
    }
  })
})

describe('a provider that fails', () => {
  test.each([
    ['500', json({}, 500)],
    ['a page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Sorry</p>')],
    ['a redirection', (response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['half a text', (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id_')],
    ['a refusal of our client', json({ error: 'invalid_client' }, 401)],
    [
      'too much',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(`"${'x'.repeat(2e6)}"`),
    ],
    ['a cut', (response) => void response.socket?.destroy()],
  ] satisfies [string, Parameters<HostileProvider['answers']['set']>[1]][])(
    'with %s is a refusal to try again',
    async (_name, answer) => {
      hostile.answers.set('/token', answer)
      expect(await hostileSignIn()).toMatchObject(UNAVAILABLE)
    },
  )

  test('to tell of itself, or of itself alone, is a refusal to try again, and nothing is kept', async () => {
    const { openIdProviders } = app.services
    hostile.claims = { sub: randomUUID(), email: freshEmail(), email_verified: true, nonce: 'n' }
    const path = '/.well-known/openid-configuration'
    const answers = [
      json({}, 503),
      json({ issuer: 'https://accounts.example.com', token_endpoint: `${hostile.issuer}/token` }),
      () => {}, // Silence.
    ]
    for (const answer of answers) {
      app.services.openIdProviders = freshProviders(configOf('Hostile', hostile.issuer))
      hostile.answers.set(path, answer)
      expect(await hostileSignIn()).toMatchObject(UNAVAILABLE)
      // At once, without another call.
      expect(await hostileSignIn()).toMatchObject(UNAVAILABLE)
    }
    hostile.answers.clear()
    app.services.openIdProviders = freshProviders(configOf('Hostile', hostile.issuer))
    expect(await hostileSignIn()).toMatchObject({ __typename: 'AuthPayload' })
    app.services.openIdProviders = openIdProviders
  })

  test('to answer holds no connection, and no other sign-in up', async () => {
    const { openIdProviders } = app.services
    app.services.openIdProviders = freshProviders(configOf('Hostile', hostile.issuer), configOf('Real', real.issuer))
    hostile.claims = { sub: randomUUID(), email: freshEmail(), email_verified: true, nonce: 'n' }
    let called = () => {}
    const call = new Promise<void>((resolve) => {
      called = resolve
    })
    hostile.answers.set('/token', () => called())
    const waiting = hostileSignIn()
    await Promise.race([call, waiting])
    const { rows } = await app.database.pool.query(
      `select count(*)::integer as open from pg_stat_activity
      where datname = current_database()
        and state like 'idle in transaction%'
        and query ~ '(lockAccounts|readCredentials|OpenIdLink|insertUser)'`,
    )
    expect(rows).toEqual([{ open: 0 }])
    expect(await signIn(await real.authorize(someone()))).toMatchObject({ __typename: 'AuthPayload' })
    expect(await accounts.signIn(await account({ verified: true }), PASSWORD)).toMatchObject({
      __typename: 'AuthPayload',
    })
    expect(await waiting).toMatchObject(UNAVAILABLE)
    app.services.openIdProviders = openIdProviders
  })

  test('is logged by its name and the reason, without code, verifier, secret or token', () => {
    const log = JSON.stringify(app.logLines)
    expect(log).toContain('"provider":"Hostile"')
    for (const secret of [CLIENT_SECRET, 'v'.repeat(43), 'id_token', 'eyJ']) expect(log).not.toContain(secret)
  })
})
