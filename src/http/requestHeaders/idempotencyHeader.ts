/** Puts the key of the header `Idempotency-Key` into the variables of a mutation, on the slow path. */
import { type GraphQLSchema, getOperationAST } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { keyOfHeader, withIdempotencyKey } from '../../engine/documents/idempotencyHeader.ts'
import { requestError } from '../responses/requestErrors.ts'

/** The name of the header. */
export const IDEMPOTENCY_HEADER = 'idempotency-key'

/** The refusal of a request whose header and input have different keys. */
export const differentKeys = () =>
  requestError('BAD_REQUEST', { message: 'The header Idempotency-Key and the input have different keys.' })

/** Yoga plugin. It acts when the document is parsed, before its variables are coerced. */
export function useIdempotencyHeader(schema: GraphQLSchema): Plugin<{ params?: GraphQLParams; request?: Request }> {
  return {
    onParse({ context }) {
      const { params, request } = context
      const key = keyOfHeader(request?.headers.get(IDEMPOTENCY_HEADER))
      if (key === undefined || !params?.variables) return undefined
      return ({ result }) => {
        if (result === null || result instanceof Error) return
        const operation = getOperationAST(result, params.operationName)
        if (!operation) return
        const variables = withIdempotencyKey(schema, operation, { variables: params.variables ?? {}, key })
        if (!variables) throw differentKeys()
        params.variables = variables
      }
    },
  }
}
