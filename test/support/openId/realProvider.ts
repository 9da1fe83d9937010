/** A real OpenID Connect provider on loopback (package oidc-provider), whose people sign in without a form. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

/** The page of the app to which the providers of tests redirect. */
export const REDIRECT_URI = 'https://app.example.com/signed-in'
export const CLIENT_ID = 'errand-tests'
export const CLIENT_SECRET = 'a-secret-of-the-tests'

/** A person of the provider. */
export interface Subject {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

/** The answer that a client sends to `signIn`, without the name of the provider. */
export interface CodeAnswer {
  code: string
  codeVerifier: string
  redirectUri: string
  nonce: string
}

export interface RealProvider {
  issuer: string
  /** The people by their subject; a test may change what the provider says of them. */
  people: Map<string, Subject>
  /** Signs a person in at the provider, as their browser does, and returns the answer. */
  authorize(person: Subject): Promise<CodeAnswer>
  stop(): Promise<void>
}

export async function startRealProvider(): Promise<RealProvider> {
  const people = new Map<string, Subject>()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [REDIRECT_URI],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'tests' }] },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    cookies: { keys: ['a key of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: async () => ({ ...people.get(accountId), sub: accountId }),
    }),
    async loadExistingGrant(context) {
      const { client, session } = context.oidc
      if (!client || !session?.accountId) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
    void provider
      .interactionDetails(request, response)
      .then(({ params }) =>
        provider.interactionFinished(request, response, { login: { accountId: String(params.login_hint) } }),
      )
  })
  return {
    issuer,
    people,
    authorize: (person) => {
      people.set(person.sub, person)
      return authorizeAt(issuer, person.sub)
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const random = () => randomBytes(32).toString('base64url')

async function authorizeAt(issuer: string, subject: string): Promise<CodeAnswer> {
  const [codeVerifier, nonce] = [random(), random()]
  const request = new URL('/auth', issuer)
  request.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid email profile',
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    nonce,
    state: random(),
    login_hint: subject,
  }).toString()
  const cookies = new Map<string, string>()
  let url = request
  for (let steps = 0; steps < 6; steps++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { headers: { cookie }, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    url = new URL(location, issuer)
    const code = url.searchParams.get('code')
    if (code) return { code, codeVerifier, redirectUri: REDIRECT_URI, nonce }
  }
  throw new Error(`The provider issued no code: ${url.href}`)
}
