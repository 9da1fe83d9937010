/** GraphQL over HTTP: Yoga, and the plugins between a request and its resolvers, in the order in which they run. */
import { execute, type GraphQLSchema } from 'graphql'
import { _createLRUCache, createYoga, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { noStatements } from '../db/statementCount.ts'
import { type DocumentCache, useDocumentCache } from '../engine/documents/documentCache.ts'
import type { PersistedDocuments } from '../engine/documents/persistedDocuments.ts'
import { scratchFolderOf } from '../files/store/openFiles.ts'
import type { Context } from '../graphql/context.ts'
import { type Admitted, type AuthGate, useAdmission } from './admission.ts'
import { documentLimits, type InFlight, useCostLimit, useInFlightLimit } from './limits.ts'
import type { Metrics } from './metrics.ts'
import { type ObservedOperation, useObservedOperations } from './operationObserver.ts'
import { DOCUMENT_ID, keepPersistedDocuments, usePersistedDocuments } from './persistedDocuments.ts'
import { checkRequestBody } from './requestBody.ts'
import { useCostReport } from './requestHeaders/costReport.ts'
import { useExplain } from './requestHeaders/explain.ts'
import { useIdempotencyHeader } from './requestHeaders/idempotencyHeader.ts'
import { type RequestMeta, requestIdOf } from './requestMeta.ts'
import { useErrorResponses } from './responses/errorResponses.ts'
import { useServerSentEvents } from './serverSentEvents.ts'
import type { BodyLimits } from './uploads/multipartBody.ts'
import { useUploads } from './uploads/uploads.ts'

/** The path of the GraphQL endpoint. */
export const GRAPHQL_PATH = '/graphql'

// Enough for the operations of a few clients. With the limits on a document, an attacker can fill a few hundred MB at most.
const DOCUMENTS_MAX = 200

export interface GraphqlOptions {
  schema: GraphQLSchema
  config: Config
  log: Logger
  authGate: AuthGate
  inFlight: InFlight
  metrics: Pick<Metrics, 'plugins' | 'countFastPath'>
  onOperation: (operation: ObservedOperation) => void
  /** Filled here; the fast path serves only documents in it. */
  documentCache: DocumentCache
  persistedDocuments: PersistedDocuments
  makeContext: (request: ContextInput) => Context
}

/** The input of `makeContext`. */
export type ContextInput = Admitted & {
  userAgent: string | null
  lastEventId: string | null
  rawVariables: Record<string, unknown>
}

export type GraphqlHandler = ReturnType<typeof makeGraphqlHandler>

/** Returns the Yoga handler, for requests of Node.js and of the Fetch API. */
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
    extraParamNames: [DOCUMENT_ID],
    maskedErrors: false, // useErrorResponses masks them, and has the request id.
    maxRequestBodySize: false, // checkRequestBody limits it while reading.
    parserAndValidationCache: {
      documentCache: _createLRUCache({ max: DOCUMENTS_MAX }),
      errorCache: _createLRUCache({ max: DOCUMENTS_MAX }),
    },
    cors: false, // The route does it, for both paths.
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
  schema,
  config,
  log,
  authGate,
  inFlight,
  metrics,
  onOperation,
  documentCache: documents,
  persistedDocuments,
}: GraphqlOptions) {
  const { introspection, production } = config
  return [
    useReferenceExecutor(),
    useRequestMetaDefaults(),
    useExplain({ production }),
    ...checkRequestBody(),
    useUploads(uploadLimitsOf(config)),
    usePersistedDocuments(persistedDocuments),
    useInFlightLimit(inFlight),
    useAdmission(authGate),
    ...documentLimits({ introspection }),
    useIdempotencyHeader(schema),
    useCostLimit(),
    useCostReport(),
    useErrorResponses({ log }),
    useServerSentEvents(),
    useObservedOperations({ onEnd: onOperation }),
    ...metrics.plugins,
    useDocumentCache(documents),
    keepPersistedDocuments(persistedDocuments),
  ]
}

const uploadLimitsOf = (config: Config): BodyLimits => ({
  fileBytesMax: Math.max(config.uploadImageBytesMax, config.uploadDocumentBytesMax),
  silenceMs: config.uploadSilenceMs,
  scratchFolder: scratchFolderOf(config),
})

/** Fills in the metadata of requests that did not arrive through the server, as in tests. */
function useRequestMetaDefaults(): Plugin<object, Partial<RequestMeta>> {
  return {
    onRequest({ request, serverContext }) {
      serverContext.requestId ??= requestIdOf(request.headers.get('x-request-id'))
      serverContext.address ??= '127.0.0.1'
      serverContext.count ??= noStatements()
      serverContext.budget ??= {}
    },
  }
}

/** Executes with graphql-js instead of Yoga's variant: it is the reference for the results of the fast path. */
function useReferenceExecutor(): Plugin {
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(execute) }
}
