/**
 * A lane for plain requests, before Yoga: JSON by POST, in a document that the long way has answered before. It keeps the same
 * rules by the same functions, and gives the same bytes, but makes no Request and no Response for it. Whatever it does not
 * know goes the long way, as if the lane were not there.
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { type ExecutionResult, GraphQLError, type OperationTypeNode } from 'graphql'
import { type Admitted, admit, refusalByToken } from '../admission.ts'
import type { Arrival } from '../arrival.ts'
import { answered } from '../errorAnswers.ts'
import type { GraphqlOptions } from '../graphqlHandler.ts'
import { codesOf } from '../observedOperations.ts'
import type { Route } from '../server.ts'
import type { KnownOperation } from './knownOperation.ts'
import { type LaneRequest, laneMediaType, parseLaneRequest, readWhole } from './laneRequest.ts'
import { sendResult } from './sendResult.ts'

type LaneOptions = Pick<
  GraphqlOptions,
  'documents' | 'doorkeeper' | 'inFlight' | 'log' | 'makeContext' | 'metrics' | 'onOperation'
>

/** What is known of an operation while it runs. */
interface Observed {
  startedAt: number
  admitted: Admitted
  kind: OperationTypeNode | undefined
  name: string | undefined
}

/** Answers what it knows, and gives everything else to `longWay`. */
export function makeLane(options: LaneOptions, longWay: Route): Route {
  return async (request, response, arrival) => {
    const mediaType = laneMediaType(request)
    if (!mediaType) return longWay(request, response, arrival)
    const body = await readWhole(request)
    if (!body) return
    const asked = parseLaneRequest(body)
    const operation = asked && options.documents.find(asked.query, asked.operationName)
    if (!asked || !operation) return longWay(withBody(request, body), response, arrival)
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

async function resultOf(options: LaneOptions, asking: Asking): Promise<ExecutionResult> {
  const { inFlight, log } = options
  const { requestId } = asking.arrival
  const startedAt = performance.now()
  inFlight.enter()
  try {
    inFlight.refuseBeyondMax()
    const admitted = await admittedOf(options, asking)
    const observed: Observed = { startedAt, admitted, kind: undefined, name: undefined }
    const result = answered(await execute(options, asking, observed), { requestId, log })
    tell(options, asking, observed, result)
    return result
  } catch (error) {
    return answered({ errors: [asGraphqlError(error)] }, { requestId, log })
  } finally {
    inFlight.leave()
  }
}

async function admittedOf({ doorkeeper }: LaneOptions, { arrival, headers }: Asking): Promise<Admitted> {
  const { requestId, address, count } = arrival
  const authorization = headers.authorization ?? null
  const { caller, tokenRefused } = await admit(doorkeeper, { authorization, address, count })
  return { requestId, address, count, caller, tokenRefused }
}

function execute(
  { makeContext }: LaneOptions,
  { asked, operation, headers }: Asking,
  observed: Observed,
): ExecutionResult | Promise<ExecutionResult> {
  const refusal = refusalByToken(observed.admitted, operation.kind)
  if (refusal) return { errors: [refusal] }
  const prepared = operation.prepare(asked.variables)
  if ('refusal' in prepared) return { errors: [prepared.refusal] }
  observed.kind = operation.kind
  observed.name = operation.name
  const userAgent = headers['user-agent'] ?? null
  const context = makeContext({ ...observed.admitted, userAgent, rawVariables: asked.variables })
  return operation.execute(prepared.variableValues, context)
}

function tell(options: LaneOptions, { asked, arrival }: Asking, observed: Observed, result: ExecutionResult): void {
  const { startedAt, admitted, kind, name } = observed
  options.onOperation({
    kind,
    name,
    document: asked.query,
    durationMs: performance.now() - startedAt,
    statements: arrival.count.statements,
    statementsMs: arrival.count.durationMs,
    errorCodes: codesOf(result),
    requestId: admitted.requestId,
    viewerId: admitted.caller?.id,
  })
}

// As Yoga does with what is thrown before a field.
const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error), { originalError: error as Error })
