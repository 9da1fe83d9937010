/**
 * Yoga plugin against cross-site request forgery. A page of another site can submit a form or open a URL without a preflight;
 * everything else needs one. This server reads no cookies, but a proxy may translate them into tokens.
 */
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention'
import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { requestError } from './responses/requestErrors.ts'

/** A browser sends this header to another site only after a preflight, so a request that has it is not forged. */
export const CSRF_HEADER = 'x-errand-csrf'
// Also the headers that clients of Yoga and Apollo send for this purpose, and Authorization, which needs a preflight too.
const CSRF_HEADERS = [CSRF_HEADER, 'x-graphql-yoga-csrf', 'apollo-require-preflight', 'authorization']
const REFUSAL = `A page of another site could forge this request. Add the header ${CSRF_HEADER} with any value, or send it as application/json by POST.`

/** Returns the plugin. It must precede every plugin that reads the request. */
export function preventCsrf(): Plugin {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders: CSRF_HEADERS })
  return {
    onRequestParse(payload) {
      if (isHarmless(payload.request)) return undefined
      try {
        return onRequestParse?.(payload)
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        throw requestError('BAD_REQUEST', { status: 403, message: REFUSAL })
      }
    },
  }
}

// GET changes nothing, and without a cookie it carries no identity. Pages of the server's own origin are trusted.
const isHarmless = ({ method, headers }: Request): boolean =>
  method === 'GET' && (!headers.has('cookie') || headers.get('sec-fetch-site') === 'same-origin')
