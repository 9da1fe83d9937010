/** All routes of the server. */
import type { GraphQLSchema } from 'graphql'
import type { Config } from '../config.ts'
import { FILES_PATH } from '../files/fileLinks.ts'
import type { Work } from '../jobs/timer.ts'
import { UNSUBSCRIBE_PATH } from '../mail/unsubscribeLink.ts'
import { STATEMENTS_PATH } from '../transfers/ledger/statements/statementLinks.ts'
import { BodyTooLarge, readBody } from './body.ts'
import { GRAPHQL_PATH } from './graphqlHandler.ts'
import { answerMethod, READING } from './methods.ts'
import type { Metrics } from './metrics.ts'
import { healthRoutes } from './monitoring/health.ts'
import { metricsAccessOf } from './monitoring/metricsAccess.ts'
import { BODY_BYTES_MAX } from './requestBody.ts'
import { sendError } from './responses/responses.ts'
import type { Route } from './server.ts'
import { unsubscribeRoute } from './unsubscribe.ts'
import { receiveWebhook, type WebhookResult, webhookPathsOf } from './webhooks.ts'

/** Returns the routes by path: GraphQL and GraphiQL, files, statements, payment webhooks, and operational routes. */
export function makeRoutes(options: {
  config: Config
  schema: GraphQLSchema
  graphql: Route
  metrics: Metrics
  downloads: Route
  statements: Route
  work: Work
  notReadyBecause: () => string | undefined
}): ReadonlyMap<string, Route> {
  const { config, schema, graphql, metrics, downloads, statements, work, notReadyBecause } = options
  const health = healthRoutes({
    registry: metrics.registry,
    metricsAccess: metricsAccessOf(config),
    schema: config.introspection ? schema : undefined,
    notReadyBecause,
  })
  return new Map<string, Route>([
    [GRAPHQL_PATH, graphql],
    ...webhookPathsOf(work.payments).map((path) => [path, webhookRoute(work)] as const),
    [FILES_PATH, downloads],
    [STATEMENTS_PATH, statements],
    [UNSUBSCRIBE_PATH, unsubscribeRoute({ database: work.database, authSecret: work.mails.authSecret })],
    ...Object.entries(health).map(([path, route]) => [path, onlyRead(route)] as const),
    ...(config.graphiql ? ([['/', onlyRead(toGraphiql)]] as const) : []),
  ])
}

const onlyRead =
  (route: Route): Route =>
  (request, response, meta) =>
    answerMethod(request, response, READING) ? undefined : route(request, response, meta)

// The provider delivers a webhook again after a 503, not after a 400.
const WEBHOOK_ERRORS = {
  forged: { code: 'BAD_REQUEST', message: 'The webhook is not signed by the payment provider.' },
  unfinished: { code: 'UNAVAILABLE', message: 'The webhook could not be processed yet. Deliver it again.' },
} as const satisfies Record<Exclude<WebhookResult, 'processed'>, object>

// Passes the raw bytes, because they are signed. The status tells the provider whether to retry.
function webhookRoute(work: Work): Route {
  return async (request, response, { requestId }) => {
    if (answerMethod(request, response, ['POST'])) return
    try {
      const body = await readBody(request, BODY_BYTES_MAX)
      const result = await receiveWebhook(work, { body, headers: request.headers })
      if (result === 'processed') response.writeHead(200, { 'content-length': 0 }).end()
      else {
        const { code, message } = WEBHOOK_ERRORS[result]
        sendError(response, code, { requestId, message })
      }
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error
      sendError(response, 'BAD_REQUEST', {
        requestId,
        status: 413,
        message: `A webhook can have at most ${BODY_BYTES_MAX} bytes.`,
      })
    }
  }
}

const toGraphiql: Route = (_request, response) =>
  response.writeHead(302, { location: GRAPHQL_PATH, 'content-length': 0 }).end()
