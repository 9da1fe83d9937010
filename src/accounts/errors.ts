import { DomainError } from '../domain/errors.ts'

/** One answer for a token that is unknown, used, replaced or expired, so that it tells nothing about accounts. */
export class InvalidTokenError extends DomainError {
  readonly code = 'INVALID_TOKEN'
  constructor(message = 'This link is not valid any more. It works once and for a limited time; ask for a new one.') {
    super(message)
  }
}

/** One answer for a second factor or a passkey that is wrong or was used before, and for a challenge that is not valid. */
export const wrongProof = (): InvalidTokenError =>
  new InvalidTokenError('This code or passkey is wrong, or it or its challenge was used or has expired. Start again.')

/** A way to answer a challenge. */
export type ProofMethod = 'TOTP' | 'PASSKEY' | 'RECOVERY_CODE'

/** A challenge must be answered first. Without a second factor `methods` is empty: the password is the answer. */
export class SecondFactorRequiredError extends DomainError {
  readonly code = 'SECOND_FACTOR_REQUIRED'
  readonly challenge: string
  readonly methods: readonly ProofMethod[]
  /** For `navigator.credentials.get`, as JSON; null if the person has no passkey. */
  readonly passkeyOptions: string | null
  constructor({
    challenge,
    methods,
    passkeyOptions,
  }: { challenge: string; methods: readonly ProofMethod[]; passkeyOptions: string | null }) {
    super(
      methods.length > 0
        ? 'Prove with your second factor that it is you: send it with the challenge to signIn, then send the same request again if you were signed in.'
        : 'Prove with your password that it is still you: send it with the challenge to signIn, then send the same request again.',
    )
    this.challenge = challenge
    this.methods = methods
    this.passkeyOptions = passkeyOptions
  }
}
