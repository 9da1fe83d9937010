/** Limits on one request (size, depth, cost) and on all requests together (in flight). */
import { EnvelopArmor } from '@escape.tech/graphql-armor'
import { type GraphQLError, getOperationAST, getVariableValues, NoSchemaIntrospectionCustomRule } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { fragmentsOf } from '../engine/selection/document.ts'
import { costOfOperation } from '../graphql/operationCost.ts'
import type { BeforeExecution } from './beforeExecution.ts'
import { requestError } from './responses/requestErrors.ts'

// The longest operation of the SDK uses a tenth of each; an introspection query has about 300 tokens and depth 15.
const DOCUMENT_LENGTH_MAX = 40_000
const TOKENS_MAX = 2_000
const DEPTH_MAX = 16
const ALIASES_MAX = 30
const DIRECTIVES_MAX = 30
// About 1 per value read: a page of 100 tasks, each with a page of 20 applications, costs about 10,000.
const COST_MAX = 20_000
// One error is enough to know that the variables are invalid.
const COERCION = { maxErrors: 1 }
// With more, a request waits longer for a database connection than its client waits for the response.
const IN_FLIGHT_MAX = 1_000

/** Yoga plugins that refuse documents that are too long, deep or wide, without looking at variables. */
export function documentLimits({ introspection }: { introspection: boolean }): Plugin[] {
  const onReject = [refuseByArmor]
  const armor = new EnvelopArmor({
    maxDepth: { n: DEPTH_MAX, ignoreIntrospection: false, flattenFragments: true, onReject },
    maxAliases: { n: ALIASES_MAX, onReject },
    maxDirectives: { n: DIRECTIVES_MAX, onReject },
    maxTokens: { n: TOKENS_MAX, onReject },
    costLimit: { enabled: false }, // useCostLimit includes the arguments of fields.
    blockFieldSuggestion: { enabled: !introspection }, // Suggestions reveal the schema, too.
  })
  const own: Plugin = {
    onParams({ params }) {
      if (typeof params.query === 'string' && params.query.length > DOCUMENT_LENGTH_MAX) {
        throw requestError('COST_EXCEEDED', {
          message: `A document can have at most ${DOCUMENT_LENGTH_MAX} characters.`,
        })
      }
    },
    // Deeply nested lists overflow the stack of the recursive parser, even within the limit on tokens.
    onParse() {
      return ({ result, replaceParseResult }) => {
        if (result instanceof RangeError) replaceParseResult(requestError('COST_EXCEEDED'))
      }
    },
    onValidate({ addValidationRule }) {
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule)
    },
  }
  return [own, ...(armor.protect().plugins as unknown as Plugin[])]
}

function refuseByArmor(_context: unknown, { message }: { message: string }): never {
  throw requestError('COST_EXCEEDED', { message: message.replace('Syntax Error: ', '') })
}

/** Yoga plugin that refuses an operation whose cost, with its arguments, is over the limit, before it is executed. */
export function useCostLimit(): Plugin {
  const refuse = ({ args, setResultAndStopExecution }: BeforeExecution) => {
    const { schema, document, operationName, variableValues } = args
    const operation = getOperationAST(document, operationName)
    // The executor refuses an operation that does not exist.
    if (!operation) return
    const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, COERCION)
    if (!variables.coerced) return
    const fragments = fragmentsOf(document)
    const refusal = refusalByCost({ schema, fragments, operation, variableValues: variables.coerced })
    if (refusal) setResultAndStopExecution({ errors: [refusal] })
  }
  return { onExecute: refuse, onSubscribe: refuse }
}

/** Returns COST_EXCEEDED if this operation with these variables costs too much. */
export function refusalByCost(operation: Parameters<typeof costOfOperation>[0]): GraphQLError | undefined {
  const { cost, fault } = costOfOperation(operation)
  if (cost <= COST_MAX) return undefined
  const message = `The operation costs ${cost}; the limit is ${COST_MAX}. Request smaller pages.`
  // Invalid arguments are reported first, because the cost is unknown until they are valid.
  return fault ?? requestError('COST_EXCEEDED', { message })
}

/** Counts the operations in flight. Streams are not counted, because they wait for events, not for the database. */
export class InFlight {
  #count = 0
  readonly #countMax: number

  constructor(countMax = IN_FLIGHT_MAX) {
    this.#countMax = countMax
  }

  /** Refuses with OVERLOADED beyond the limit, instead of queueing. Call it between `enter` and `leave`. */
  refuseBeyondMax(): void {
    if (this.#count > this.#countMax) throw requestError('OVERLOADED', { headers: { 'retry-after': '1' } })
  }

  enter(): void {
    this.#count++
  }

  leave(): void {
    this.#count--
  }
}

/** Yoga plugin that counts operations in flight, and refuses those beyond the limit. */
export function useInFlightLimit(inFlight: InFlight): Plugin {
  return {
    instrumentation: {
      async operation(_payload, run) {
        inFlight.enter()
        try {
          await run()
        } finally {
          inFlight.leave()
        }
      },
    },
    onParams: () => inFlight.refuseBeyondMax(),
  }
}
