/**
 * Documents that the slow path has parsed, validated and executed, for the fast path. A bounded LRU cache: a document that is sent once
 * is soon evicted, one that is sent often stays.
 */
import { type DocumentNode, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { BoundedCache } from '../../cache/boundedCache.ts'
import { PreparedOperation, type RefuseOperation } from './preparedOperation.ts'

// The operations of a few clients. With the limits on a document, an attacker can fill some hundred megabytes at most.
const DOCUMENTS_MAX = 200

/** The documents that the fast path can serve, with their prepared operations. */
export class DocumentCache {
  readonly #schema: GraphQLSchema
  readonly #refuse: RefuseOperation
  readonly #documents = new BoundedCache<string, CachedDocument>({ name: 'documents', max: DOCUMENTS_MAX })

  constructor(schema: GraphQLSchema, refuse: RefuseOperation) {
    this.#schema = schema
    this.#refuse = refuse
  }

  /** The operation of this name, or the only one if no name is given. Undefined if the slow path has to answer. */
  find(text: string, operationName: string | undefined): PreparedOperation | undefined {
    const operations = this.#documents.get(text)
    return operationName === undefined ? operations?.only : operations?.byName.get(operationName)
  }

  /**
   * Caches a valid document. Nothing is prepared yet, because most documents of strangers are sent once. A subscription is left out,
   * because only the slow path answers with a stream; it still counts when an operation has to be named.
   */
  add(text: string, document: DocumentNode): void {
    if (this.#documents.get(text)) return
    const definitions = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    const byName = new Map<string, PreparedOperation>()
    let only: PreparedOperation | undefined
    for (const definition of definitions) {
      if (definition.operation === OperationTypeNode.SUBSCRIPTION) continue
      const operation = new PreparedOperation(this.#schema, { document, operation: definition, refuse: this.#refuse })
      if (definition.name) byName.set(definition.name.value, operation)
      if (definitions.length === 1) only = operation
    }
    this.#documents.set(text, { byName, only })
  }
}

interface CachedDocument {
  byName: ReadonlyMap<string, PreparedOperation>
  /** The operation of a document that has no other; a request need not name it. */
  only: PreparedOperation | undefined
}

/** Yoga plugin that caches each document that is about to be executed. It must be registered after all plugins that refuse one. */
export function useDocumentCache(documents: DocumentCache): Plugin {
  return {
    onExecute({ args }) {
      const { params } = args.contextValue as { params?: { query?: string } }
      if (params?.query !== undefined) documents.add(params.query, args.document)
    },
  }
}
