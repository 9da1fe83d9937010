/** An OpenID Connect provider on loopback that lies, fails or is silent, as a test tells it. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { CLIENT_ID } from './realProvider.ts'

const HOUR_SECONDS = 3_600

type Answer = (response: ServerResponse) => void | Promise<void>

export interface HostileProvider {
  issuer: string
  /** The claims of the next ID token that differ from good ones. */
  claims: JWTPayload & Record<string, unknown>
  /** Signs with a key that the provider has not published. */
  usesOtherKey: boolean
  /** Replaces the answer at a path. */
  answers: Map<'/.well-known/openid-configuration' | '/token' | '/keys', Answer>
  /** Back to an honest provider. */
  reset(): void
  stop(): Promise<void>
}

export const json =
  (body: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

export async function startHostileProvider(): Promise<HostileProvider> {
  const [own, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const hostile: HostileProvider = {
    issuer,
    claims: {},
    usesOtherKey: false,
    answers: new Map(),
    reset() {
      hostile.claims = {}
      hostile.usesOtherKey = false
      hostile.answers.clear()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const honest: Record<string, Answer> = {
    '/.well-known/openid-configuration': json({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    }),
    '/keys': json({ keys: [{ ...(await exportJWK(own.publicKey)), alg: 'ES256', use: 'sig', kid: 'own' }] }),
    async '/token'(response) {
      const now = Math.floor(Date.now() / 1_000)
      const claims: JWTPayload = { iss: issuer, aud: CLIENT_ID, iat: now, exp: now + HOUR_SECONDS, ...hostile.claims }
      const key = hostile.usesOtherKey ? other.privateKey : own.privateKey
      const idToken = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'own' }).sign(key)
      return json({ access_token: 'x', token_type: 'bearer', id_token: idToken })(response)
    },
  }
  server.on('request', (request, response) => {
    const path = String(request.url?.split('?')[0])
    request.resume()
    const answer = hostile.answers.get(path as '/token') ?? honest[path]
    void (answer ?? json({}, 404))(response)
  })
  return hostile
}
