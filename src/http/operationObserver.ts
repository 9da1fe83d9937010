/** Measures each operation, for metrics and the slow-operation log. */
import { type ExecutionResult, getOperationAST, type OperationTypeNode } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Admitted } from './admission.ts'

export interface ObservedOperation {
  /** Undefined if the request was refused before its operation was selected. */
  kind: OperationTypeNode | undefined
  /** From the document: client-supplied text. */
  name: string | undefined
  document: string
  durationMs: number
  statements: number
  statementsMs: number
  /** The time in which statements waited for a connection of the pool. */
  poolWaitMs: number
  /** The codes of `errors[]`; empty on success, and for refusals that are returned as data. */
  errorCodes: string[]
  requestId: string
  viewerId: string | undefined
}

type ExecutedOperation = Parameters<NonNullable<Plugin['onExecute']>>[0]['args']

interface RunningOperation {
  startedAt: number
  context?: Admitted
  document: string
  kind?: OperationTypeNode
  name?: string | undefined
  errorCodes: string[]
}

/**
 * Yoga plugin that calls `onEnd` once per operation, when its result is ready; for a subscription, when its stream starts.
 * It must follow the plugin that assigns error codes.
 */
export function useObservedOperations(options: {
  onEnd: (operation: ObservedOperation) => void
  now?: () => number
}): Plugin<Admitted, Admitted> {
  const { onEnd, now = () => performance.now() } = options
  const operations = new WeakMap<Request, RunningOperation>()
  const recognise = ({ args }: { args: ExecutedOperation }) => {
    const operation = operations.get((args.contextValue as { request: Request }).request)
    const chosen = getOperationAST(args.document, args.operationName)
    if (operation && chosen) Object.assign(operation, { kind: chosen.operation, name: chosen.name?.value })
  }
  return {
    instrumentation: {
      async request({ request }, run) {
        const operation: RunningOperation = { startedAt: 0, document: '', errorCodes: [] }
        operations.set(request, operation)
        try {
          await run()
        } finally {
          if (operation.context) onEnd(observed(operation, operation.context, now()))
        }
      },
    },
    // Starts the clock after the body was read, because the client's upload time is not part of the operation.
    onParams({ request, params, context }) {
      const operation = operations.get(request)
      if (operation) Object.assign(operation, { startedAt: now(), context, document: String(params.query ?? '') })
    },
    onExecute: recognise,
    onSubscribe: recognise,
    onResultProcess({ request, result }) {
      const operation = operations.get(request)
      if (operation && !isAsyncIterable(result)) operation.errorCodes = [result].flat().flatMap(codesOf)
    },
  }
}

/** Returns the codes of `errors[]`, after `toErrorResponse` has assigned them. */
export const codesOf = ({ errors = [] }: Pick<ExecutionResult, 'errors'>): string[] =>
  errors.map(({ extensions }) => String(extensions.code))

function observed(
  { startedAt, document, kind, name, errorCodes }: RunningOperation,
  { requestId, caller, count }: Admitted,
  endedAt: number,
): ObservedOperation {
  return {
    kind,
    name,
    document,
    durationMs: endedAt - startedAt,
    statements: count.statements,
    statementsMs: count.durationMs,
    poolWaitMs: count.poolWaitMs,
    errorCodes,
    requestId,
    viewerId: caller?.id,
  }
}
