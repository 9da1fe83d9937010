/**
 * CoerceArgumentValues, https://spec.graphql.org/October2021/#CoerceArgumentValues(). Arguments without a variable are coerced once;
 * what is not trivial is left to graphql-js.
 */
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
  /** The variable's name, if the argument is a variable. */
  variable: string | undefined
  /** The value; for a variable, the default of the argument. */
  value: unknown
  nonNull: boolean
}

const NO_ARGUMENTS = Object.freeze({})

/** Returns a function from variables to arguments. It returns a new object each time, because plugins use it as a key. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode | undefined,
): (variableValues: Values) => Arguments {
  if (!node || field.args.length === 0) return () => NO_ARGUMENTS
  const read = (variableValues: Values) => getArgumentValues(field, node, variableValues)
  const planned = field.args.map((argument) => planArgument(argument, node))
  if (planned.includes(undefined)) return read
  const present = (planned as (Argument | 'absent')[]).filter((argument) => argument !== 'absent')
  return (variableValues) => {
    const args: Arguments = {}
    for (const { name, variable, value, nonNull } of present) {
      const isGiven = variable !== undefined && Object.hasOwn(variableValues, variable)
      const found = isGiven ? variableValues[variable] : value
      if (found === undefined && !nonNull && !isGiven) continue
      if (found === undefined || (found === null && nonNull)) return read(variableValues)
      args[name] = found
    }
    return args
  }
}

/** Undefined for an argument that graphql-js has to coerce each time: a resolver might change an input object. */
function planArgument(
  argument: GraphQLArgument,
  { arguments: given = [] }: FieldNode,
): Argument | 'absent' | undefined {
  const { name, type, defaultValue } = argument
  const node = given.find((argumentNode) => argumentNode.name.value === name)?.value
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
