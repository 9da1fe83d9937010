/** One set of loaders a request: what the statement of a root field cannot bring, such as the viewer's own rows. */
import type { PrismaClient } from '../db/generated/client.ts'
import type { Caller } from '../domain/caller.ts'

export type Loaders = {}

export function makeLoaders(_prisma: PrismaClient, _caller: Caller | null): Loaders {
  return {}
}
