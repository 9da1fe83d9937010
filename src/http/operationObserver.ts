/** What an operation took, from its document to its answer, for whoever counts or logs it. */
import { type ExecutionResult, getOperationAST, type OperationTypeNode } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Admitted } from './admission.ts'

export interface ObservedOperation {
  /** Undefined when it was refused before it was known which operation of the document it is. */
  kind: OperationTypeNode | undefined
  /** As the document has it: the client's text. */
  name: string | undefined
  document: string
  durationMs: number
  statements: number
  statementsMs: number
  /** The codes of `errors[]`; empty for what was done, and for refusals that are data. */
  errorCodes: string[]
  requestId: string
  viewerId: string | undefined
}

type Operation = Parameters<NonNullable<Plugin['onExecute']>>[0]['args']

interface Running {
  startedAt: number
  context?: Admitted
  document: string
  kind?: OperationTypeNode
  name?: string | undefined
  errorCodes: string[]
}

/**
 * A Yoga plugin that calls `onEnd` once for each operation, when its answer is made. A subscription ends here when its stream begins: it
 * lives long, but it is not slow. Stands after the plugin that gives errors their codes.
 */
export function useObservedOperations(options: {
  onEnd: (operation: ObservedOperation) => void
  now?: () => number
}): Plugin<Admitted, Admitted> {
  const { onEnd, now = () => performance.now() } = options
  const operations = new WeakMap<Request, Running>()
  const recognise = ({ args }: { args: Operation }) => {
    const operation = operations.get((args.contextValue as { request: Request }).request)
    const chosen = getOperationAST(args.document, args.operationName)
    if (operation && chosen) Object.assign(operation, { kind: chosen.operation, name: chosen.name?.value })
  }
  return {
    instrumentation: {
      async request({ request }, run) {
        const operation: Running = { startedAt: 0, document: '', errorCodes: [] }
        operations.set(request, operation)
        try {
          await run()
        } finally {
          if (operation.context) onEnd(observed(operation, operation.context, now()))
        }
      },
    },
    // Not earlier: how long a client takes to send its request says nothing of the operation.
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

/** The codes of `errors[]`, when errors have been given their codes. */
export const codesOf = ({ errors = [] }: Pick<ExecutionResult, 'errors'>): string[] =>
  errors.map(({ extensions }) => String(extensions.code))

function observed(
  { startedAt, document, kind, name, errorCodes }: Running,
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
    errorCodes,
    requestId,
    viewerId: caller?.id,
  }
}
