/**
 * The OpenID Connect providers by which people sign in. The metadata of a provider is fetched when it is first needed, never at the start,
 * so that one that does not answer harms nobody but the people who sign in by it.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
  type ServerMetadata,
} from 'openid-client'
import type { Logger } from 'pino'
import type { OpenIdProviderConfig } from '../../config.ts'
import { isLocalHttp } from '../../configSchemas.ts'
import { ProviderUnavailableError } from '../../domain/errors.ts'
import { BoundedConcurrency } from '../sessions/boundedConcurrency.ts'
import { boundedFetch } from './boundedFetch.ts'

const CALL_SECONDS = 5 // Each of discovery, token and keys.
const DESCRIBE_MS = 2_000 // Readers of apiInfo wait no longer for a provider.
const METADATA_TTL_MS = 3_600_000
const FAILURE_TTL_MS = 5_000
// Both for one provider: a slow one keeps nobody else from signing in.
const CALLS = { atOnce: 10, waitingMax: 50 }

/** The public part of a provider, with which a client begins a sign-in. */
export interface OpenIdProviderInfo {
  name: string
  issuer: string
  clientId: string
  authorizationUrl: string
  scopes: readonly string[]
}

/** The answer of a provider to the code flow, as the client received it. */
export interface OpenIdAnswer {
  provider: string
  code: string
  codeVerifier: string
  redirectUri: URL
  nonce: string | undefined
}

/** The claims of a provider about a person. */
export interface OpenIdIdentity {
  issuer: string
  subject: string
  /** The address that the provider has verified, in lower case; undefined if it has none. */
  verifiedEmail: string | undefined
  name: string | undefined
}

interface Discovered {
  client: Configuration
  atMs: number
}

interface Provider {
  config: OpenIdProviderConfig
  calls: BoundedConcurrency
  discovered: Discovered | undefined
  discovering: Promise<Discovered> | undefined
  failedAtMs: number
}

/** One in each process. Its cache has at most one entry for each configured provider. */
export class OpenIdProviders {
  readonly #providers: ReadonlyMap<string, Provider>
  readonly #log: Pick<Logger, 'warn'>
  readonly #callSeconds: number

  constructor({
    providers,
    log,
    callSeconds = CALL_SECONDS,
  }: {
    providers: readonly OpenIdProviderConfig[]
    log: Pick<Logger, 'warn'>
    callSeconds?: number
  }) {
    this.#log = log
    this.#callSeconds = callSeconds
    this.#providers = new Map(
      providers.map((config) => [
        config.name,
        {
          config,
          calls: new BoundedConcurrency(CALLS),
          discovered: undefined,
          discovering: undefined,
          failedAtMs: Number.NEGATIVE_INFINITY,
        },
      ]),
    )
  }

  has(name: string): boolean {
    return this.#providers.has(name)
  }

  /** Returns the providers that answer; one that does not is missing until it does. */
  async describe(): Promise<OpenIdProviderInfo[]> {
    const found = await Promise.all([...this.#providers.values()].map((provider) => this.#describe(provider)))
    return found.filter((info) => info !== undefined)
  }

  /**
   * Exchanges the code and checks the ID token: signature, issuer, audience, times and nonce. Returns undefined for anything that does not
   * prove a person. Refuses with ProviderUnavailableError if the provider does not answer, or not as a provider does.
   */
  async identify(answer: OpenIdAnswer): Promise<OpenIdIdentity | undefined> {
    const provider = this.#providers.get(answer.provider)
    if (!provider) throw new Error('A sign-in by an unknown provider was not refused.')
    return provider.calls.run(async () => {
      const client = await this.#clientOf(provider)
      try {
        return await identityOf(client, answer)
      } catch (error) {
        if (!isUnavailable(error)) return undefined
        this.#warn(provider, error)
        throw unavailable()
      }
    })
  }

  async #describe(provider: Provider): Promise<OpenIdProviderInfo | undefined> {
    const { name, issuer, clientId, scopes } = provider.config
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, DESCRIBE_MS, undefined)
    })
    const client = await Promise.race([this.#clientOf(provider).catch(() => undefined), late])
    clearTimeout(timer)
    const authorizationUrl = client?.serverMetadata().authorization_endpoint
    return authorizationUrl === undefined ? undefined : { name, issuer, clientId, scopes, authorizationUrl }
  }

  async #clientOf(provider: Provider): Promise<Configuration> {
    const { discovered } = provider
    const now = Date.now()
    if (discovered && now - discovered.atMs < METADATA_TTL_MS) return discovered.client
    const isTooEarly = now - provider.failedAtMs < FAILURE_TTL_MS
    if (isTooEarly && !discovered) throw unavailable()
    if (isTooEarly && discovered) return discovered.client
    try {
      provider.discovering ??= discover(provider.config, this.#callSeconds)
      provider.discovered = await provider.discovering
      return provider.discovered.client
    } catch (error) {
      provider.failedAtMs = Date.now()
      this.#warn(provider, error)
      // Older metadata is most likely still right, and every answer is checked anyway.
      if (discovered) return discovered.client
      throw unavailable()
    } finally {
      provider.discovering = undefined
    }
  }

  // The code alone: messages and causes may have a token, or the text of the provider.
  #warn({ config: { name } }: Provider, error: unknown): void {
    const reason = error instanceof ResponseBodyError ? error.error : codeOf(error)
    this.#log.warn({ provider: name, reason }, 'a provider of sign-ins does not answer as it should')
  }
}

async function discover(
  { issuer, clientId, clientSecret }: OpenIdProviderConfig,
  callSeconds: number,
): Promise<Discovered> {
  const server = new URL(issuer)
  const isInsecure = isLocalHttp(server)
  const found = await discovery(server, clientId, undefined, None(), {
    timeout: callSeconds,
    [customFetch]: boundedFetch,
    execute: isInsecure ? [allowInsecureRequests] : [],
  })
  const metadata = found.serverMetadata()
  const client = new Configuration(metadata, clientId, clientSecret, authenticationFor(metadata, clientSecret))
  client.timeout = callSeconds
  client[customFetch] = boundedFetch
  if (isInsecure) allowInsecureRequests(client)
  // Without it the signature is not checked, because TLS protects the token on its way.
  enableNonRepudiationChecks(client)
  return { client, atMs: Date.now() }
}

// The default of OpenID Connect Core is client_secret_basic.
const authenticationFor = ({ token_endpoint_auth_methods_supported: methods }: ServerMetadata, secret: string) =>
  methods?.includes('client_secret_post') && !methods.includes('client_secret_basic')
    ? ClientSecretPost(secret)
    : ClientSecretBasic(secret)

async function identityOf(
  client: Configuration,
  { code, codeVerifier, redirectUri, nonce }: OpenIdAnswer,
): Promise<OpenIdIdentity | undefined> {
  const { issuer, authorization_response_iss_parameter_supported: sendsIssuer } = client.serverMetadata()
  const answered = new URL(redirectUri)
  answered.searchParams.set('code', code)
  // The app has received the answer, and names its provider.
  if (sendsIssuer) answered.searchParams.set('iss', issuer)
  const tokens = await authorizationCodeGrant(client, answered, {
    pkceCodeVerifier: codeVerifier,
    ...(nonce !== undefined && { expectedNonce: nonce }),
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (!claims) return undefined
  const { iss, sub, email, email_verified: isVerified, name } = claims
  return {
    issuer: iss,
    subject: sub,
    // Some providers send the text.
    verifiedEmail:
      typeof email === 'string' && (isVerified === true || isVerified === 'true') ? email.toLowerCase() : undefined,
    name: typeof name === 'string' ? name : undefined,
  }
}

const NO_ANSWER: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
])

const REFUSALS: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_request', 'access_denied'])

/** True if the provider failed, or refuses our own client; false if it refuses the code, or its answer proves nobody. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return error.status >= 500 || !REFUSALS.has(error.error)
  if (error instanceof ClientError) return error.code === undefined || NO_ANSWER.has(error.code)
  // Of fetch: no connection, a reset, or a body beyond the limit.
  return error instanceof TypeError
}

const codeOf = (error: unknown): string => (error instanceof ClientError && error.code) || (error as Error).name

const unavailable = () =>
  new ProviderUnavailableError(
    'The sign-in provider does not answer. Nothing was changed; start the sign-in again in a minute.',
  )
