/**
 * Checks access to mutations and staff queries, in the order of refusals: sign-in, input schema, role, fresh proof.
 * It runs before the transaction, so that a refused request never takes a connection.
 */
import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { ZodType } from 'zod'
import type { Role } from '../db/generated/enums.ts'
import { type Caller, hasRole } from '../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError, ValidationError } from '../domain/errors.ts'
import type { Context } from './context.ts'

export type Access = 'anybody' | 'signedIn' | readonly Role[]

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

/** Pothos plugin for the options `access` and `inputSchema` of mutations and `roles` of queries. */
export class AdmissionPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind === 'Mutation') {
      const { access = 'signedIn', inputSchema, allowsUnverified, needsFreshProof } = field.pothosOptions
      const gate = { access, inputSchema, allowsUnverified: access === 'anybody' || allowsUnverified }
      if (!needsFreshProof) {
        return (parent, args, context, info) => resolve(parent, admit(args, context as Context, gate), context, info)
      }
      return async (parent, args, context, info) => {
        const admitted = admit(args, context as Context, gate)
        await requireFreshProof(admitted, context as Context, needsFreshProof)
        return resolve(parent, admitted, context, info)
      }
    }
    const roles = field.kind === 'Query' ? field.pothosOptions.roles : undefined
    if (!roles) return resolve
    // A query that the caller may not send returns null, never an error.
    return (parent, args, context, info) =>
      hasRole((context as Context).caller, ...roles) ? resolve(parent, args, context, info) : null
  }
}

interface Gate {
  access: Access
  inputSchema: ZodType | undefined
  allowsUnverified: boolean | ((input: never) => boolean) | undefined
}

function admit(args: object, context: Context, gate: Gate): object {
  const { caller } = context
  const { access, inputSchema } = gate
  if (access !== 'anybody' && !caller) throw new UnauthenticatedError()
  const admitted = inputSchema && 'input' in args ? { ...args, input: parseInput(inputSchema, args.input) } : args
  refuseUnverified(context, gate, admitted)
  if (typeof access !== 'string' && !hasRole(caller, ...access)) {
    refuseWithheld(caller, access)
    throw new ForbiddenError(`This needs the role ${access.join(' or ')}. An administrator can grant it.`)
  }
  return admitted
}

function refuseUnverified({ caller, services }: Context, { allowsUnverified }: Gate, args: object): void {
  if (caller === null || caller.isVerified || !services.requiresVerifiedEmail || allowsUnverified === true) return
  if (typeof allowsUnverified === 'function' && 'input' in args && allowsUnverified(args.input as never)) return
  throw new ForbiddenError(
    'Your email address is not verified yet. Open the link that was mailed to you, or ask for another with requestEmailVerification.',
    'EMAIL_NOT_VERIFIED',
  )
}

/** Staff who have the role, but not in this session, learn how to use it. */
function refuseWithheld(caller: Caller | null, access: readonly Role[]): void {
  if (!caller || !hasRole({ ...caller, roles: caller.withheldRoles }, ...access)) return
  throw new ForbiddenError(
    caller.hasSecondFactor
      ? 'This needs your second factor. Sign in again with it.'
      : 'Staff need a second factor here. Set one up with startTotp or startPasskeyRegistration, then send the request again.',
    'SECOND_FACTOR_REQUIRED',
  )
}

type NeedsFreshProof = true | ((input: never, caller: Caller) => boolean)

async function requireFreshProof(args: object, { caller, services }: Context, needs: NeedsFreshProof): Promise<void> {
  if (!caller) throw new UnauthenticatedError()
  const input = 'input' in args ? args.input : undefined
  if (needs === true || needs(input as never, caller)) await services.requireFreshProof(caller)
}

/** Parses the input with its schema. Refuses with a ValidationError that lists every problem. */
export function parseInput<Output>(schema: ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new ValidationError(
    parsed.error.issues.map((issue) => ({ path: ['input', ...issue.path.map(String)], message: issue.message })),
  )
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      admission: AdmissionPlugin<Types>
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** The callers who may use it; by default everybody who is signed in. */
      access?: Access
      /** The input schema; the rule gets its output. */
      inputSchema?: ZodType
      /** Allows callers who have not proved their email address, with any input or by a function of it. By default they are refused. */
      allowsUnverified?: true | ((input: never) => boolean)
      /**
       * Needs a session that has proved its person within fifteen minutes, with any input or by a function of it and the caller. The
       * union of the mutation has SecondFactorRequiredError.
       */
      needsFreshProof?: true | ((input: never, caller: Caller) => boolean)
    }
    interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** The roles that may read it; for others it is null. */
      roles?: readonly Role[]
    }
  }
}

const pluginName = 'admission'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, AdmissionPlugin)
