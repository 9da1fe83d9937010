/** The variables of an operation as their types read them. The types are looked up once, and graphql-js has the last word. */
import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql'
import type { Values } from './compiledOperation.ts'

export type Read = { coerced: { [variable: string]: unknown } } | { errors: readonly GraphQLError[] }

interface Variable {
  name: string
  type: GraphQLInputType
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
    const read = getVariableValues(this.#schema, this.#definitions, sent)
    return read.errors ? { errors: read.errors } : { coerced: read.coerced }
  }
}

function variableOf(schema: GraphQLSchema, definition: VariableDefinitionNode): Variable | undefined {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type)
  return isInputType(type) && name !== '__proto__' ? { name, type, definition } : undefined
}

/** Undefined where a value is not of its type. */
function coercedBy(variables: readonly Variable[], sent: Values): { [variable: string]: unknown } | undefined {
  const coerced: { [variable: string]: unknown } = {}
  let isRefused = false
  const refuse = () => {
    isRefused = true
  }
  for (const { name, type, definition } of variables) {
    if (!Object.hasOwn(sent, name)) {
      if (definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type)
      else if (isNonNullType(type)) return undefined
    } else {
      const value = sent[name]
      if (value === null && isNonNullType(type)) return undefined
      coerced[name] = coerceInputValue(value, type, refuse)
      if (isRefused) return undefined
    }
  }
  return coerced
}
