/** What a generated document is: the text of one operation, and the types of what goes in and comes out. */
export interface Operation<Data, Variables> {
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly name: string
  readonly text: string
  /** Whether `input` takes an idempotency key, so that the operation can be sent again safely. */
  readonly takesKey: boolean
  /** Never there: it carries the types, under the name that other clients of GraphQL look for. */
  readonly __apiType?: (variables: Variables) => Data
}

/** What the caller has to give: the key of a mutation may be left to the client. */
export type VariablesOf<Variables> = Variables extends { readonly input: infer Input }
  ? Omit<Variables, 'input'> & { readonly input: WithoutKey<Input> }
  : Variables

type WithoutKey<Input> = Input extends { readonly idempotencyKey?: unknown }
  ? Omit<Input, 'idempotencyKey'> & { readonly idempotencyKey?: string | null | undefined }
  : Input
