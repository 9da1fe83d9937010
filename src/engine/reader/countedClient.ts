/** Prisma's client as it is, with what it does counted: what reads when the reader is turned off. */
import type { Database } from '../../db/client.ts'
import type { PrismaClient } from '../../db/generated/client.ts'

/** Gives for a handle on the database a client whose every operation counts as one statement of that handle. */
export const makeCountedClient =
  (prisma: PrismaClient) =>
  (database: Database): PrismaClient => {
    const counted = prisma.$extends({
      query: {
        $allOperations: ({ model, operation, args, query }) =>
          database.countingOne(`${model ?? 'Prisma'}.${operation}`, () => query(args)),
      },
    })
    // Its type knows no listeners to events, of which there are none here.
    return counted as unknown as PrismaClient
  }
