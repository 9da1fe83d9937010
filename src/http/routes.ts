/** Every address of the server. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLSchema } from 'graphql'
import type { Config } from '../config.ts'
import { FILES_PATH } from '../files/fileLinks.ts'
import type { Work } from '../jobs/timer.ts'
import { sendError } from './answers.ts'
import type { Arrival } from './arrival.ts'
import { BodyTooLarge, readBody } from './body.ts'
import { GRAPHQL_PATH } from './graphqlHandler.ts'
import { healthRoutes } from './health.ts'
import type { Metrics } from './metrics.ts'
import { BODY_BYTES_MAX } from './requestForm.ts'
import type { Route } from './server.ts'
import { receiveWebhook, WEBHOOK_PATH } from './webhooks.ts'

/** By path: GraphQL and its page, files, the provider's webhooks, and what the surroundings ask. */
export function makeRoutes(options: {
  config: Config
  schema: GraphQLSchema
  graphql: Route
  metrics: Metrics
  downloads: Route
  work: Work
  notReadyBecause: () => string | undefined
}): ReadonlyMap<string, Route> {
  const { config, schema, graphql, metrics, downloads, work, notReadyBecause } = options
  const health = healthRoutes({
    registry: metrics.registry,
    schema: config.introspection ? schema : undefined,
    notReadyBecause,
  })
  return new Map<string, Route>([
    [GRAPHQL_PATH, graphql],
    [WEBHOOK_PATH, webhookRoute(work)],
    [FILES_PATH, downloads],
    ...Object.entries(health),
    ...(config.graphiql ? ([['/', toGraphiql]] as const) : []),
  ])
}

// The bytes as they were signed; the status says to the provider whether to send it again.
function webhookRoute(work: Work): Route {
  return async (request: IncomingMessage, response: ServerResponse, { requestId }: Arrival) => {
    if (request.method !== 'POST') return sendError(response, 'BAD_REQUEST', { requestId, status: 405 })
    try {
      const body = await readBody(request, BODY_BYTES_MAX)
      response.writeHead(await receiveWebhook(work, { body, headers: request.headers })).end()
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error
      sendError(response, 'BAD_REQUEST', { requestId, status: 413 })
    }
  }
}

const toGraphiql: Route = (_request, response) => response.writeHead(302, { location: GRAPHQL_PATH }).end()
