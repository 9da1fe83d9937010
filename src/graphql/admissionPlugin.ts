/**
 * Checks access to mutations and staff queries, in the order of refusals: sign-in, input schema, role.
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
import { hasRole } from '../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError, ValidationError } from '../domain/errors.ts'
import type { Context } from './context.ts'

export type Access = 'anybody' | 'signedIn' | readonly Role[]

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

/** Pothos plugin for the options `access` and `inputSchema` of mutations and `roles` of queries. */
export class AdmissionPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind === 'Mutation') {
      const { access = 'signedIn', inputSchema } = field.pothosOptions
      return (parent, args, context, info) =>
        resolve(parent, admit(args, context as Context, access, inputSchema), context, info)
    }
    const roles = field.kind === 'Query' ? field.pothosOptions.roles : undefined
    if (!roles) return resolve
    // A query that the caller may not send returns null, never an error.
    return (parent, args, context, info) =>
      hasRole((context as Context).caller, ...roles) ? resolve(parent, args, context, info) : null
  }
}

function admit(args: object, { caller }: Context, access: Access, inputSchema: ZodType | undefined): object {
  if (access !== 'anybody' && !caller) throw new UnauthenticatedError()
  const admitted = inputSchema && 'input' in args ? { ...args, input: parseInput(inputSchema, args.input) } : args
  if (typeof access !== 'string' && !hasRole(caller, ...access)) {
    throw new ForbiddenError(`This needs the role ${access.join(' or ')}. An administrator can grant it.`)
  }
  return admitted
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
