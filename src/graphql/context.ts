/** What a resolver knows: who asks, under which request, and the parts of the server it may use. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { PrismaClient } from '../db/generated/client.ts'
import type { Tx } from '../db/transaction.ts'
import type { Caller } from '../domain/caller.ts'
import type { Services } from './services.ts'

/** The loaders of a request. `src/api/loaders.ts`, which knows every feature, adds them to this type. */
export interface RequestLoaders {
  /** Drops everything that was loaded, because a mutation may have changed it. */
  forget(): void
}

export interface Context {
  requestId: string
  caller: Caller | null
  /** The address that counts against budgets: the peer's, or what a trusted proxy says of it. */
  address: string
  userAgent: string | null
  /** The variables as the client sent them, before coercion and defaults: what an idempotency key is bound to. */
  rawVariables: Readonly<Record<string, unknown>>
  /** The header `Last-Event-ID`: where a client that resumes a stream by itself has got to. */
  lastEventId: string | null
  /** The cursor of the item of a stream that was resolved last. */
  itemCursor: bigint | undefined
  log: Logger
  database: Database
  prisma: PrismaClient
  loaders: RequestLoaders
  services: Services
  /** The transaction of a mutation, in its resolver only. The place is there in every context, so that all have one form. */
  tx: Tx | undefined
}

/** What a mutation's resolver gets from the transaction plugin. */
export interface MutationContext extends Context {
  tx: Tx
}
