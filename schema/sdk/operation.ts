/** A generated document: the text of one operation, with the types of its variables and its data. */
export interface Operation<Data, Variables> {
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly name: string
  readonly text: string
  /** True if `input` has an idempotency key, so that the operation can be retried safely. */
  readonly takesKey: boolean
  /** Never set: carries the types, under the name that other GraphQL clients use. */
  readonly __apiType?: (variables: Variables) => Data
}

/** The variables that a caller must pass: the idempotency key is optional, because the client generates one. */
export type VariablesOf<Variables> = Variables extends { readonly input: infer Input }
  ? Omit<Variables, 'input'> & { readonly input: WithoutKey<Input> }
  : Variables

type WithoutKey<Input> = Input extends { readonly idempotencyKey?: unknown }
  ? Omit<Input, 'idempotencyKey'> & { readonly idempotencyKey?: string | null | undefined }
  : Input
