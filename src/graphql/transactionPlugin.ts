/**
 * Runs the resolver of each mutation in one transaction. The resolver gets a copy of the context with the transaction. The
 * fields of the payload run after the commit with the original context, whose loaders are empty. It follows the errors plugin,
 * because a refusal must roll back before it becomes data.
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
import { withTransaction } from '../db/transaction.ts'
import { payloadPrefetchOf } from '../engine/payloadPrefetch.ts'
import type { Context, MutationContext } from './context.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

/** Pothos plugin for the option `transaction` of mutations. */
export class TransactionPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation') return resolve
    const change = field.pothosOptions.transaction === false ? resolve : inTransaction(resolve)
    return async (parent, args, context, info) => {
      // An operation may have several mutations: each must see the changes of the earlier ones.
      invalidateLoaded(context)
      try {
        return await change(parent, args, context, info)
      } finally {
        invalidateLoaded(context)
      }
    }
  }
}

function inTransaction<Types extends SchemaTypes>(resolve: Resolve<Types>): Resolve<Types> {
  return (parent, args, context, info) =>
    withTransaction(
      (context as Context).database,
      async (tx) => {
        const inside: MutationContext = { ...(context as Context), tx }
        return resolve(parent, args, inside, info)
      },
      payloadPrefetchOf(context, info),
    )
}

const invalidateLoaded = (context: object): void => (context as Context).loaders.invalidate()

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      transaction: TransactionPlugin<Types>
    }
    interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      /** False for a mutation that calls the payment provider or receives a file, because no transaction may wait for either. */
      transaction?: boolean
    }
  }
}

const pluginName = 'transaction'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, TransactionPlugin)
