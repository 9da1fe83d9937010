/**
 * Counts a mutation against its named budget, and refuses with RateLimitedError when the budget is spent. It wraps the resolver,
 * so that no resolver can forget it. A request counts once, even if its transaction is retried, and a replay does not count: in a
 * transaction the idempotency plugin answers it first; outside of one this plugin looks up the key.
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

/** Pothos plugin for the option `budget` of mutations. */
export class BudgetPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation') return resolve
    const { budget, transaction } = field.pothosOptions
    if (!budget) return resolve
    // A transaction that is retried after a deadlock gets the same arguments object.
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
      /** The budget that it counts against, per person, or per address for anonymous callers. */
      budget?: BudgetName
    }
  }
}

const pluginName = 'budget'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, BudgetPlugin)
