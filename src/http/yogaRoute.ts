/**
 * Connects Yoga to the HTTP server. Yoga's own listener exposes the stack of errors outside its hooks, and prints failures of
 * sending to the console; here both are thrown, and the server logs and masks them.
 */
import { sendNodeResponse } from '@whatwg-node/server'
import type { GraphqlHandler } from './graphqlHandler.ts'
import { sendError } from './responses/responses.ts'
import type { Route } from './server.ts'

/** Returns the route over Yoga's handler. */
export function yogaRoute(handler: GraphqlHandler): Route {
  return async (request, response, meta) => {
    const context = { req: request, res: response, ...meta }
    const result = await handler.handleNodeRequestAndResponse(request, response, context)
    if (response.destroyed || response.writableEnded) return
    // Node.js decides about keep-alive, by the headers of the client.
    result.headers.delete('connection')
    if (result.status >= 400 && result.body === null) {
      for (const [name, value] of result.headers) response.setHeader(name, value)
      const message = REFUSALS[result.status]
      sendError(response, 'BAD_REQUEST', {
        requestId: meta.requestId,
        status: result.status,
        ...(message && { message }),
      })
      return
    }
    await sendNodeResponse(result, response, request, true)
  }
}

// Messages for statuses that Yoga sends without a body.
const REFUSALS: Readonly<Record<number, string>> = {
  406: 'The `Accept` header allows none of the supported media types: application/graphql-response+json, application/json, and text/event-stream for streams.',
}
