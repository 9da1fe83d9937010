/** Declares mutations: name, access, input schema, and the rule that implements it. */
import type { FieldMap, InputObjectRef, ObjectRef, UnionRef } from '@pothos/core'
import type { ZodType } from 'zod'
import type { BudgetName } from '../cache/rateLimits.ts'
import type { Role } from '../db/generated/enums.ts'
import { fromPublicId, type IdPrefix, type PublicId } from '../db/ids.ts'
import type { RuleResult, Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import { type DomainError, NotFoundError } from '../domain/errors.ts'
import type { Access } from './admissionPlugin.ts'
import { builder, type SchemaTypes } from './builder.ts'
import type { Context, MutationContext } from './context.ts'
import { hashOfInput } from './requestHash.ts'

/** The context of a signed-in caller. */
export interface SignedIn extends Context {
  caller: Caller
}

/** A result union, typed by the answer of its rule; the idempotency plugin adds `replayed` to the answer. */
export interface Result<Answer> {
  union: UnionRef<SchemaTypes, object>
  readonly answer?: Answer
}

interface Replayable {
  replayed: boolean
}

type PayloadFields<Ids> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Ids & Replayable>

/** Declares the success of a mutation that takes an idempotency key: its own fields, and `replayed`. */
export function payload<Ids extends object>(
  name: string,
  { description, fields }: { description: string; fields: (t: PayloadFields<Ids>) => FieldMap },
): ObjectRef<SchemaTypes, Ids & Replayable> {
  return builder.objectRef<Ids & Replayable>(name).implement({
    description,
    fields: (t) => ({
      ...fields(t),
      replayed: t.exposeBoolean('replayed' as never, {
        description: 'True if this is the stored answer to an earlier, identical request under the same key.',
      }),
    }),
  })
}

type RefusalClass = new (...parameters: never[]) => DomainError

/** Declares a result union: one payload, or one of these refusals. */
export function result<Answer extends object>(
  name: string,
  payload: ObjectRef<SchemaTypes, Answer & { replayed: boolean }> | ObjectRef<SchemaTypes, Answer>,
  refusals: readonly RefusalClass[],
): Result<Answer> {
  const union = builder.errorUnion(name, {
    description: `${payload.name} on success, or a refusal.`,
    types: [payload, ...refusals] as [typeof payload],
    resolveType: () => payload.name,
  })
  return { union: union as unknown as UnionRef<SchemaTypes, object> }
}

interface Declaration<Input, Answer> {
  description: string
  input: InputObjectRef<SchemaTypes, object>
  result: Result<Answer>
  inputSchema: ZodType<Input>
  budget?: BudgetName
  /**
   * Allows callers who have not proved their email address, with any input or by a function of it. By default they are refused.
   */
  allowsUnverified?: true | ((input: Input) => boolean)
  /**
   * Needs a session that has proved its person within fifteen minutes, with any input or by a function of it and the caller. The result
   * has SecondFactorRequiredError.
   */
  needsFreshProof?: true | ((input: Input, caller: Caller) => boolean)
}

/** Declares a mutation for signed-in callers (with one of `roles`, for staff). The rule runs in one transaction. */
export function mutation<Input, Answer extends object>(
  name: string,
  declaration: Declaration<Input, Answer> & {
    roles?: readonly Role[]
    rule: (tx: Tx, input: Input, context: SignedIn) => Promise<RuleResult<Answer>>
  },
): void {
  declare(name, declaration, declaration.roles ?? 'signedIn', true, (input, context) =>
    declaration.rule((context as MutationContext).tx, input, context as SignedIn),
  )
}

/** Declares a public mutation. The rule opens its own transaction after hashing a password, which must not hold a connection. */
export function publicMutation<Input, Answer extends object>(
  name: string,
  declaration: Declaration<Input, Answer> & { rule: (input: Input, context: Context) => Promise<Answer> },
): void {
  declare(name, declaration, 'anybody', false, declaration.rule)
}

/** Declares a mutation that waits for other work, such as the payment provider. The rule opens its own transactions and handles its key. */
export function mutationOutsideTransaction<Input, Answer extends object>(
  name: string,
  declaration: Declaration<Input, Answer> & {
    roles?: readonly Role[]
    rule: (input: Input, context: SignedIn, request: { hash: () => Buffer }) => Promise<Answer>
  },
): void {
  declare(name, declaration, declaration.roles ?? 'signedIn', false, (input, context, request) =>
    declaration.rule(input, context as SignedIn, request),
  )
}

function declare<Input, Answer>(
  name: string,
  { description, input, result, inputSchema, budget, allowsUnverified, needsFreshProof }: Declaration<Input, Answer>,
  access: Access,
  transaction: boolean,
  rule: (input: Input, context: Context, request: { hash: () => Buffer }) => Promise<RuleResult<Answer>>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      description,
      type: result.union,
      args: { input: t.arg({ type: input, required: true, description: 'The input.' }) },
      access,
      inputSchema,
      transaction,
      ...(budget && { budget }),
      ...(allowsUnverified && { allowsUnverified }),
      ...(needsFreshProof && { needsFreshProof }),
      resolve: async (_root, args, context, info) => {
        // The admission plugin has replaced the input by the output of its schema.
        const answer = await rule(args.input as Input, context, { hash: () => hashOfInput(info, context.rawVariables) })
        return answer as object
      },
    }),
  )
}

/** Returns the UUID of a public id. Refuses with NotFoundError an id that is malformed or of another type. */
export function uuidOf(prefix: IdPrefix, id: PublicId): string {
  const uuid = fromPublicId(prefix, id)
  if (!uuid) throw new NotFoundError(id)
  return uuid
}

/** The same for a nullable id. An empty text is an unknown id, not null. */
export const uuidOrNull = (prefix: IdPrefix, id: PublicId | null): string | null =>
  id === null ? null : uuidOf(prefix, id)
