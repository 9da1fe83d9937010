/** A Prisma client whose reads run through the reader. Reads that it does not support, and all other methods, are Prisma's own. */
import type { Database } from '../../db/client.ts'
import { Prisma, type PrismaClient } from '../../db/generated/client.ts'
import { type Model, models } from './dataModel.ts'
import type { ReadArguments } from './planning/planTypes.ts'
import { asPrismaReads } from './planning/prismaArguments.ts'
import { UnsupportedByReader } from './planning/unsupported.ts'
import { countFallback } from './prismaFallbacks.ts'
import { Reads, StatementPlanner } from './reads.ts'
import type { Row } from './rows.ts'
import type { CountArguments } from './sql/countStatement.ts'

const READS = Symbol('reads of one operation')

/** True if the context's client reads through the reader. */
export const hasReader = (context: object): boolean =>
  'prisma' in context && typeof context.prisma === 'object' && context.prisma !== null && READS in context.prisma

/** The reads of the context's client, if it reads through the reader. */
export const readsOf = (context: object): Reads | undefined =>
  hasReader(context) ? (context as { prisma: WithReads }).prisma[READS] : undefined

type AnyArguments = ReadArguments & CountArguments
type Find = (read?: AnyArguments) => Promise<unknown>
type Delegate = Record<string, Find>

interface WithReads {
  [READS]: Reads
}

/** Returns a function from a database handle to a client whose `find...` and `count` each run one prepared statement on the handle. */
export function makeReadingClient(prisma: PrismaClient): (database: Database) => PrismaClient {
  const planner = new StatementPlanner()
  const delegates: [string, PropertyDescriptor][] = [...models.values()].map((model) => {
    const name = `${model.name.charAt(0).toLowerCase()}${model.name.slice(1)}`
    const ReadingDelegate = withReadsOn(delegateOf(model, prisma[name as keyof PrismaClient] as unknown as Delegate))
    const get = function (this: WithReads) {
      return new ReadingDelegate(this[READS])
    }
    return [name, { get, enumerable: true }]
  })
  const ReadingClient = withReadsOn<PrismaClient>(Object.create(prisma, Object.fromEntries(delegates)))
  return (database) => new ReadingClient(new Reads(planner, database))
}

/** Returns a class whose instances have `base` as prototype and the reads of one operation. */
function withReadsOn<Base extends object>(base: Base): new (reads: Reads) => Base {
  class WithOwnReads {
    declare readonly [READS]: Reads

    constructor(reads: Reads) {
      this[READS] = reads
    }
  }
  // The constructor's assignment finds this property; without it, it would search the prototypes up to Prisma's client, a proxy.
  Object.defineProperty(WithOwnReads.prototype, READS, { value: undefined, writable: true })
  Object.setPrototypeOf(WithOwnReads.prototype, base)
  return WithOwnReads as unknown as new (
    reads: Reads,
  ) => Base
}

function delegateOf(model: Model, byPrisma: Delegate): Delegate {
  const delegate = (
    method: string,
    find: (reads: Reads, read: AnyArguments) => Promise<unknown>,
  ): PropertyDescriptor => ({
    enumerable: true,
    value(this: WithReads, read: AnyArguments = {}) {
      if (this[READS].isRecording) return this[READS].record(model, method, read)
      try {
        return find(this[READS], read)
      } catch (error) {
        if (!(error instanceof UnsupportedByReader)) throw error
        countFallback(`${model.name}.${method}`)
        return this[READS].database.countingOne(`${model.name}.${method}`, async () =>
          byPrisma[method]?.(asPrismaReads(read)),
        )
      }
    },
  })
  return Object.create(byPrisma, {
    findMany: delegate('findMany', (reads, read) => reads.many(model, read)),
    findFirst: delegate('findFirst', (reads, read) => reads.one(model, read)),
    findFirstOrThrow: delegate('findFirstOrThrow', (reads, read) => reads.one(model, read).then(foundOrThrow)),
    findUnique: delegate('findUnique', (reads, read) => reads.one(model, read)),
    findUniqueOrThrow: delegate('findUniqueOrThrow', (reads, read) => reads.one(model, read).then(foundOrThrow)),
    count: delegate('count', (reads, read) => reads.count(model, read)),
    groupBy: delegate('groupBy', (reads, read) => reads.groups(model, read)),
  })
}

function foundOrThrow(row: Row | null): Row {
  if (row) return row
  throw new Prisma.PrismaClientKnownRequestError('No record was found for a query.', {
    code: 'P2025',
    clientVersion: Prisma.prismaVersion.client,
  })
}
