/** The tokens of one person: requests take the newest, and however many find it expired, it is refreshed once. */
import type { SignInMutation } from './generated.ts'

/** What `onTokens` gets: keep both, the old ones are no longer good. */
export interface Tokens {
  accessToken: string
  refreshToken: string
  expiresAt: string
}

type SignInResult = SignInMutation['signIn']

export interface TokenKeeper {
  current(): string | undefined
  /** The same; where there is only a refresh token, the access token that it gives. */
  currentOrNew(): Promise<string | undefined>
  /** After `used` was refused: gives whether there is another token to try now. Rejects when the server gave no answer. */
  renew(used: string | undefined): Promise<boolean>
  /** Keeps none from now on; a refresh that is under way changes nothing. */
  forget(): void
}

/** Keeps them. `signIn` asks the server for new ones; `onTokens` is awaited, so that they are stored before they are used. */
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
    // Too many at once says nothing of the token; every other refusal is for good.
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
      if (used !== token) return true // Somebody was faster.
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
