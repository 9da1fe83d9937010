/** Everything that happens at `/graphql`: the page, browsers that ask first, the lane for plain requests, and the long way. */
import type { Config } from '../config.ts'
import type { SavedOperation } from '../examples/savedOperations.ts'
import { answerOrigin } from './cors.ts'
import { makeLane } from './fastPath/fastPath.ts'
import { makeGraphiql } from './graphiql/graphiql.ts'
import type { GraphqlHandler, GraphqlOptions } from './graphqlHandler.ts'
import { answerMethod } from './methods.ts'
import type { Route } from './server.ts'
import { yogaRoute } from './yogaRoute.ts'

const METHODS = ['GET', 'POST'] as const

/** The route, over a handler that can answer everything. */
export function graphqlRoute(
  options: GraphqlOptions & { config: Config; savedOperations: () => Promise<SavedOperation[]> },
  handler: GraphqlHandler,
): Route {
  const { directLane, graphiql: withPage, corsOrigins: origins } = options.config
  const graphiql = makeGraphiql(options)
  const longWay = yogaRoute(handler)
  const answer = directLane ? makeLane(options, longWay) : longWay
  return (request, response, arrival) => {
    if (withPage && graphiql.isWanted(request)) return graphiql.send(response)
    if (answerOrigin(request, response, { origins, methods: METHODS })) return undefined
    if (answerMethod(request, response, METHODS)) return undefined
    return answer(request, response, arrival)
  }
}
