/**
 * Yoga behind Node's server. Its own listener answers what is thrown outside its hooks with the stack, and says on the console what
 * fails as an answer is sent; here both are thrown, for the server to log and to mask.
 */
import { sendNodeResponse } from '@whatwg-node/server'
import type { GraphqlHandler } from './graphqlHandler.ts'
import { sendError } from './responses/responses.ts'
import type { Route } from './server.ts'

/** The route over Yoga's handler. */
export function yogaRoute(handler: GraphqlHandler): Route {
  return async (request, response, meta) => {
    const context = { req: request, res: response, ...meta }
    const answer = await handler.handleNodeRequestAndResponse(request, response, context)
    if (response.destroyed || response.writableEnded) return
    // Whether the connection stays is for Node to say, which knows what the client wants.
    answer.headers.delete('connection')
    if (answer.status >= 400 && answer.body === null) {
      for (const [name, value] of answer.headers) response.setHeader(name, value)
      const message = REFUSALS[answer.status]
      sendError(response, 'BAD_REQUEST', {
        requestId: meta.requestId,
        status: answer.status,
        ...(message && { message }),
      })
      return
    }
    await sendNodeResponse(answer, response, request, true)
  }
}

// What Yoga refuses without a word.
const REFUSALS: Readonly<Record<number, string>> = {
  406: 'The header `Accept` takes none of the forms in which this is answered: application/graphql-response+json, application/json, and text/event-stream for streams.',
}
