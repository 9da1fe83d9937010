/**
 * A Yoga plugin against requests that a page of another site has a browser send. Such a page can send a form or open an address
 * unasked; for anything else the browser asks first. This server reads no cookies, but a proxy in front may make tokens of them.
 */
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention'
import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { requestError } from './responses/requestErrors.ts'

/** A browser sends this header to another site only after a preflight, so a request that has it comes from no other site's page. */
export const CSRF_HEADER = 'x-errand-csrf'
// What the clients of Yoga and Apollo send for the same reason; and no page can send a token without asking.
const CSRF_HEADERS = [CSRF_HEADER, 'x-graphql-yoga-csrf', 'apollo-require-preflight', 'authorization']
const REFUSAL = `A page of another site could send this request. Send it with the header ${CSRF_HEADER}, of any value, or as application/json by POST.`

/** Stands before whatever reads the request. */
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

// What GET asks changes nothing, and without a cookie it is asked by nobody in particular. Pages of the server's own site may ask anything.
const isHarmless = ({ method, headers }: Request): boolean =>
  method === 'GET' && (!headers.has('cookie') || headers.get('sec-fetch-site') === 'same-origin')
