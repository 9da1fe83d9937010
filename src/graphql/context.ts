/** The context of resolvers: the caller, the request, and the parts of the server that resolvers may use. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import type { Services } from './services.ts'

/** The loaders of a request. `src/api/loaders.ts`, which imports every feature, adds them to this type. */
export interface RequestLoaders {
  /** Invalidates everything that was loaded, because a mutation may have changed it. */
  invalidate(): void
}

export interface Context {
  requestId: string
  caller: Caller | null
  /** The client address that budgets count against; behind trusted proxies, from X-Forwarded-For. */
  address: string
  userAgent: string | null
  /** The variables as sent, before coercion and defaults. An idempotency key is bound to them. */
  rawVariables: Readonly<Record<string, unknown>>
  /** The header `Last-Event-ID`: the cursor from which an EventSource resumes a stream. */
  lastEventId: string | null
  /** The cursor of the latest item of a stream. */
  itemCursor: bigint | undefined
  log: Logger
  database: Database
  prisma: PrismaClient
  loaders: RequestLoaders
  services: Services
  /** The transaction, in resolvers of mutations only. The property always exists, so that all contexts share a hidden class. */
  tx: Tx | undefined
}

/** The context of a mutation's resolver, from the transaction plugin. */
export interface MutationContext extends Context {
  tx: Tx
}
