/** The one way to declare a mutation: what it is called, who may call it, what its input must look like, which rule. */
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

/** The context of somebody whom the admission has let in. */
export interface SignedIn extends Context {
  caller: Caller
}

/** A result union that knows what its success is made of, without `replayed`, which the idempotency plugin adds. */
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

type ErrorClass = new (...parameters: never[]) => DomainError

/** Declares a mutation's answer: exactly one success, or one of these refusals. */
export function result<Answer extends object>(
  name: string,
  payload: ObjectRef<SchemaTypes, Answer & { replayed: boolean }> | ObjectRef<SchemaTypes, Answer>,
  refusals: readonly ErrorClass[],
): Result<Answer> {
  const union = builder.errorUnion(name, {
    description: `${payload.name}, or why it was refused.`,
    types: [payload, ...refusals] as [typeof payload],
    resolveType: () => payload.name,
  })
  return { union: union as unknown as UnionRef<SchemaTypes, object> }
}

interface Declaration<Form, Answer> {
  description: string
  input: InputObjectRef<SchemaTypes, object>
  result: Result<Answer>
  form: ZodType<Form>
  budget?: BudgetName
}

/** A mutation for people who are signed in (with one of `roles`, where it is for staff): one rule in one transaction. */
export function mutation<Form, Answer extends object>(
  name: string,
  declaration: Declaration<Form, Answer> & {
    roles?: readonly Role[]
    rule: (tx: Tx, form: Form, context: SignedIn) => Promise<RuleResult<Answer>>
  },
): void {
  declare(name, declaration, declaration.roles ?? 'signedIn', true, (form, context) =>
    declaration.rule((context as MutationContext).tx, form, context as SignedIn),
  )
}

/** A mutation that anybody may call. It opens its own transaction: a password is hashed before, and no connection waits for it. */
export function publicMutation<Form, Answer extends object>(
  name: string,
  declaration: Declaration<Form, Answer> & { rule: (form: Form, context: Context) => Promise<Answer> },
): void {
  declare(name, declaration, 'anybody', false, declaration.rule)
}

/** A mutation that calls the payment provider or waits for other work: it opens its own transactions, and keeps its own key. */
export function mutationOutsideTransaction<Form, Answer extends object>(
  name: string,
  declaration: Declaration<Form, Answer> & {
    roles?: readonly Role[]
    rule: (form: Form, context: SignedIn, request: { hash: () => Buffer }) => Promise<Answer>
  },
): void {
  declare(name, declaration, declaration.roles ?? 'signedIn', false, (form, context, request) =>
    declaration.rule(form, context as SignedIn, request),
  )
}

function declare<Form, Answer>(
  name: string,
  { description, input, result, form, budget }: Declaration<Form, Answer>,
  access: Access,
  transaction: boolean,
  rule: (form: Form, context: Context, request: { hash: () => Buffer }) => Promise<RuleResult<Answer>>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      description,
      type: result.union,
      args: { input: t.arg({ type: input, required: true, description: 'What is asked for.' }) },
      access,
      form,
      transaction,
      ...(budget && { budget }),
      resolve: async (_root, args, context, info) => {
        // The admission plugin has replaced the input by what the form made of it.
        const answer = await rule(args.input as Form, context, { hash: () => hashOfInput(info, context.rawVariables) })
        return answer as object
      },
    }),
  )
}

/** The UUID behind an id that a client sent; refuses with NotFoundError when it is malformed or names another type. */
export function uuidOf(prefix: IdPrefix, id: PublicId): string {
  const uuid = fromPublicId(prefix, id)
  if (!uuid) throw new NotFoundError(id)
  return uuid
}

/** The same where null is a value of its own. An empty text is an id that there is not. */
export const uuidOrNull = (prefix: IdPrefix, id: PublicId | null): string | null =>
  id === null ? null : uuidOf(prefix, id)
