/** What the surroundings ask: does it live, may it be sent requests, how is it doing, what is its schema. */
import { type GraphQLSchema, printSchema } from 'graphql'
import type { Registry } from 'prom-client'
import { sendJson, sendText } from './responses/responses.ts'
import type { Route } from './server.ts'

/** The routes that need no GraphQL. */
export function healthRoutes(options: {
  registry: Registry
  /** Undefined where the schema is not to be shown. */
  schema: GraphQLSchema | undefined
  /** Why it is not to be sent requests now; undefined when it is. */
  notReadyBecause: () => string | undefined
}): Record<string, Route> {
  const { registry, schema, notReadyBecause } = options
  const printed = schema && printSchema(schema)
  return {
    '/health/live': (_request, response) => sendJson(response, 200, { status: 'live' }),
    '/health/ready': (_request, response) => {
      const reason = notReadyBecause()
      if (reason) sendJson(response, 503, { status: 'not ready', reason })
      else sendJson(response, 200, { status: 'ready' })
    },
    '/metrics': async (_request, response) => sendText(response, registry.contentType, await registry.metrics()),
    ...(printed && {
      '/schema.graphql': (_request, response) => sendText(response, 'text/plain; charset=utf-8', printed),
    }),
  }
}
