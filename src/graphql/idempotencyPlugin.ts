/**
 * The same request sent again under the same key gives the stored answer, for good. The key's row is inserted first, in the
 * mutation's own transaction: a refusal rolls it back, a crash leaves nothing, and of two at once the second waits for the first.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import { mapResult, type RuleResult } from '../db/transaction.ts'
import { answerOnce } from '../domain/idempotency.ts'
import type { MutationContext } from './context.ts'
import { hashOfInput } from './requestHash.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

export class IdempotencyPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation' || field.pothosOptions.transaction === false) return resolve
    return async (parent, args, context, info) => {
      const key = keyOf(args)
      const answer = () => resolve(parent, args, context, info) as Promise<RuleResult<Record<string, string>>>
      // Into the answer, which nobody else holds: a copy would be of no form that the engine knows.
      return key
        ? once(key, context as MutationContext, info, answer)
        : mapResult(await answer(), (answered) => Object.assign(answered, { replayed: false }))
    }
  }
}

async function once(
  key: string,
  { tx, caller, rawVariables }: MutationContext,
  info: GraphQLResolveInfo,
  answer: () => Promise<RuleResult<Record<string, string>>>,
) {
  // Only the signed-in have keys: the admission before has refused everybody else.
  if (!caller) return answer()
  const requestHash = hashOfInput(info, rawVariables)
  // The statement that takes the key has begun the transaction, so the rule cannot have committed it.
  const uncommitted = answer as () => Promise<Record<string, string>>
  const request = { callerId: caller.id, mutation: info.fieldName, key, requestHash }
  return mapResult(await answerOnce(tx, request, uncommitted), ({ ids, replayed }) => ({ ...ids, replayed }))
}

/** The key of a request, where its input has one. */
export function keyOf(args: object): string | undefined {
  const input = 'input' in args ? args.input : undefined
  const key = typeof input === 'object' && input && 'idempotencyKey' in input ? input.idempotencyKey : undefined
  return typeof key === 'string' ? key : undefined
}

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      idempotency: IdempotencyPlugin<Types>
    }
  }
}

const pluginName = 'idempotency'
export default pluginName
SchemaBuilder.registerPlugin(pluginName, IdempotencyPlugin)
