/** Defines "the same request" for an idempotency key: the input as sent, with sorted keys, before defaults are applied. */
import { createHash } from 'node:crypto'
import { type GraphQLResolveInfo, valueFromASTUntyped } from 'graphql'

/** Returns the SHA-256 of the `input` argument as this request sent it. */
export function hashOfInput(info: GraphQLResolveInfo, rawVariables: Readonly<Record<string, unknown>>): Buffer {
  const values: Record<string, unknown> = {}
  for (const definition of info.operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    const fallback = definition.defaultValue ? valueFromASTUntyped(definition.defaultValue) : undefined
    // Own properties only, because a variable may have the name of an inherited one, such as `constructor`.
    values[name] = Object.hasOwn(rawVariables, name) ? rawVariables[name] : fallback
  }
  const input = info.fieldNodes[0]?.arguments?.find((argument) => argument.name.value === 'input')
  return createHash('sha256')
    .update(canonical(input ? valueFromASTUntyped(input.value, values) : null))
    .digest()
}

/** Returns JSON with sorted keys; a field that is undefined counts as absent. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`
}
