/** The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): an alias of the field `idempotencyKey` of inputs in variables. */
import {
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  typeFromAST,
} from 'graphql'

type Variables = Record<string, unknown>

// The draft has a string of structured fields, in quotation marks; Stripe and others send the bare text.
const QUOTED = /^"(.*)"$/

/** Returns the key of the header; undefined without one. */
export const keyOfHeader = (header: string | null | undefined): string | undefined =>
  header ? header.replace(QUOTED, '$1') : undefined

/**
 * Returns the variables of a mutation with the key in every input that takes one and has none. Returns undefined if an input has
 * another key: then it is not clear which one is meant.
 */
export function withIdempotencyKey(
  schema: GraphQLSchema,
  { operation, variableDefinitions = [] }: OperationDefinitionNode,
  { variables, key }: { variables: Variables; key: string },
): Variables | undefined {
  if (operation !== OperationTypeNode.MUTATION) return variables
  let changed = variables
  for (const { variable, type } of variableDefinitions) {
    const name = variable.name.value
    const input = variables[name]
    if (!takesKey(schema, type) || typeof input !== 'object' || input === null) continue
    const { idempotencyKey: own } = input as { idempotencyKey?: unknown }
    if (own !== undefined && own !== null && own !== key) return undefined
    changed = { ...changed, [name]: { ...input, idempotencyKey: key } }
  }
  return changed
}

function takesKey(schema: GraphQLSchema, node: Parameters<typeof typeFromAST>[1]): boolean {
  const type = typeFromAST(schema, node as never)
  const named = type && getNamedType(type)
  return isInputObjectType(named) && 'idempotencyKey' in named.getFields()
}
