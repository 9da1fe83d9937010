/** Prisma's client with its reads answered by the reader; everything else, and what the reader does not know, is Prisma's. */
import type { Database } from '../../db/client.ts'
import { Prisma, type PrismaClient } from '../../db/generated/client.ts'
import { type Model, models } from './dataModel.ts'
import type { ReadArguments } from './planning/planTypes.ts'
import { asPrismaReads } from './planning/prismaArguments.ts'
import { UnsupportedByReader } from './planning/unsupported.ts'
import { countFallback } from './prismaFallbacks.ts'
import { Planner, Reads } from './reads.ts'
import type { Row } from './rows.ts'
import type { CountArguments } from './sql/countStatement.ts'

const READS = Symbol('the reads of one operation')

/** Whether the reads of this context's client are the reader's. */
export const isReading = (context: object): boolean =>
  'prisma' in context && typeof context.prisma === 'object' && context.prisma !== null && READS in context.prisma

/** The reads of this context's client, where they are the reader's. */
export const readsOf = (context: object): Reads | undefined =>
  isReading(context) ? (context as { prisma: Reading }).prisma[READS] : undefined

type Find = (read?: Asked) => Promise<unknown>
type Asked = ReadArguments & CountArguments
type Delegate = Record<string, Find>

interface Reading {
  [READS]: Reads
}

/** Gives for a handle on the database a client whose `find...` and `count` run one prepared statement each, by that handle. */
export function makeReadingClient(prisma: PrismaClient): (database: Database) => PrismaClient {
  const planner = new Planner()
  const delegates: [string, PropertyDescriptor][] = [...models.values()].map((model) => {
    const name = `${model.name.charAt(0).toLowerCase()}${model.name.slice(1)}`
    const ReadingDelegate = readingAs(delegateOf(model, prisma[name as keyof PrismaClient] as unknown as Delegate))
    const get = function (this: Reading) {
      return new ReadingDelegate(this[READS])
    }
    return [name, { get, enumerable: true }]
  })
  const ReadingClient = readingAs<PrismaClient>(Object.create(prisma, Object.fromEntries(delegates)))
  return (database) => new ReadingClient(new Reads(planner, database))
}

/** What makes for each operation an object behind which stands `part`, with the operation's reads. */
function readingAs<Part extends object>(part: Part): new (reads: Reads) => Part {
  class OfOneOperation {
    declare readonly [READS]: Reads

    constructor(reads: Reads) {
      this[READS] = reads
    }
  }
  // Found there, it may be set: else Prisma's client, which is behind it and is a proxy, would be asked each time.
  Object.defineProperty(OfOneOperation.prototype, READS, { value: undefined, writable: true })
  Object.setPrototypeOf(OfOneOperation.prototype, part)
  return OfOneOperation as unknown as new (
    reads: Reads,
  ) => Part
}

function delegateOf(model: Model, byPrisma: Delegate): Delegate {
  const answer = (method: string, find: (reads: Reads, read: Asked) => Promise<unknown>): PropertyDescriptor => ({
    enumerable: true,
    value(this: Reading, read: Asked = {}) {
      if (this[READS].isForeseeing) return this[READS].foreseen(model, method, read)
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
    findMany: answer('findMany', (reads, read) => reads.many(model, read)),
    findFirst: answer('findFirst', (reads, read) => reads.one(model, read)),
    findFirstOrThrow: answer('findFirstOrThrow', (reads, read) => reads.one(model, read).then(found)),
    findUnique: answer('findUnique', (reads, read) => reads.one(model, read)),
    findUniqueOrThrow: answer('findUniqueOrThrow', (reads, read) => reads.one(model, read).then(found)),
    count: answer('count', (reads, read) => reads.count(model, read)),
    groupBy: answer('groupBy', (reads, read) => reads.groups(model, read)),
  })
}

function found(row: Row | null): Row {
  if (row) return row
  throw new Prisma.PrismaClientKnownRequestError('No record was found for a query.', {
    code: 'P2025',
    clientVersion: Prisma.prismaVersion.client,
  })
}
