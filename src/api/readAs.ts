/** Reads from the API as a person, for work outside of any request: with the resolvers, and so the rights, of a request of theirs. */
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql'
import { callerOfPerson } from '../accounts/callerOfPerson.ts'
import type { Database } from '../db/client.ts'
import type { Caller } from '../domain/caller.ts'
import type { Context } from '../graphql/context.ts'
import type { ReadAs } from '../jobs/readAs.ts'

interface ReadAsOptions {
  schema: GraphQLSchema
  database: Database
  staffNeedsSecondFactor: boolean
  makeContext: (caller: Caller, variables: Readonly<Record<string, unknown>>) => Context
}

/** Returns null for a person who does not exist or is suspended; rejects if the query has errors. */
export function makeReadAs({ schema, database, staffNeedsSecondFactor, makeContext }: ReadAsOptions): ReadAs {
  // The queries are constants of the code, a few.
  const documents = new Map<string, DocumentNode>()
  return async ({ userId, query, variables }) => {
    const caller = await callerOfPerson(database, { userId, staffNeedsSecondFactor })
    if (!caller) return null
    const document = documents.get(query) ?? parse(query)
    documents.set(query, document)
    const { data, errors } = await execute({
      schema,
      document,
      variableValues: variables,
      contextValue: makeContext(caller, variables),
    })
    if (errors?.[0]) throw errors[0].originalError ?? errors[0]
    return data ?? null
  }
}
