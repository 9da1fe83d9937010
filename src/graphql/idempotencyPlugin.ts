/**
 * Replays the stored answer if the same request is sent again with the same idempotency key; answers never expire. The row of
 * the key is inserted first, in the transaction of the mutation: a refusal or a crash rolls it back, and a concurrent request
 * with the same key waits for the first.
 */
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core'
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import { mapResult, type RuleResult } from '../db/transaction.ts'
import { answerOnce } from '../domain/idempotency.ts'
import type { MutationContext } from './context.ts'
import { hashOfInput } from './requestHash.ts'

type Resolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>

/** Pothos plugin for mutations with an idempotency key in their input. */
export class IdempotencyPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolve: Resolve<Types>, field: PothosOutputFieldConfig<Types>): Resolve<Types> {
    if (field.kind !== 'Mutation' || field.pothosOptions.transaction === false) return resolve
    return async (parent, args, context, info) => {
      const key = keyOf(args)
      const answer = () => resolve(parent, args, context, info) as Promise<RuleResult<Record<string, string>>>
      // Modifies the answer, which has no other reference. A copy by spread would get its own hidden class.
      return key
        ? answerWithKey(key, context as MutationContext, info, answer)
        : mapResult(await answer(), (answered) => Object.assign(answered, { replayed: false }))
    }
  }
}

async function answerWithKey(
  key: string,
  { tx, caller, rawVariables }: MutationContext,
  info: GraphQLResolveInfo,
  answer: () => Promise<RuleResult<Record<string, string>>>,
) {
  // Keys belong to a caller; the admission plugin has refused anonymous callers before.
  if (!caller) return answer()
  const requestHash = hashOfInput(info, rawVariables)
  // The statement that takes the key has begun the transaction, so the rule cannot have committed it.
  const uncommitted = answer as () => Promise<Record<string, string>>
  const request = { callerId: caller.id, mutation: info.fieldName, key, requestHash }
  return mapResult(await answerOnce(tx, request, uncommitted), ({ ids, replayed }) => ({ ...ids, replayed }))
}

/** Returns the idempotency key of the input, if there is one. */
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
