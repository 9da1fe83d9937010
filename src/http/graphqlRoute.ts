/** The route `/graphql`: GraphiQL, CORS preflights, the fast path for plain requests, and the slow path. */
import type { Config } from '../config.ts'
import type { SavedOperation } from '../examples/savedOperations.ts'
import { answerOrigin } from './cors.ts'
import { makeFastPath } from './fastPath/fastPath.ts'
import { makeGraphiql } from './graphiql/graphiql.ts'
import type { GraphqlHandler, GraphqlOptions } from './graphqlHandler.ts'
import { answerMethod } from './methods.ts'
import { COST_HEADER } from './requestHeaders/costReport.ts'
import { EXPLAIN_HEADER } from './requestHeaders/explain.ts'
import type { Route } from './server.ts'
import { yogaRoute } from './yogaRoute.ts'

const METHODS = ['GET', 'POST'] as const
const SLOW_PATH_HEADERS = [EXPLAIN_HEADER, COST_HEADER]

/** Returns the route. `handler` is the slow path, which can serve every request. */
export function graphqlRoute(
  options: GraphqlOptions & { config: Config; savedOperations: () => Promise<SavedOperation[]> },
  handler: GraphqlHandler,
): Route {
  const { fastPath, graphiql: withPage, corsOrigins: origins } = options.config
  const graphiql = makeGraphiql(options)
  const slowPath = yogaRoute(handler)
  const handle = fastPath ? makeFastPath(options, slowPath) : slowPath
  return (request, response, meta) => {
    if (withPage && graphiql.isWanted(request)) return graphiql.send(response)
    if (answerOrigin(request, response, { origins, methods: METHODS })) return undefined
    if (answerMethod(request, response, METHODS)) return undefined
    return SLOW_PATH_HEADERS.some((name) => name in request.headers)
      ? slowPath(request, response, meta)
      : handle(request, response, meta)
  }
}
