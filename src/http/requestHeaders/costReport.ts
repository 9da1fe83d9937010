/** A Yoga plugin: a request with the header `x-errand-cost: 1` gets the cost of its operation in `extensions.cost`. */
import { getOperationAST, getVariableValues } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { fragmentsOf } from '../../engine/selection/document.ts'
import { costOfOperation, costOfResult } from '../../graphql/operationCost.ts'

/** The request header that asks for the cost. */
export const COST_HEADER = 'x-errand-cost'

/** `requested` is the upper bound that the limit is compared with, `actual` the cost of the entries that were read. */
export function useCostReport(): Plugin<{ request?: Request }> {
  return {
    onExecute({ args }) {
      const { request } = args.contextValue as { request?: Request }
      if (request?.headers.get(COST_HEADER) !== '1') return undefined
      const { schema, document, operationName, variableValues } = args
      const operation = getOperationAST(document, operationName)
      const { coerced } = getVariableValues(schema, operation?.variableDefinitions ?? [], variableValues ?? {})
      if (!operation || !coerced) return undefined
      const weighed = { schema, fragments: fragmentsOf(document), operation, variableValues: coerced }
      return {
        onExecuteDone({ result, setResult }) {
          if (isAsyncIterable(result)) return
          const cost = { requested: costOfOperation(weighed).cost, actual: costOfResult(weighed, result.data) }
          setResult({ ...result, extensions: { ...result.extensions, cost } })
        },
      }
    },
  }
}
