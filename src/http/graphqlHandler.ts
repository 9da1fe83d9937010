/** GraphQL over HTTP: Yoga, with everything that stands between a request and a resolver, in the order in which it stands there. */
import type { GraphQLSchema } from 'graphql'
import { _createLRUCache, createYoga, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { RateLimits } from '../cache/rateLimits.ts'
import type { Config } from '../config.ts'
import { scratchFolderOf } from '../files/openFiles.ts'
import type { Context } from '../graphql/context.ts'
import { type Admitted, useAdmission } from './admission.ts'
import { type Arrival, requestIdOf } from './arrival.ts'
import type { Authenticator } from './authentication.ts'
import { useErrorAnswers } from './errorAnswers.ts'
import { documentLimits, useCostLimit, useInFlightLimit } from './limits.ts'
import type { Metrics } from './metrics.ts'
import type { BodyLimits } from './multipartBody.ts'
import { requestForm } from './requestForm.ts'
import { useSlowOperationLog } from './slowOperationLog.ts'
import { useUploads } from './uploads.ts'

export const GRAPHQL_PATH = '/graphql'

// The operations of a few clients; with the limits on a document, at most some hundred megabytes if somebody tries.
const DOCUMENTS_MAX = 200
const PREFLIGHT_SECONDS = 600

export interface GraphqlOptions {
  schema: GraphQLSchema
  config: Config
  log: Logger
  authenticator: Authenticator
  rateLimits: RateLimits
  metrics: Pick<Metrics, 'plugins'>
  makeContext: (request: Admitted & { request: Request; rawVariables: Record<string, unknown> }) => Context
}

export type GraphqlHandler = ReturnType<typeof makeGraphqlHandler>

/** Answers Node's requests, and those of fetch. */
export function makeGraphqlHandler(options: GraphqlOptions) {
  const { schema, config, makeContext } = options
  return createYoga<Partial<Arrival>, Context>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    logging: false,
    landingPage: false,
    graphiql: false,
    multipart: false,
    batching: false,
    maskedErrors: false, // By useErrorAnswers, which knows the request.
    maxRequestBodySize: false, // By requestForm, in one pass.
    parserAndValidationCache: {
      documentCache: _createLRUCache({ max: DOCUMENTS_MAX }),
      errorCache: _createLRUCache({ max: DOCUMENTS_MAX }),
    },
    cors: corsFor(config.corsOrigins),
    plugins: pluginsOf(options) as Plugin[],
    context: ({ request, params, ...initial }) =>
      makeContext({ ...(initial as unknown as Admitted), request, rawVariables: params.variables ?? {} }),
  })
}

function pluginsOf({ config, log, authenticator, rateLimits, metrics }: GraphqlOptions) {
  const { slowOperationMs: slowMs, mediumOperationMs: mediumMs, introspection } = config
  return [
    useArrival(),
    ...requestForm(),
    useUploads(uploadLimitsOf(config)),
    useInFlightLimit(),
    useAdmission({ authenticator, rateLimits }),
    ...documentLimits({ introspection }),
    useCostLimit(),
    useErrorAnswers({ log }),
    useSlowOperationLog({ slowMs, mediumMs, everyOperation: config.logOperations === 'all', log }),
    ...metrics.plugins,
  ]
}

const uploadLimitsOf = (config: Config): BodyLimits => ({
  fileBytesMax: Math.max(config.uploadImageBytesMax, config.uploadDocumentBytesMax),
  silenceMs: config.uploadSilenceMs,
  scratchFolder: scratchFolderOf(config),
})

/** What the server has found out already; for a request that came by no server, as in tests, what can be said of it. */
function useArrival(): Plugin<object, Partial<Arrival>> {
  return {
    onRequest({ request, serverContext }) {
      serverContext.requestId ??= requestIdOf(request.headers.get('x-request-id'))
      serverContext.address ??= '127.0.0.1'
    },
  }
}

/** Closed, unless the origin is listed; never with cookies, of which this server has none. */
function corsFor(origins: readonly string[]) {
  if (origins.length === 0) return false as const
  return (request: Request) => {
    const origin = request.headers.get('origin')
    if (origin === null || !origins.includes(origin)) return false as const
    return {
      origin: [origin],
      credentials: false,
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: PREFLIGHT_SECONDS,
    }
  }
}
