/**
 * A fast path for plain requests, before Yoga: JSON by POST or a query by GET, in a document that the slow path has answered before. It keeps the same
 * rules by the same functions, and gives the same bytes, but makes no Request and no Response for it. Whatever it does not
 * know goes the slow path, as if the fast path were not there.
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { GraphQLError } from 'graphql'
import type { CoercedVariables, PreparedOperation } from '../../engine/documents/preparedOperation.ts'
import { admit, refusalByToken } from '../admission.ts'
import type { Authentication } from '../authentication.ts'
import type { GraphqlOptions } from '../graphqlHandler.ts'
import { codesOf } from '../operationObserver.ts'
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
  'documentCache' | 'authGate' | 'inFlight' | 'log' | 'makeContext' | 'metrics' | 'onOperation'
>

/** Answers what it knows, and gives everything else to `slowPath`. */
export function makeFastPath(options: FastPathOptions, slowPath: Route): Route {
  return async (request, response, meta) => {
    const mediaType = fastPathMediaType(request)
    if (!mediaType) return slowPath(request, response, meta)
    const isGet = request.method === 'GET'
    const body = isGet ? undefined : new FastPathBody(request)
    if (body && !(await body.whole)) return
    const bytes = body?.bytes
    const asked = bytes ? parseFastPathBody(bytes) : parseFastPathUrl(request.url)
    const operation = asked && options.documentCache.find(asked.query, asked.operationName)
    // By GET nothing is changed.
    if (!asked || !operation || (isGet && operation.kind !== 'query')) {
      return slowPath(bytes ? withBody(request, bytes) : request, response, meta)
    }
    options.metrics.countDirect()
    const result = await resultOf(options, { asked, operation, meta, headers: request.headers })
    if (!response.destroyed) sendResult(response, result, mediaType)
  }
}

// Where a request has a body already, Yoga reads that instead of the socket.
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  return Object.assign(request, { body: Readable.from([body]) })
}

interface Asking {
  asked: FastPathRequest
  operation: PreparedOperation
  meta: RequestMeta
  headers: IncomingMessage['headers']
}

async function resultOf(options: FastPathOptions, asking: Asking): Promise<FastPathResult> {
  const { authGate, inFlight, log } = options
  const { meta, headers } = asking
  const startedAt = performance.now()
  inFlight.enter()
  try {
    inFlight.refuseBeyondMax()
    const authentication = await admit(authGate, headers.authorization ?? null, meta)
    const prepared = prepare(asking, authentication)
    const isReady = 'variableValues' in prepared
    const result: FastPathResult = isReady
      ? await execute(options, asking, authentication, prepared.variableValues)
      : prepared
    const answer = toErrorResponse(result, { requestId: meta.requestId, log })
    tell(options, asking, { startedAt, authentication, isReady, answer })
    return answer
  } catch (error) {
    return toErrorResponse<FastPathResult>({ errors: [asGraphqlError(error)] }, { requestId: meta.requestId, log })
  } finally {
    inFlight.leave()
  }
}

function prepare({ asked, operation }: Asking, authentication: Authentication): CoercedVariables {
  const refusal = refusalByToken(authentication, operation.kind)
  if (refusal) return { errors: [refusal] }
  return operation.prepare(asked.variables)
}

// Field by field: an object that another is spread into is of no form that the engine knows, here and wherever it is read.
function execute(
  { makeContext }: FastPathOptions,
  { asked, operation, meta, headers }: Asking,
  { caller, tokenRefused }: Authentication,
  variableValues: { [variable: string]: unknown },
): FastPathResult | Promise<FastPathResult> {
  const context = makeContext({
    requestId: meta.requestId,
    address: meta.address,
    count: meta.count,
    caller,
    tokenRefused,
    userAgent: headers['user-agent'] ?? null,
    lastEventId: null, // For streams, which go the slow path.
    rawVariables: asked.variables,
  })
  return operation.execute(variableValues, context)
}

interface Told {
  startedAt: number
  authentication: Authentication
  /** Which operation it is, is told of what was executed. */
  isReady: boolean
  answer: FastPathResult
}

function tell({ onOperation }: FastPathOptions, { asked, operation, meta }: Asking, told: Told): void {
  const { startedAt, authentication, isReady, answer } = told
  onOperation({
    kind: isReady ? operation.kind : undefined,
    name: isReady ? operation.name : undefined,
    document: asked.query,
    durationMs: performance.now() - startedAt,
    statements: meta.count.statements,
    statementsMs: meta.count.durationMs,
    errorCodes: codesOf(answer),
    requestId: meta.requestId,
    viewerId: authentication.caller?.id,
  })
}

// As Yoga does with what is thrown before a field.
const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error), { originalError: error as Error })
