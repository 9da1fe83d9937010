/** The arguments of a field in a document: what is fixed is read once, and graphql-js has the last word. */
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getArgumentValues,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  Kind,
  valueFromAST,
} from 'graphql'
import { hasVariable } from '../selection/document.ts'
import type { Values } from './executionContext.ts'

export type Arguments = { [argument: string]: unknown }

interface Argument {
  name: string
  /** Its own name, where it is nothing but a variable. */
  variable: string | undefined
  /** Where it is not: its value. Else what it is without the variable. */
  value: unknown
  nonNull: boolean
}

const NO_ARGUMENTS = Object.freeze({})

/**
 * Gives the arguments for the variables of a request. Where there are any, it is an object of its own: who counts or remembers
 * by them must not meet those of another request.
 */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode | undefined,
): (variableValues: Values) => Arguments {
  if (!node || field.args.length === 0) return () => NO_ARGUMENTS
  const read = (variableValues: Values) => getArgumentValues(field, node, variableValues)
  const known = field.args.map((argument) => readOnce(argument, node))
  if (known.includes(undefined)) return read
  const named = known as (Argument | 'absent')[]
  const given = named.filter((argument) => argument !== 'absent')
  return (variableValues) => {
    const args: Arguments = {}
    for (const { name, variable, value, nonNull } of given) {
      const isGiven = variable !== undefined && Object.hasOwn(variableValues, variable)
      const found = isGiven ? variableValues[variable] : value
      if (found === undefined && !nonNull && !isGiven) continue
      if (found === undefined || (found === null && nonNull)) return read(variableValues)
      args[name] = found
    }
    return args
  }
}

/** Undefined for what has to be read each time: an input is an object that a resolver might change. */
function readOnce(argument: GraphQLArgument, { arguments: given = [] }: FieldNode): Argument | 'absent' | undefined {
  const { name, type, defaultValue } = argument
  const node = given.find((one) => one.name.value === name)?.value
  const nonNull = isNonNullType(type)
  if (typeof defaultValue === 'object' && defaultValue !== null) return undefined
  if (node && node.kind !== Kind.VARIABLE && isInputObjectType(getNamedType(type))) return undefined
  if (!node) {
    if (defaultValue !== undefined) return { name, variable: undefined, value: defaultValue, nonNull }
    return nonNull ? undefined : 'absent'
  }
  if (node.kind === Kind.VARIABLE) return { name, variable: node.name.value, value: defaultValue, nonNull }
  if (hasVariable(node)) return undefined
  const value = valueFromAST(node, type)
  return value === undefined || Array.isArray(value) ? undefined : { name, variable: undefined, value, nonNull }
}
