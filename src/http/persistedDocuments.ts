/**
 * Requests that name their document by an id: the member `documentId` (GraphQL over HTTP, persisted documents), or Apollo's extension
 * `persistedQuery`. The fast path and the slow path share the parsing.
 */
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import { isHashOf, type PersistedDocuments } from '../engine/documents/persistedDocuments.ts'
import type { BeforeExecution } from './beforeExecution.ts'
import { requestError } from './responses/requestErrors.ts'

/** The member of a request with the id of its document. */
export const DOCUMENT_ID = 'documentId'

const HASH_PREFIX = 'sha256:'

interface RequestParams {
  documentId?: unknown
  extensions?: unknown
}

/** Returns the id without the prefix `sha256:`. Undefined if the request has none, null if it is not a text. */
export function documentIdOf({ documentId, extensions }: RequestParams): string | null | undefined {
  const id = documentId ?? persistedQueryOf(extensions)?.sha256Hash
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string') return null
  return id.startsWith(HASH_PREFIX) ? id.slice(HASH_PREFIX.length) : id
}

function persistedQueryOf(extensions: unknown): { sha256Hash?: unknown } | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null }
  return persistedQuery ?? undefined
}

/**
 * Yoga plugin that replaces the id of a document by its text. With `PERSISTED_ONLY` it refuses every document that no manifest lists.
 * It must precede the plugins that read the text, and `keepPersistedDocuments` must follow those that refuse it.
 */
export function usePersistedDocuments(documents: PersistedDocuments): Plugin {
  return {
    onParams({ params, setParams }) {
      const id = documentIdOf(params as RequestParams)
      const text = params.query ?? (id === undefined ? undefined : textOf(documents, id))
      if (id !== undefined && params.query) refuseOtherText(documents, id, params.query)
      if (text === undefined) return // Yoga refuses a request without a document.
      if (documents.isExclusive && !documents.lists(text)) throw requestError('PERSISTED_ONLY')
      if (params.query === undefined || params.query === null) setParams({ ...params, query: text })
    },
  }
}

/** Yoga plugin that keeps a valid document, sent together with its hash, for requests that send the hash alone. */
export function keepPersistedDocuments(documents: PersistedDocuments): Plugin {
  const keep = ({ args }: BeforeExecution) => {
    const { params } = args.contextValue as { params?: GraphQLParams & RequestParams }
    const id = params && documentIdOf(params)
    if (id && params?.query && isHashOf(id, params.query)) documents.keepExecuted(id, params.query)
  }
  return { onExecute: keep, onSubscribe: keep }
}

function textOf(documents: PersistedDocuments, id: string | null): string {
  const text = id === null ? undefined : documents.find(id)
  if (text === undefined) throw requestError('PERSISTED_QUERY_NOT_FOUND')
  return text
}

function refuseOtherText(documents: PersistedDocuments, id: string | null, text: string): void {
  if (id !== null && (documents.find(id) === text || isHashOf(id, text))) return
  throw requestError('BAD_REQUEST', { message: 'The document does not match the id that was sent with it.' })
}
