/**
 * An operation of a document, compiled for many executions: the fields of each type with their resolvers, arguments and types are
 * looked up once, not for every object of every request. The results are those of graphql-js, errors and their order included; a
 * property test compares the two.
 */
import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'
import { directiveVariablesOf, fragmentsOf } from '../selection/document.ts'
import { conditionsKey, SelectionPlan } from '../selection/selectionPlan.ts'
import { CollectedErrors } from './collectedErrors.ts'
import { executeFields, executeFieldsSerially } from './executeFields.ts'
import type { ExecutionContext, PlannedField } from './executionContext.ts'
import { NULL } from './json.ts'
import { planFields } from './planFields.ts'

/** An execution result as GraphQL defines it, except that the data is JSON already. */
export interface JsonResult {
  errors?: readonly GraphQLError[]
  data: string
}

// Each @skip and @include with a variable multiplies the variants; a document that uses more is planned again.
const VARIANTS_MAX = 16

export class CompiledOperation {
  readonly #schema: GraphQLSchema
  readonly #operation: OperationDefinitionNode
  readonly #fragments: Record<string, FragmentDefinitionNode>
  readonly #directiveVariables: readonly string[]
  readonly #variants = new Map<string, readonly PlannedField[]>()

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema
    this.#operation = operation
    this.#fragments = fragmentsOf(document)
    this.#directiveVariables = directiveVariablesOf({ fragments: this.#fragments }, operation.selectionSet.selections)
  }

  /** ExecuteRequest with coerced variables, https://spec.graphql.org/October2021/#ExecuteRequest(). Never rejects. */
  execute({
    rootValue,
    contextValue,
    variableValues,
  }: Pick<ExecutionContext, 'rootValue' | 'contextValue' | 'variableValues'>): JsonResult | Promise<JsonResult> {
    const execution: ExecutionContext = {
      operation: { schema: this.#schema, fragments: this.#fragments, operation: this.#operation },
      rootValue,
      contextValue,
      variableValues,
      errors: new CollectedErrors(),
    }
    try {
      const data = this.#executeRoot(execution)
      return typeof data === 'string'
        ? resultOf(data, execution)
        : data.then(
            (completed) => resultOf(completed, execution),
            (error) => failedResult(error, execution),
          )
    } catch (error) {
      return failedResult(error, execution)
    }
  }

  #executeRoot(execution: ExecutionContext) {
    const fields = this.#rootFields(execution)
    return this.#operation.operation === 'mutation'
      ? executeFieldsSerially(execution, fields)
      : executeFields(execution, fields, execution.rootValue, undefined)
  }

  #rootFields({ variableValues }: ExecutionContext): readonly PlannedField[] {
    const key = conditionsKey(this.#directiveVariables, variableValues)
    let fields = this.#variants.get(key)
    if (!fields) {
      if (this.#variants.size >= VARIANTS_MAX) this.#variants.clear()
      const document = { schema: this.#schema, fragments: this.#fragments, variableValues }
      const selection = new SelectionPlan(document, this.#directiveVariables, [this.#operation.selectionSet])
      fields = planFields(selection, this.#rootType())
      this.#variants.set(key, fields)
    }
    return fields
  }

  #rootType(): GraphQLObjectType {
    const type = this.#schema.getRootType(this.#operation.operation)
    if (!type) throw new Error(`The schema has no ${this.#operation.operation}.`)
    return type
  }
}

const resultOf = (data: string, { errors }: ExecutionContext): JsonResult =>
  errors.list.length === 0 ? { data } : { errors: errors.list, data }

function failedResult(error: unknown, execution: ExecutionContext): JsonResult {
  execution.errors.add(error as never, undefined)
  return resultOf(NULL, execution)
}
