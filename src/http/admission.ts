/**
 * A Yoga plugin: who asks, and whether they may ask now, before the document is read. A token that was sent and is not
 * good is no reason to answer as if nobody had asked; only a mutation goes on, to give its own refusal.
 */
import { getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RateLimits } from '../cache/rateLimits.ts'
import type { Arrival } from './arrival.ts'
import type { Authentication, Authenticator } from './authentication.ts'
import { requestError } from './requestErrors.ts'

/** What the HTTP layer knows of a request when the resolvers' context is made. */
export type Admitted = Arrival & Authentication

/** Refuses with RATE_LIMITED, and a query or a subscription with UNAUTHENTICATED. */
export function useAdmission(options: {
  authenticator: Pick<Authenticator, 'authenticate'>
  rateLimits: Pick<RateLimits, 'spend'>
}): Plugin<Admitted, Admitted> {
  const { authenticator, rateLimits } = options
  return {
    async onParams({ request, context }) {
      Object.assign(context, await authenticator.authenticate(request.headers.get('authorization')))
      await rateLimits.spend('request', context.caller?.id ?? context.address)
    },
    onExecute({ args, setResultAndStopExecution }) {
      const { tokenRefused } = args.contextValue as Admitted
      const kind = getOperationAST(args.document, args.operationName)?.operation
      if (tokenRefused && kind === 'query') setResultAndStopExecution({ errors: [requestError('UNAUTHENTICATED')] })
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const { tokenRefused } = args.contextValue as Admitted
      if (tokenRefused) setResultAndStopExecution({ errors: [requestError('UNAUTHENTICATED')] })
    },
  }
}
