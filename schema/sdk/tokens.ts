/** The tokens of one person. Concurrent requests with an expired token share one refresh. */
import type { SignInMutation } from './generated.ts'

/** The argument of `onTokens`. Store both tokens, because the old ones are no longer valid. */
export interface Tokens {
  accessToken: string
  refreshToken: string
  expiresAt: string
}

type SignInResult = SignInMutation['signIn']

export interface TokenKeeper {
  current(): string | undefined
  /** Returns the access token. Refreshes it first if there is only a refresh token. */
  currentOrNew(): Promise<string | undefined>
  /** Called after `used` was refused. Returns true if there is another token to try. Rejects if the server did not respond. */
  renew(used: string | undefined): Promise<boolean>
  /** Drops the tokens, and ignores the result of a refresh in progress. */
  forget(): void
}

/** Returns the keeper of the tokens. `signIn` requests new ones; `onTokens` is awaited, so that they are stored before use. */
export function keepTokens(options: {
  token: string | undefined
  refreshToken: string | undefined
  onTokens: ((tokens: Tokens) => unknown) | undefined
  signIn: (refreshToken: string) => Promise<SignInResult>
}): TokenKeeper {
  let { token, refreshToken } = options
  let pending: Promise<boolean> | undefined
  let isForgotten = false

  const refresh = async (from: string): Promise<boolean> => {
    const result = await options.signIn(from)
    if (isForgotten) return false
    if (result.__typename === 'AuthPayload') {
      token = result.accessToken
      refreshToken = result.refreshToken
      const { accessToken, expiresAt } = result
      await options.onTokens?.({ accessToken, refreshToken, expiresAt })
      return true
    }
    // A rate limit says nothing about the token; every other refusal is final.
    if (result.__typename !== 'RateLimitedError') refreshToken = undefined
    return false
  }

  const keeper: TokenKeeper = {
    current: () => token,
    async currentOrNew() {
      if (token === undefined) await keeper.renew(undefined)
      return token
    },
    async renew(used) {
      if (used !== token) return true // Another request has renewed it already.
      if (refreshToken === undefined) return false
      pending ??= refresh(refreshToken).finally(() => {
        pending = undefined
      })
      return pending
    },
    forget() {
      isForgotten = true
      token = undefined
      refreshToken = undefined
    },
  }
  return keeper
}
