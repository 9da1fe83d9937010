/**
 * A Yoga plugin: a request with the header `x-errand-explain: 1` gets the plan and the statements of its operation in
 * `extensions.explain`. In production only an administrator does; for all others the header has no effect.
 */
import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { hasRole } from '../../domain/caller.ts'
import { executeAndExplain } from '../../engine/explain.ts'
import type { Admitted } from '../admission.ts'

/** The request header that asks for an explanation. */
export const EXPLAIN_HEADER = 'x-errand-explain'

/** Goes before the plugin that authenticates, whose statement is recorded too. */
export function useExplain({ production }: { production: boolean }): Plugin<Admitted, Admitted> {
  return {
    onRequest({ request, serverContext: { count } }) {
      if (request.headers.get(EXPLAIN_HEADER) === '1') count.sent = []
    },
    onExecute({ args, setExecuteFn }) {
      const { count, caller } = args.contextValue
      const { sent } = count
      if (!sent) return
      if (production && !hasRole(caller, 'ADMIN')) count.sent = undefined
      else setExecuteFn((args: ExecutionArgs) => executeAndExplain(args, sent))
    },
    // A subscription sends statements as long as it lives, and has no end at which to show them.
    onSubscribe({ args }) {
      args.contextValue.count.sent = undefined
    },
  }
}
