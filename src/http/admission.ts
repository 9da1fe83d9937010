/**
 * Authentication and the request budget, before the document is read. A request with a bad token is refused, not treated as
 * anonymous; only a mutation continues, because it returns the refusal in its own union.
 */
import { type GraphQLError, getOperationAST, type OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { BudgetState, RateLimits } from '../cache/rateLimits.ts'
import { RateLimitedError } from '../domain/errors.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import type { BeforeExecution } from './beforeExecution.ts'
import type { RequestMeta } from './requestMeta.ts'
import { requestError } from './responses/requestErrors.ts'

/** The request data from which the context of the resolvers is built. */
export type Admitted = RequestMeta & Authentication

export interface AuthGate {
  authenticator: Pick<Authenticator, 'known' | 'authenticate'>
  rateLimits: Pick<RateLimits, 'spend'>
}

/** Returns the caller by the `Authorization` header. Refuses with RateLimitedError when the budget of the caller is spent. */
export async function admit(
  { authenticator, rateLimits }: AuthGate,
  authorization: string | null,
  { address, count, budget }: Pick<RequestMeta, 'address' | 'count' | 'budget'>,
): Promise<Authentication> {
  const authentication = authenticator.known(authorization) ?? (await authenticator.authenticate(authorization, count))
  try {
    const state = await rateLimits.spend('request', authentication.caller?.id ?? address)
    if (state) budget.state = state
  } catch (refusal) {
    if (refusal instanceof RateLimitedError) budget.state = spentState(refusal)
    throw refusal
  }
  return authentication
}

const spentState = ({ limit, windowSeconds, retryAfterMs }: RateLimitedError): BudgetState => ({
  limit,
  windowSeconds,
  remaining: 0,
  resetAt: new Date(Date.now() + retryAfterMs),
})

/** Returns UNAUTHENTICATED for a query or subscription whose token was refused. */
export function refusalByToken(
  { tokenRefused }: Pick<Authentication, 'tokenRefused'>,
  kind: OperationTypeNode | undefined,
): GraphQLError | undefined {
  return tokenRefused && kind !== undefined && kind !== 'mutation' ? requestError('UNAUTHENTICATED') : undefined
}

/** Yoga plugin that calls `admit` and `refusalByToken`. */
export function useAdmission(authGate: AuthGate): Plugin<Admitted, Admitted> {
  const refuse = ({ args, setResultAndStopExecution }: BeforeExecution) => {
    const kind = getOperationAST(args.document, args.operationName)?.operation
    const refusal = refusalByToken(args.contextValue as Admitted, kind)
    if (refusal) setResultAndStopExecution({ errors: [refusal] })
  }
  return {
    async onParams({ request, context }) {
      Object.assign(context, await admit(authGate, request.headers.get('authorization'), context))
    },
    onExecute: refuse,
    onSubscribe: refuse,
  }
}
