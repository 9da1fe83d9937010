/**
 * Runs every mutation's resolver in one transaction. The resolver gets a copy of the context that has the transaction;
 * the fields of its payload run after the commit and get the ordinary context, whose loaders remember nothing from before.
 * It stands after the errors plugin: a refusal must pass through here, and roll back, before it becomes an answer.
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

export class TransactionPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation') return resolve
    const change = field.pothosOptions.transaction === false ? resolve : inTransaction(resolve)
    return async (parent, args, context, info) => {
      // An operation may have several mutations: each reads, and answers with, what those before it have left.
      forgetLoaded(context)
      try {
        return await change(parent, args, context, info)
      } finally {
        forgetLoaded(context)
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

const forgetLoaded = (context: object): void => (context as Context).loaders.forget()

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
      /** False for a mutation that calls the payment provider or receives a file: no transaction waits for either. */
      transaction?: boolean
    }
  }
}

const pluginName = 'transaction'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, TransactionPlugin)
