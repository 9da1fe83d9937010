/** Counts a mutation against its named budget; past it the mutation is refused with RateLimitedError. */
import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { BudgetName } from '../cache/rateLimits.ts'
import type { Context } from './context.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

export class BudgetPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    const budget = field.kind === 'Mutation' ? field.pothosOptions.budget : undefined
    if (!budget) return resolve
    return async (parent, args, context, info) => {
      const { caller, address, services } = context as Context
      await services.rateLimits.spend(budget, caller?.id ?? address)
      return resolve(parent, args, context, info)
    }
  }
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
