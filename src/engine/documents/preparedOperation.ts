/** An operation of a valid document, prepared for many requests: coercion of its variables, its cost limit and its execution. */
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
import { withIdempotencyKey } from './idempotencyHeader.ts'

// An operation has about as many page sizes. A client that varies them more pays for counting the cost each time.
const COSTS_MAX = 50

/** The coerced variables, or the reasons why the operation must not be executed with them. */
export type CoercedVariables = { variableValues: { [variable: string]: unknown } } | { errors: readonly GraphQLError[] }

/** Returns the error for an operation that must not be executed with these coerced variables. */
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

  /** The variables with the key of the header `Idempotency-Key`; undefined if an input has another one. */
  withKey(variables: Record<string, unknown>, key: string): Record<string, unknown> | undefined {
    return withIdempotencyKey(this.#schema, this.#operation, { variables, key })
  }

  /** Coerces the variables. Refuses values that are not of their types, and an operation that costs too much with them. */
  prepare(variables: Values): CoercedVariables {
    this.#variables ??= new Variables(this.#schema, this.#operation)
    const result = this.#variables.coerce(variables)
    if ('errors' in result) return result
    const variableValues = result.coerced
    const refusal = this.#refusalByCost(variableValues)
    return refusal ? { errors: [refusal] } : { variableValues }
  }

  /** Executes the operation. Never rejects. */
  execute(variableValues: { [variable: string]: unknown }, contextValue: unknown): JsonResult | Promise<JsonResult> {
    this.#compiled ??= new CompiledOperation(this.#schema, this.#document, this.#operation)
    return this.#compiled.execute({ rootValue: undefined, contextValue, variableValues })
  }

  // The cost depends only on page sizes, on the lengths of lists and on which variables are present.
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
  return Array.isArray(value) ? `[${value.length}]` : 'present'
}
