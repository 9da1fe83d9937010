/**
 * The documents that the slow path has parsed, validated and executed before, so that the fast path need not. Bounded: what comes
 * but once is soon forgotten, what comes often stays, however many others come.
 */
import { type DocumentNode, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LruCache } from '../../cache/lruCache.ts'
import { PreparedOperation, type RefuseOperation } from './preparedOperation.ts'

// The operations of a few clients; with the limits on a document, at most some hundred megabytes if somebody tries.
const DOCUMENTS_MAX = 200

export class DocumentCache {
  readonly #schema: GraphQLSchema
  readonly #refuse: RefuseOperation
  readonly #documents = new LruCache<CachedDocument>(DOCUMENTS_MAX)

  constructor(schema: GraphQLSchema, refuse: RefuseOperation) {
    this.#schema = schema
    this.#refuse = refuse
  }

  /** The operation of this name, or the only one when none is named. Undefined for whatever the slow path has to look at. */
  find(text: string, operationName: string | undefined): PreparedOperation | undefined {
    const operations = this.#documents.get(text)
    return operationName === undefined ? operations?.only : operations?.byName.get(operationName)
  }

  /**
   * Remembers a document that is valid. Nothing is prepared yet: most documents of strangers come once. A subscription is left
   * out, because its answer is a stream, which only the slow path gives; it counts all the same when the operation has to be named.
   */
  learn(text: string, document: DocumentNode): void {
    if (this.#documents.get(text)) return
    const definitions = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    const byName = new Map<string, PreparedOperation>()
    let only: PreparedOperation | undefined
    for (const definition of definitions) {
      if (definition.operation === OperationTypeNode.SUBSCRIPTION) continue
      const operation = new PreparedOperation(this.#schema, { document, operation: definition, refuse: this.#refuse })
      // An empty name is the name of no operation.
      if (definition.name) byName.set(definition.name.value, operation)
      if (definitions.length === 1) only = operation
    }
    this.#documents.set(text, { byName, only })
  }
}

interface CachedDocument {
  byName: ReadonlyMap<string, PreparedOperation>
  /** The operation of a document that has no other, so that a request need not name it. */
  only: PreparedOperation | undefined
}

/** A Yoga plugin that tells of each document that is about to be executed; it stands behind all that may refuse one. */
export function useDocumentCache(documents: DocumentCache): Plugin {
  return {
    onExecute({ args }) {
      const { params } = args.contextValue as { params?: { query?: string } }
      if (params?.query !== undefined) documents.learn(params.query, args.document)
    },
  }
}
