/**
 * Answers plain requests before Yoga: JSON by POST or a query by GET, if the slow path has answered the document before. It
 * applies the same rules with the same functions, and returns the same bytes, but creates no Request and no Response. Every
 * other request runs through the slow path.
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { GraphQLError } from 'graphql'
import { keyOfHeader } from '../../engine/documents/idempotencyHeader.ts'
import type { CoercedVariables, PreparedOperation } from '../../engine/documents/preparedOperation.ts'
import { admit, refusalByToken } from '../admission.ts'
import type { Authentication } from '../authentication.ts'
import type { GraphqlOptions } from '../graphqlHandler.ts'
import { codesOf } from '../operationObserver.ts'
import { differentKeys, IDEMPOTENCY_HEADER } from '../requestHeaders/idempotencyHeader.ts'
import type { RequestMeta } from '../requestMeta.ts'
import { toErrorResponse } from '../responses/errorResponses.ts'
import type { Route } from '../server.ts'
import {
  FastPathBody,
  type FastPathRequest,
  fastPathMediaType,
  parseFastPathBody,
  parseFastPathUrl,
} from './fastPathRequest.ts'
import { type FastPathResult, sendResult } from './sendResult.ts'

type FastPathOptions = Pick<
  GraphqlOptions,
  'documentCache' | 'persistedDocuments' | 'authGate' | 'inFlight' | 'log' | 'makeContext' | 'metrics' | 'onOperation'
>

/** Returns a route that answers plain requests, and passes all others to `slowPath`. */
export function makeFastPath(options: FastPathOptions, slowPath: Route): Route {
  return async (request, response, meta) => {
    const mediaType = fastPathMediaType(request)
    if (!mediaType) return slowPath(request, response, meta)
    const isGet = request.method === 'GET'
    const body = isGet ? undefined : new FastPathBody(request)
    if (body && !(await body.isComplete)) return
    const bytes = body?.bytes
    const { persistedDocuments: documents } = options
    const parsed = bytes ? parseFastPathBody(bytes, documents) : parseFastPathUrl(request.url, documents)
    const operation = parsed && options.documentCache.find(parsed.query, parsed.operationName)
    // GET allows queries only.
    if (!parsed || !operation || (isGet && operation.kind !== 'query')) {
      return slowPath(bytes ? withBody(request, bytes) : request, response, meta)
    }
    options.metrics.countFastPath()
    const result = await resultOf(options, { request: parsed, operation, meta, headers: request.headers })
    if (!response.destroyed) sendResult(response, result, mediaType)
  }
}

// Yoga reads the property `body` instead of the socket if a request has one.
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  return Object.assign(request, { body: Readable.from([body]) })
}

interface Execution {
  request: FastPathRequest
  operation: PreparedOperation
  meta: RequestMeta
  headers: IncomingMessage['headers']
}

async function resultOf(options: FastPathOptions, execution: Execution): Promise<FastPathResult> {
  const { authGate, inFlight, log } = options
  const { meta, headers } = execution
  const startedAt = performance.now()
  inFlight.enter()
  try {
    inFlight.refuseBeyondMax()
    const authentication = await admit(authGate, headers.authorization ?? null, meta)
    takeKeyOfHeader(execution)
    const prepared = prepare(execution, authentication)
    const isReady = 'variableValues' in prepared
    const result: FastPathResult = isReady
      ? await execute(options, execution, authentication, prepared.variableValues)
      : prepared
    const sent = toErrorResponse(result, { requestId: meta.requestId, log })
    notifyObserver(options, execution, { startedAt, authentication, isReady, result: sent })
    return sent
  } catch (error) {
    return toErrorResponse<FastPathResult>({ errors: [asGraphqlError(error)] }, { requestId: meta.requestId, log })
  } finally {
    inFlight.leave()
  }
}

function takeKeyOfHeader({ request, operation, headers }: Execution): void {
  const header = headers[IDEMPOTENCY_HEADER]
  const key = typeof header === 'string' ? keyOfHeader(header) : undefined
  if (key === undefined) return
  const variables = operation.withKey(request.variables, key)
  if (!variables) throw differentKeys()
  request.variables = variables
}

function prepare({ request, operation }: Execution, authentication: Authentication): CoercedVariables {
  const refusal = refusalByToken(authentication, operation.kind)
  if (refusal) return { errors: [refusal] }
  return operation.prepare(request.variables)
}

// No spread on this hot path: it would give each context its own hidden class, here and wherever it is read.
function execute(
  { makeContext }: FastPathOptions,
  { request, operation, meta, headers }: Execution,
  { caller, tokenRefused }: Authentication,
  variableValues: { [variable: string]: unknown },
): FastPathResult | Promise<FastPathResult> {
  const context = makeContext({
    requestId: meta.requestId,
    address: meta.address,
    count: meta.count,
    budget: meta.budget,
    caller,
    tokenRefused,
    userAgent: headers['user-agent'] ?? null,
    lastEventId: null, // Only streams use it, and they run through the slow path.
    rawVariables: request.variables,
  })
  return operation.execute(variableValues, context)
}

interface ExecutionOutcome {
  startedAt: number
  authentication: Authentication
  /** False if the operation was refused before execution; then the observer gets no kind and no name. */
  isReady: boolean
  result: FastPathResult
}

function notifyObserver(
  { onOperation }: FastPathOptions,
  { request, operation, meta }: Execution,
  { startedAt, authentication, isReady, result }: ExecutionOutcome,
): void {
  onOperation({
    kind: isReady ? operation.kind : undefined,
    name: isReady ? operation.name : undefined,
    document: request.query,
    durationMs: performance.now() - startedAt,
    statements: meta.count.statements,
    statementsMs: meta.count.durationMs,
    poolWaitMs: meta.count.poolWaitMs,
    errorCodes: codesOf(result),
    requestId: meta.requestId,
    viewerId: authentication.caller?.id,
  })
}

// As Yoga wraps an error that is thrown before execution.
const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error), { originalError: error as Error })
