/** Sign-in by OpenID Connect: the providers, and the input. */
import { builder } from '../../graphql/builder.ts'
import type { OpenIdProviderInfo } from './openIdProviders.ts'

/** The GraphQL type of a provider, in `apiInfo`. */
export const OpenIdProviderType = builder.objectRef<OpenIdProviderInfo>('OpenIdProvider').implement({
  description: 'A provider by which people sign in, with OpenID Connect.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name for `OpenIdInput.provider`.' }),
    issuer: t.field({ type: 'URL', description: 'Its issuer identifier.', resolve: ({ issuer }) => new URL(issuer) }),
    clientId: t.exposeString('clientId', { description: 'The client id of this server at the provider.' }),
    authorizationUrl: t.field({
      type: 'URL',
      description: 'Its authorization endpoint, where the code flow begins.',
      resolve: ({ authorizationUrl }) => new URL(authorizationUrl),
    }),
    scopes: t.stringList({ description: 'The scopes to request.', resolve: ({ scopes }) => [...scopes] }),
  }),
})

export const OpenIdInput = builder.inputType('OpenIdInput', {
  description:
    'The answer of a provider that `apiInfo.openIdProviders` has: authorization code flow with PKCE (RFC 7636, S256). The app checks `state` itself.',
  fields: (t) => ({
    provider: t.string({ required: true, description: 'The name of the provider.' }),
    code: t.string({ required: true, description: 'The authorization code, valid once.' }),
    codeVerifier: t.string({ required: true, description: 'The PKCE verifier, 43 to 128 characters.' }),
    redirectUri: t.field({
      type: 'URL',
      required: true,
      description: 'The page of the app to which the provider redirected, without a query.',
    }),
    nonce: t.string({ description: 'The nonce of the authorization request. Required if the request had one.' }),
  }),
})
