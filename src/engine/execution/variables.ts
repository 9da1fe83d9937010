/**
 * CoerceVariableValues, https://spec.graphql.org/October2021/#CoerceVariableValues(). The types are looked up once; errors and special
 * cases are left to graphql-js.
 */
import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  getNullableType,
  getVariableValues,
  isInputType,
  isLeafType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import type { Values } from './executionContext.ts'

// The limit of graphql-js's own execution.
const ERRORS_MAX = 50

export type CoercionResult = { coerced: { [variable: string]: unknown } } | { errors: readonly GraphQLError[] }

interface Variable {
  name: string
  type: GraphQLInputType
  /** The type again if it is a scalar or an enum, whose values are parsed without a walk. */
  leaf: GraphQLLeafType | undefined
  definition: VariableDefinitionNode
}

export class Variables {
  readonly #schema: GraphQLSchema
  readonly #definitions: readonly VariableDefinitionNode[]
  /** Undefined if graphql-js has to coerce them. */
  readonly #variables: readonly Variable[] | undefined

  constructor(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode) {
    this.#schema = schema
    this.#definitions = variableDefinitions
    const variables = variableDefinitions.map((definition) => variableOf(schema, definition))
    this.#variables = variables.some((variable) => !variable) ? undefined : (variables as Variable[])
  }

  /** The coerced values, or the errors of graphql-js. */
  coerce(sent: Values): CoercionResult {
    const coerced = this.#variables && coerceAll(this.#variables, sent)
    if (coerced) return { coerced }
    const result = getVariableValues(this.#schema, this.#definitions, sent, { maxErrors: ERRORS_MAX })
    return result.errors ? { errors: result.errors } : { coerced: result.coerced }
  }
}

function variableOf(schema: GraphQLSchema, definition: VariableDefinitionNode): Variable | undefined {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type)
  if (!isInputType(type) || name === '__proto__') return undefined
  const nullable = getNullableType(type)
  return { name, type, leaf: isLeafType(nullable) ? nullable : undefined, definition }
}

/** Undefined if a value is not of its type. */
function coerceAll(variables: readonly Variable[], sent: Values): { [variable: string]: unknown } | undefined {
  const coerced: { [variable: string]: unknown } = {}
  let isRefused = false
  const refuse = () => {
    isRefused = true
  }
  for (const { name, type, leaf, definition } of variables) {
    if (!Object.hasOwn(sent, name)) {
      if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type)
      else if (isNonNullType(type)) return undefined
    } else {
      const value = sent[name]
      if (value === null && isNonNullType(type)) return undefined
      coerced[name] = leaf && value !== null ? parseLeaf(leaf, value) : coerceInputValue(value, type, refuse)
      if (isRefused || coerced[name] === undefined) return undefined
    }
  }
  return coerced
}

function parseLeaf(type: GraphQLLeafType, value: unknown): unknown {
  try {
    return type.parseValue(value)
  } catch {
    return undefined
  }
}
