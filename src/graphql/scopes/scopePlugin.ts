/** Refuses requests by personal access tokens whose scopes do not cover a root field and its selection, before it is resolved. */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver } from 'graphql'
import type { Context } from '../context.ts'
import { refuseMissingScopes } from './refuseMissingScopes.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

/** Pothos plugin that wraps the fields of Query, Mutation and Subscription. */
export class ScopePlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    return field.kind === 'Query' || field.kind === 'Mutation' ? checked(resolve) : resolve
  }

  // Once, when the stream is opened: its selection does not change, and the stream ends with the token.
  override wrapSubscribe(
    subscribe: Resolve<Types> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): Resolve<Types> | undefined {
    return subscribe && field.kind === 'Subscription' ? checked(subscribe) : subscribe
  }
}

function checked<Types extends SchemaTypes>(resolve: Resolve<Types>): Resolve<Types> {
  return (parent, args, context, info) => {
    refuseMissingScopes((context as Context).caller, info)
    return resolve(parent, args, context, info)
  }
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      scopes: ScopePlugin<Types>
    }
  }
}

const pluginName = 'scopes'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, ScopePlugin)
