/** An operation of a document that is valid, with what a request in it needs: its cost, its variables, its execution. */
import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLError,
  GraphQLSchema,
  OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import { CompiledOperation, type JsonResult } from '../execution/compiledOperation.ts'
import type { Values } from '../execution/executionContext.ts'
import { Variables } from '../execution/variables.ts'
import { fragmentsOf } from '../selection/document.ts'

// As many as one operation has sizes of pages; a client that plays with them pays for the counting each time.
const COSTS_MAX = 50

/** The variables as their types read them; or why the operation is not run with them. */
export type CoercedVariables = { variableValues: { [variable: string]: unknown } } | { errors: readonly GraphQLError[] }

/** Says why an operation with these coerced variables must not run, where it must not. */
export type RefuseOperation = (request: {
  schema: GraphQLSchema
  fragments: Readonly<Record<string, FragmentDefinitionNode>>
  operation: OperationDefinitionNode
  variableValues: Values
}) => GraphQLError | undefined

export class PreparedOperation {
  readonly #refuse: RefuseOperation
  readonly #schema: GraphQLSchema
  readonly #document: DocumentNode
  readonly #operation: OperationDefinitionNode
  readonly #refusals = new Map<string, GraphQLError | undefined>()
  #variables: Variables | undefined
  #compiled: CompiledOperation | undefined

  constructor(
    schema: GraphQLSchema,
    {
      document,
      operation,
      refuse,
    }: { document: DocumentNode; operation: OperationDefinitionNode; refuse: RefuseOperation },
  ) {
    this.#refuse = refuse
    this.#schema = schema
    this.#document = document
    this.#operation = operation
  }

  get kind(): OperationTypeNode {
    return this.#operation.operation
  }

  get name(): string | undefined {
    return this.#operation.name?.value
  }

  /** Reads the variables. Refuses values that are not of their types, and an operation that costs too much with them. */
  prepare(variables: Values): CoercedVariables {
    this.#variables ??= new Variables(this.#schema, this.#operation)
    const read = this.#variables.read(variables)
    if ('errors' in read) return read
    const variableValues = read.coerced
    const refusal = this.#refusalByCost(variableValues)
    return refusal ? { errors: [refusal] } : { variableValues }
  }

  /** Executes it. Never rejects. */
  execute(variableValues: { [variable: string]: unknown }, contextValue: unknown): JsonResult | Promise<JsonResult> {
    this.#compiled ??= new CompiledOperation(this.#schema, this.#document, this.#operation)
    return this.#compiled.execute({ rootValue: undefined, contextValue, variableValues })
  }

  // The cost follows from the sizes that are asked for, and from whether something is given at all.
  #refusalByCost(variableValues: { [variable: string]: unknown }): GraphQLError | undefined {
    let key = ''
    for (const name in variableValues) key += `${name}=${sizeOf(variableValues[name])} `
    if (this.#refusals.has(key)) return this.#refusals.get(key)
    const refusal = this.#refuse({
      schema: this.#schema,
      fragments: fragmentsOf(this.#document),
      operation: this.#operation,
      variableValues,
    })
    if (this.#refusals.size >= COSTS_MAX) this.#refusals.clear()
    this.#refusals.set(key, refusal)
    return refusal
  }
}

function sizeOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  return Array.isArray(value) ? `[${value.length}]` : 'given'
}
