/** Compiles: every member of the result has its case. The test takes away one at a time, and it must not. */
import { type RevokeSessionMutation, unreachable } from '../../schema/sdk/index.ts'

export function told(result: RevokeSessionMutation['revokeSession']): string {
  switch (result.__typename) {
    case 'OkPayload':
      return 'It has ended.'
    case 'NotFoundError':
      return result.message
    case 'UnauthenticatedError':
      return 'Sign in first.'
    case 'ForbiddenError':
      return 'Only your own.'
    case 'ValidationError':
      return 'That is no session.'
    case 'InvalidTokenError':
      return result.message
    case 'RateLimitedError':
      return 'Later.'
    case 'SecondFactorRequiredError':
      return 'Prove that it is you.'
    default:
      return unreachable(result)
  }
}
