/**
 * Who asks, and whether they may ask now, before the document is read. A token that was sent and is not good is no reason to
 * answer as if nobody had asked; only a mutation goes on, to give its own refusal.
 */
import { type GraphQLError, getOperationAST, type OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RateLimits } from '../cache/rateLimits.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import type { BeforeExecution } from './beforeExecution.ts'
import type { RequestMeta } from './requestMeta.ts'
import { requestError } from './responses/requestErrors.ts'

/** What the HTTP layer knows of a request when the resolvers' context is made. */
export type Admitted = RequestMeta & Authentication

export interface AuthGate {
  authenticator: Pick<Authenticator, 'known' | 'authenticate'>
  rateLimits: Pick<RateLimits, 'spend'>
}

/** Who asks, by the `Authorization` header. Refuses with RateLimitedError when they have asked too often. */
export async function admit(
  { authenticator, rateLimits }: AuthGate,
  authorization: string | null,
  { address, count }: Pick<RequestMeta, 'address' | 'count'>,
): Promise<Authentication> {
  const authentication = authenticator.known(authorization) ?? (await authenticator.authenticate(authorization, count))
  await rateLimits.spend('request', authentication.caller?.id ?? address)
  return authentication
}

/** UNAUTHENTICATED for whatever is no mutation, when the token was not good. */
export function refusalByToken(
  { tokenRefused }: Pick<Authentication, 'tokenRefused'>,
  kind: OperationTypeNode | undefined,
): GraphQLError | undefined {
  return tokenRefused && kind !== undefined && kind !== 'mutation' ? requestError('UNAUTHENTICATED') : undefined
}

/** The same as a Yoga plugin. */
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
