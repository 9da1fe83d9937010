/**
 * An operation of a document, prepared to be executed many times: which fields are selected on which type, their resolvers,
 * arguments and types are found once and not for every object of every request. The answers are graphql-js's own, errors
 * and their order included, and a test compares the two.
 */
import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'
import { Kind } from 'graphql'
import { directiveVariablesOf, fragmentsOf, type Reading } from '../reader/planning/document.ts'
import { CollectedErrors } from './collectedErrors.ts'
import { executeFields, executeFieldsSerially } from './executeFields.ts'
import { NULL } from './json.ts'
import { SelectionPlan } from './selectionPlan.ts'

export type Values = Readonly<Record<string, unknown>>

/** What an execution comes to, in the form of GraphQL's own results, but with the data in JSON already. */
export interface WrittenResult {
  errors?: readonly GraphQLError[]
  data: string
}

/** One execution. */
export interface ExecutionContext {
  operation: Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation'>
  rootValue: unknown
  context: unknown
  variableValues: { [variable: string]: unknown }
  errors: CollectedErrors
}

// Each @skip and @include by a variable multiplies what may be selected; a document that plays with more has its plans made again.
const VARIANTS_MAX = 16

const CONDITIONS: ReadonlyMap<unknown, string> = new Map([
  [true, '1'],
  [false, '0'],
])

export class CompiledOperation {
  readonly #schema: GraphQLSchema
  readonly #operation: OperationDefinitionNode
  readonly #fragments: Record<string, FragmentDefinitionNode>
  readonly #directiveVariables: readonly string[]
  readonly #variants = new Map<string, SelectionPlan>()

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema
    this.#operation = operation
    this.#fragments = fragmentsOf(document)
    const reading: Reading = { schema, fragments: this.#fragments, variableValues: {} }
    this.#directiveVariables = directiveVariablesOf(reading, [
      { kind: Kind.FIELD, name: ROOT, ...selectedBy(operation) },
    ])
  }

  /** Executes it with variables that are coerced already. Never rejects. */
  execute({
    rootValue,
    context,
    variableValues,
  }: Pick<ExecutionContext, 'rootValue' | 'context' | 'variableValues'>): WrittenResult | Promise<WrittenResult> {
    const run: ExecutionContext = {
      operation: { schema: this.#schema, fragments: this.#fragments, operation: this.#operation },
      rootValue,
      context,
      variableValues,
      errors: new CollectedErrors(),
    }
    try {
      const data = this.#executeRoot(run)
      return typeof data === 'string'
        ? answerOf(data, run)
        : data.then(
            (done) => answerOf(done, run),
            (error) => failed(error, run),
          )
    } catch (error) {
      return failed(error, run)
    }
  }

  #executeRoot(run: ExecutionContext) {
    const type = this.#rootType()
    const fields = this.#planFor(run).fieldsOn(type)
    return this.#operation.operation === 'mutation'
      ? executeFieldsSerially(run, fields)
      : executeFields(run, fields, run.rootValue, undefined)
  }

  #rootType(): GraphQLObjectType {
    const type = this.#schema.getRootType(this.#operation.operation)
    if (!type) throw new Error(`The schema has no ${this.#operation.operation}.`)
    return type
  }

  #planFor({ variableValues }: ExecutionContext): SelectionPlan {
    let key = ''
    // Null is neither: what is selected by it fails.
    for (const name of this.#directiveVariables) key += CONDITIONS.get(variableValues[name]) ?? '-'
    let plan = this.#variants.get(key)
    if (!plan) {
      if (this.#variants.size >= VARIANTS_MAX) this.#variants.clear()
      const reading = { schema: this.#schema, fragments: this.#fragments, variableValues }
      plan = new SelectionPlan(reading, [this.#operation.selectionSet])
      this.#variants.set(key, plan)
    }
    return plan
  }
}

const ROOT = { kind: Kind.NAME, value: '' } as const
const selectedBy = ({ selectionSet }: OperationDefinitionNode) => ({ selectionSet })

const answerOf = (data: string, { errors }: ExecutionContext): WrittenResult =>
  errors.list.length === 0 ? { data } : { errors: errors.list, data }

function failed(error: unknown, run: ExecutionContext): WrittenResult {
  run.errors.add(error as never, undefined)
  return answerOf(NULL, run)
}
