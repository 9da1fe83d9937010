/** Operational routes: liveness, readiness, metrics, and the printed schema. */
import { type GraphQLSchema, printSchema } from 'graphql'
import type { Registry } from 'prom-client'
import { sendError, sendJson, sendText } from '../responses/responses.ts'
import type { Route } from '../server.ts'
import type { MetricsAccess } from './metricsAccess.ts'

/** Returns the operational routes by path. */
export function healthRoutes(options: {
  registry: Registry
  /** Undefined: metrics are not served. */
  metricsAccess: MetricsAccess | undefined
  /** Undefined if introspection is off. */
  schema: GraphQLSchema | undefined
  /** Returns the reason why the server is not ready; undefined if it is ready. */
  notReadyBecause: () => string | undefined
}): Record<string, Route> {
  const { registry, metricsAccess, schema, notReadyBecause } = options
  const printed = schema && printSchema(schema)
  return {
    '/health/live': (_request, response) => sendJson(response, 200, { status: 'live' }),
    '/health/ready': (_request, response) => {
      const reason = notReadyBecause()
      if (reason) sendJson(response, 503, { status: 'not ready', reason })
      else sendJson(response, 200, { status: 'ready' })
    },
    ...(metricsAccess && {
      '/metrics': async ({ headers }, response, { requestId }) => {
        if (metricsAccess(headers)) return sendText(response, registry.contentType, await registry.metrics())
        response.setHeader('www-authenticate', 'Bearer')
        sendError(response, 'UNAUTHENTICATED', { requestId, message: 'The metrics need the token of METRICS_TOKEN.' })
      },
    }),
    ...(printed && {
      '/schema.graphql': (_request, response) => sendText(response, 'text/plain; charset=utf-8', printed),
    }),
  }
}
