/** Prisma's own client with its operations counted as statements; used if the reader is turned off (READER=prisma). */
import type { Database } from '../../db/client.ts'
import type { PrismaClient } from '../../db/generated/client.ts'

/** Returns a function from a database handle to a client whose operations each count as one statement of that handle. */
export const makeCountedClient =
  (prisma: PrismaClient) =>
  (database: Database): PrismaClient => {
    const counted = prisma.$extends({
      query: {
        $allOperations: ({ model, operation, args, query }) =>
          database.countingOne(`${model ?? 'Prisma'}.${operation}`, () => query(args)),
      },
    })
    // The type of an extended client lacks only the event listeners, which are not used.
    return counted as unknown as PrismaClient
  }
