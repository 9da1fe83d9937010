/**
 * A lane for plain requests, before Yoga: JSON by POST or a query by GET, in a document that the long way has answered before. It keeps the same
 * rules by the same functions, and gives the same bytes, but makes no Request and no Response for it. Whatever it does not
 * know goes the long way, as if the lane were not there.
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { GraphQLError } from 'graphql'
import type { KnownOperation, Prepared } from '../../engine/documents/preparedOperation.ts'
import { admit, refusalByToken } from '../admission.ts'
import type { Authentication } from '../authentication.ts'
import type { GraphqlOptions } from '../graphqlHandler.ts'
import { codesOf } from '../operationObserver.ts'
import type { Arrival } from '../requestMeta.ts'
import { answered } from '../responses/errorResponses.ts'
import type { Route } from '../server.ts'
import { LaneBody, type LaneRequest, laneMediaType, parseLaneAddress, parseLaneBody } from './fastPathRequest.ts'
import { type LaneResult, sendResult } from './sendResult.ts'

type LaneOptions = Pick<
  GraphqlOptions,
  'documents' | 'doorkeeper' | 'inFlight' | 'log' | 'makeContext' | 'metrics' | 'onOperation'
>

/** Answers what it knows, and gives everything else to `longWay`. */
export function makeLane(options: LaneOptions, longWay: Route): Route {
  return async (request, response, arrival) => {
    const mediaType = laneMediaType(request)
    if (!mediaType) return longWay(request, response, arrival)
    const isGet = request.method === 'GET'
    const body = isGet ? undefined : new LaneBody(request)
    if (body && !(await body.whole)) return
    const bytes = body?.bytes
    const asked = bytes ? parseLaneBody(bytes) : parseLaneAddress(request.url)
    const operation = asked && options.documents.find(asked.query, asked.operationName)
    // By GET nothing is changed.
    if (!asked || !operation || (isGet && operation.kind !== 'query')) {
      return longWay(bytes ? withBody(request, bytes) : request, response, arrival)
    }
    options.metrics.countDirect()
    const result = await resultOf(options, { asked, operation, arrival, headers: request.headers })
    if (!response.destroyed) sendResult(response, result, mediaType)
  }
}

// Where a request has a body already, Yoga reads that instead of the socket.
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  return Object.assign(request, { body: Readable.from([body]) })
}

interface Asking {
  asked: LaneRequest
  operation: KnownOperation
  arrival: Arrival
  headers: IncomingMessage['headers']
}

async function resultOf(options: LaneOptions, asking: Asking): Promise<LaneResult> {
  const { doorkeeper, inFlight, log } = options
  const { arrival, headers } = asking
  const startedAt = performance.now()
  inFlight.enter()
  try {
    inFlight.refuseBeyondMax()
    const authentication = await admit(doorkeeper, headers.authorization ?? null, arrival)
    const prepared = prepare(asking, authentication)
    const isReady = 'variableValues' in prepared
    const result: LaneResult = isReady
      ? await execute(options, asking, authentication, prepared.variableValues)
      : prepared
    const answer = answered(result, { requestId: arrival.requestId, log })
    tell(options, asking, { startedAt, authentication, isReady, answer })
    return answer
  } catch (error) {
    return answered<LaneResult>({ errors: [asGraphqlError(error)] }, { requestId: arrival.requestId, log })
  } finally {
    inFlight.leave()
  }
}

function prepare({ asked, operation }: Asking, authentication: Authentication): Prepared {
  const refusal = refusalByToken(authentication, operation.kind)
  if (refusal) return { errors: [refusal] }
  return operation.prepare(asked.variables)
}

// Field by field: an object that another is spread into is of no form that the engine knows, here and wherever it is read.
function execute(
  { makeContext }: LaneOptions,
  { asked, operation, arrival, headers }: Asking,
  { caller, tokenRefused }: Authentication,
  variableValues: { [variable: string]: unknown },
): LaneResult | Promise<LaneResult> {
  const context = makeContext({
    requestId: arrival.requestId,
    address: arrival.address,
    count: arrival.count,
    caller,
    tokenRefused,
    userAgent: headers['user-agent'] ?? null,
    lastEventId: null, // For streams, which go the long way.
    rawVariables: asked.variables,
  })
  return operation.execute(variableValues, context)
}

interface Told {
  startedAt: number
  authentication: Authentication
  /** Which operation it is, is told of what was executed. */
  isReady: boolean
  answer: LaneResult
}

function tell({ onOperation }: LaneOptions, { asked, operation, arrival }: Asking, told: Told): void {
  const { startedAt, authentication, isReady, answer } = told
  onOperation({
    kind: isReady ? operation.kind : undefined,
    name: isReady ? operation.name : undefined,
    document: asked.query,
    durationMs: performance.now() - startedAt,
    statements: arrival.count.statements,
    statementsMs: arrival.count.durationMs,
    errorCodes: codesOf(answer),
    requestId: arrival.requestId,
    viewerId: authentication.caller?.id,
  })
}

// As Yoga does with what is thrown before a field.
const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error), { originalError: error as Error })
