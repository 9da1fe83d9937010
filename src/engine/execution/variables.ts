/** The variables of an operation as their types read them. The types are looked up once, and graphql-js has the last word. */
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

// As many as graphql-js collects before it executes nothing.
const ERRORS_MAX = 50

export type Read = { coerced: { [variable: string]: unknown } } | { errors: readonly GraphQLError[] }

interface Variable {
  name: string
  type: GraphQLInputType
  /** The same where it is a scalar or an enumeration, which need nobody to lead them through a value. */
  leaf: GraphQLLeafType | undefined
  definition: VariableDefinitionNode
}

export class Variables {
  readonly #schema: GraphQLSchema
  readonly #definitions: readonly VariableDefinitionNode[]
  /** Undefined where only graphql-js knows what to say. */
  readonly #variables: readonly Variable[] | undefined

  constructor(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode) {
    this.#schema = schema
    this.#definitions = variableDefinitions
    const variables = variableDefinitions.map((definition) => variableOf(schema, definition))
    this.#variables = variables.some((variable) => !variable) ? undefined : (variables as Variable[])
  }

  /** The values that were sent, coerced; or what graphql-js says against them. */
  read(sent: Values): Read {
    const coerced = this.#variables && coercedBy(this.#variables, sent)
    if (coerced) return { coerced }
    const read = getVariableValues(this.#schema, this.#definitions, sent, { maxErrors: ERRORS_MAX })
    return read.errors ? { errors: read.errors } : { coerced: read.coerced }
  }
}

function variableOf(schema: GraphQLSchema, definition: VariableDefinitionNode): Variable | undefined {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type)
  if (!isInputType(type) || name === '__proto__') return undefined
  const nullable = getNullableType(type)
  return { name, type, leaf: isLeafType(nullable) ? nullable : undefined, definition }
}

/** Undefined where a value is not of its type. */
function coercedBy(variables: readonly Variable[], sent: Values): { [variable: string]: unknown } | undefined {
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
      coerced[name] = leaf && value !== null ? parsedBy(leaf, value) : coerceInputValue(value, type, refuse)
      if (isRefused || coerced[name] === undefined) return undefined
    }
  }
  return coerced
}

function parsedBy(type: GraphQLLeafType, value: unknown): unknown {
  try {
    return type.parseValue(value)
  } catch {
    return undefined
  }
}
