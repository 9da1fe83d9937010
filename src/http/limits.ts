/** Bounds on what one request, and all requests together, may ask of the server. */
import { EnvelopArmor } from '@escape.tech/graphql-armor'
import { type GraphQLError, getOperationAST, getVariableValues, NoSchemaIntrospectionCustomRule } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { fragmentsOf } from '../engine/reader/planning/document.ts'
import { costOfOperation } from '../graphql/operationCost.ts'
import type { BeforeExecution } from './beforeExecution.ts'
import { requestError } from './responses/requestErrors.ts'

// The longest operation of the SDK has a tenth of each; a tool's introspection has about 300 tokens and is 15 deep.
const DOCUMENT_LENGTH_MAX = 40_000
const TOKENS_MAX = 2_000
const DEPTH_MAX = 16
const ALIASES_MAX = 30
const DIRECTIVES_MAX = 30
// About one for each value read: a page of a hundred tasks, each with a page of twenty applications, is some ten thousand.
const COST_MAX = 20_000
// Whether there is any error is all that matters here.
const COERCION = { maxErrors: 1 }
// Beyond it a request waits longer for a connection to the database than its client does for it.
const IN_FLIGHT_MAX = 1_000

/** Refuses documents that are too long, deep or wide, as far as the document alone shows it. */
export function documentLimits({ introspection }: { introspection: boolean }): Plugin[] {
  const onReject = [refuseByArmor]
  const armor = new EnvelopArmor({
    maxDepth: { n: DEPTH_MAX, ignoreIntrospection: false, flattenFragments: true, onReject },
    maxAliases: { n: ALIASES_MAX, onReject },
    maxDirectives: { n: DIRECTIVES_MAX, onReject },
    maxTokens: { n: TOKENS_MAX, onReject },
    costLimit: { enabled: false }, // Ours knows the fields and their arguments.
    blockFieldSuggestion: { enabled: !introspection }, // A guess that is corrected is an introspection too.
  })
  const own: Plugin = {
    onParams({ params }) {
      if (typeof params.query === 'string' && params.query.length > DOCUMENT_LENGTH_MAX) {
        throw requestError('COST_EXCEEDED', { message: `A document has at most ${DOCUMENT_LENGTH_MAX} characters.` })
      }
    },
    // Lists of lists of lists, until the parser's own calls have no room: within the limit of words that is possible.
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

/** Refuses an operation whose fields, with the arguments that they are given, ask for too much; before any of it runs. */
export function useCostLimit(): Plugin {
  const refuse = ({ args, setResultAndStopExecution }: BeforeExecution) => {
    const { schema, document, operationName, variableValues } = args
    const operation = getOperationAST(document, operationName)
    // What cannot be executed at all is refused by the execution.
    if (!operation) return
    const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, COERCION)
    if (!variables.coerced) return
    const fragments = fragmentsOf(document)
    const refusal = refusalByCost({ schema, fragments, operation, variableValues: variables.coerced })
    if (refusal) setResultAndStopExecution({ errors: [refusal] })
  }
  return { onExecute: refuse, onSubscribe: refuse }
}

/** Why an operation with these variables is not to be run, if it is not: it costs too much. */
export function refusalByCost(asked: Parameters<typeof costOfOperation>[0]): GraphQLError | undefined {
  const { cost, fault } = costOfOperation(asked)
  if (cost <= COST_MAX) return undefined
  const message = `The operation costs ${cost}, which is more than ${COST_MAX}. Ask for smaller pages.`
  // An argument that is wrong has to be mended first, and what it asks for is not known before.
  return fault ?? requestError('COST_EXCEEDED', { message })
}

/** Counts what is being worked on. Streams are not counted: they wait for events, not for the database. */
export class InFlight {
  #count = 0
  readonly #countMax: number

  constructor(countMax = IN_FLIGHT_MAX) {
    this.#countMax = countMax
  }

  /** Refuses with OVERLOADED, at once, what would only wait. It is to be called between the two others. */
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

/** The same as a Yoga plugin. */
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
