/** GraphQL over HTTP: Yoga, with everything that stands between a request and a resolver, in the order in which it stands there. */
import { execute, type GraphQLSchema } from 'graphql'
import { _createLRUCache, createYoga, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { noStatements } from '../db/statementCount.ts'
import { type DocumentCache, useDocumentCache } from '../engine/documents/documentCache.ts'
import { scratchFolderOf } from '../files/store/openFiles.ts'
import type { Context } from '../graphql/context.ts'
import { type Admitted, type AuthGate, useAdmission } from './admission.ts'
import { documentLimits, type InFlight, useCostLimit, useInFlightLimit } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { type ObservedOperation, useObservedOperations } from './operationObserver.ts'
import { checkRequestBody } from './requestBody.ts'
import { type RequestMeta, requestIdOf } from './requestMeta.ts'
import { useErrorResponses } from './responses/errorResponses.ts'
import { useServerSentEvents } from './serverSentEvents.ts'
import type { BodyLimits } from './uploads/multipartBody.ts'
import { useUploads } from './uploads/uploads.ts'

export const GRAPHQL_PATH = '/graphql'

// The operations of a few clients; with the limits on a document, at most some hundred megabytes if somebody tries.
const DOCUMENTS_MAX = 200

export interface GraphqlOptions {
  schema: GraphQLSchema
  config: Config
  log: Logger
  authGate: AuthGate
  inFlight: InFlight
  metrics: Pick<Metrics, 'plugins' | 'countDirect'>
  onOperation: (operation: ObservedOperation) => void
  /** Learns what the fast path may take. */
  documentCache: DocumentCache
  makeContext: (request: ReadRequest) => Context
}

/** What a resolver's context is made of. */
export type ReadRequest = Admitted & {
  userAgent: string | null
  lastEventId: string | null
  rawVariables: Record<string, unknown>
}

export type GraphqlHandler = ReturnType<typeof makeGraphqlHandler>

/** Answers Node's requests, and those of fetch. */
export function makeGraphqlHandler(options: GraphqlOptions) {
  const { schema, makeContext } = options
  return createYoga<Partial<RequestMeta>, Context>({
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
    cors: false, // By the route, for every way of answering.
    plugins: pluginsOf(options) as Plugin[],
    context: ({ request, params, ...initial }) =>
      makeContext({
        ...(initial as unknown as Admitted),
        userAgent: request.headers.get('user-agent'),
        lastEventId: request.headers.get('last-event-id'),
        rawVariables: params.variables ?? {},
      }),
  })
}

function pluginsOf({
  config,
  log,
  authGate,
  inFlight,
  metrics,
  onOperation,
  documentCache: documents,
}: GraphqlOptions) {
  const { introspection } = config
  return [
    useReferenceExecutor(),
    useArrival(),
    ...checkRequestBody(),
    useUploads(uploadLimitsOf(config)),
    useInFlightLimit(inFlight),
    useAdmission(authGate),
    ...documentLimits({ introspection }),
    useCostLimit(),
    useErrorResponses({ log }),
    useServerSentEvents(),
    useObservedOperations({ onEnd: onOperation }),
    ...metrics.plugins,
    useDocumentCache(documents),
  ]
}

const uploadLimitsOf = (config: Config): BodyLimits => ({
  fileBytesMax: Math.max(config.uploadImageBytesMax, config.uploadDocumentBytesMax),
  silenceMs: config.uploadSilenceMs,
  scratchFolder: scratchFolderOf(config),
})

/** What the server has found out already; for a request that came by no server, as in tests, what can be said of it. */
function useArrival(): Plugin<object, Partial<RequestMeta>> {
  return {
    onRequest({ request, serverContext }) {
      serverContext.requestId ??= requestIdOf(request.headers.get('x-request-id'))
      serverContext.address ??= '127.0.0.1'
      serverContext.count ??= noStatements()
    },
  }
}

/** graphql-js itself, of which Yoga's own executor is a variant: what it answers is what every other way must answer. */
function useReferenceExecutor(): Plugin {
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(execute) }
}
