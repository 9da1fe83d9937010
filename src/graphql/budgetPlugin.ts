/**
 * Counts a mutation against its named budget; past it the mutation is refused with RateLimitedError. It is done around the resolver,
 * so no resolver can forget it. A request is counted once, however often its transaction runs, and what is sent again under its key
 * is not counted: in a transaction a replay does not come here, outside of one the key is looked for.
 */
import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import type { BudgetName } from '../cache/rateLimits.ts'
import { keyFirstUsedAt } from '../domain/idempotency.ts'
import type { Context } from './context.ts'
import { keyOf } from './idempotencyPlugin.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

export class BudgetPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation') return resolve
    const { budget, transaction } = field.pothosOptions
    if (!budget) return resolve
    // A transaction that is run again after a deadlock gets the same arguments.
    const counted = new WeakSet<object>()
    return async (parent, args, context, info) => {
      const isReplay = transaction === false && (await hasUsedKey(args, context as Context, info))
      if (!isReplay && !counted.has(args)) {
        counted.add(args)
        const { caller, address, services } = context as Context
        await services.rateLimits.spend(budget, caller?.id ?? address)
      }
      return resolve(parent, args, context, info)
    }
  }
}

async function hasUsedKey(args: object, { caller, database }: Context, info: GraphQLResolveInfo): Promise<boolean> {
  const key = keyOf(args)
  if (!key || !caller) return false
  return (await keyFirstUsedAt(database, { callerId: caller.id, mutation: info.fieldName, key })) !== undefined
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      budget: BudgetPlugin<Types>
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** What it counts against, for each person, or for each address when nobody is signed in. */
      budget?: BudgetName
    }
  }
}

const pluginName = 'budget'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, BudgetPlugin)
