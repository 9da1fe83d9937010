/** What "the same request" means for an idempotency key: the input as sent, its keys sorted, before any default is filled in. */
import { createHash } from 'node:crypto'
import { type GraphQLResolveInfo, type ValueNode, valueFromASTUntyped } from 'graphql'

/** SHA-256 of the `input` argument as this request sent it. */
export function hashOfInput(info: GraphQLResolveInfo, rawVariables: Readonly<Record<string, unknown>>): Buffer {
  const values: Record<string, unknown> = {}
  for (const definition of info.operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    const fallback = definition.defaultValue ? valueFromASTUntyped(definition.defaultValue) : undefined
    // Its own only: a variable may be named as what every object has, such as `constructor`.
    values[name] = Object.hasOwn(rawVariables, name) ? rawVariables[name] : fallback
  }
  const input = info.fieldNodes[0]?.arguments?.find((argument) => argument.name.value === 'input')
  return createHash('sha256')
    .update(canonical(input ? literal(input.value, values) : null))
    .digest()
}

const literal = (value: ValueNode, variables: Record<string, unknown>): unknown => valueFromASTUntyped(value, variables)

/** JSON with sorted keys; an absent field and a field that is undefined are the same. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`
}
