/**
 * The documents that the long way has parsed, validated and executed before, so that the lane need not. Bounded: what comes
 * but once is soon forgotten, what comes often stays, however many others come.
 */
import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LastUsed } from '../../cache/lastUsed.ts'
import { KnownOperation } from './knownOperation.ts'

// The operations of a few clients; with the limits on a document, at most some hundred megabytes if somebody tries.
const DOCUMENTS_MAX = 200

export class KnownDocuments {
  readonly #schema: GraphQLSchema
  readonly #documents = new LastUsed<KnownOperations>(DOCUMENTS_MAX)

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /** The operation of this name, or the only one when none is named. Undefined for whatever the long way has to look at. */
  find(text: string, operationName: string | undefined): KnownOperation | undefined {
    const operations = this.#documents.get(text)
    return operationName === undefined ? operations?.only : operations?.byName.get(operationName)
  }

  /** Remembers a document that is valid. Nothing is prepared yet: most documents of strangers come once. */
  learn(text: string, document: DocumentNode): void {
    if (this.#documents.get(text)) return
    const byName = new Map<string, KnownOperation>()
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue
      byName.set(definition.name?.value ?? '', new KnownOperation(this.#schema, document, definition))
    }
    const [only, ...others] = byName.values()
    this.#documents.set(text, { byName, only: others.length === 0 ? only : undefined })
  }
}

interface KnownOperations {
  byName: ReadonlyMap<string, KnownOperation>
  /** Where there is but one, which nobody need name. */
  only: KnownOperation | undefined
}

/** A Yoga plugin that tells of each document that is about to be executed; it stands behind all that may refuse one. */
export function useKnownDocuments(documents: KnownDocuments): Plugin {
  return {
    onExecute({ args }) {
      const { params } = args.contextValue as { params?: { query?: string } }
      if (params?.query !== undefined) documents.learn(params.query, args.document)
    },
  }
}
