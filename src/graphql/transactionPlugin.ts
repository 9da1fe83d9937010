/**
 * Runs every mutation's resolver in one transaction. The resolver gets a copy of the context that has the transaction;
 * the fields of its payload run after the commit and get the ordinary context.
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
import type { Context, MutationContext } from './context.ts'
import { foresightOf } from './foresight.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

export class TransactionPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation' || field.pothosOptions.transaction === false) return resolve
    return (parent, args, context, info) =>
      withTransaction(
        (context as Context).database,
        async (tx) => {
          const inside: MutationContext = { ...(context as Context), tx }
          return resolve(parent, args, inside, info)
        },
        foresightOf(context, info),
      )
  }
}

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
