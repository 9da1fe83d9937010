import { DomainError } from '../domain/errors.ts'

/** One answer for a token that is unknown, used, replaced or expired, so that it tells nothing about accounts. */
export class InvalidTokenError extends DomainError {
  readonly code = 'INVALID_TOKEN'
  constructor() {
    super('This link is not valid any more. It works once and for a limited time; ask for a new one.')
  }
}
