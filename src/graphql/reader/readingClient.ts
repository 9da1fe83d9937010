/** Prisma's client with its reads answered by the reader; everything else, and what the reader does not know, is Prisma's. */
import type { Database } from '../../db/client.ts'
import { Prisma, type PrismaClient } from '../../db/generated/client.ts'
import { type CountArguments, compileCount, compileGroups, keyOfCount } from './countStatement.ts'
import { type Model, models } from './dataModel.ts'
import { countFallback } from './fallbacks.ts'
import { asPrismaReads } from './prismaArguments.ts'
import { ReadsOfOneRow } from './readTogether.ts'
import type { Row } from './rows.ts'
import { runStatement } from './runStatement.ts'
import { KeyWords, keyOfArguments, type ReadArguments } from './shapeKey.ts'
import { type Cardinality, compile, compileBatch, type Statement } from './statement.ts'
import { type CachedStatement, StatementCache } from './statementCache.ts'
import { Unsupported } from './unsupported.ts'

const READS = Symbol('the reads of one operation')

/** Whether the reads of this context's client are the reader's. */
export const isReading = (context: object): boolean =>
  'prisma' in context && typeof context.prisma === 'object' && context.prisma !== null && READS in context.prisma

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
      try {
        return find(this[READS], read)
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error
        countFallback(`${model.name}.${method}`)
        return this[READS].database.countingOne(async () => byPrisma[method]?.(asPrismaReads(read)))
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

// Each method plans at once, so that Unsupported is thrown and not promised.
class Reads {
  readonly database: Database
  readonly #planner: Planner
  #readsOfOneRow: ReadsOfOneRow | undefined

  constructor(planner: Planner, database: Database) {
    this.#planner = planner
    this.database = database
  }

  many(model: Model, read: ReadArguments): Promise<Row[]> {
    const { statement, values } = this.#planner.plan('many', model, read)
    return runStatement(this.database, statement, values).then(([row]) =>
      statement.form.list(JSON.parse(String(row?.[0])), statement.backward),
    )
  }

  one(model: Model, read: ReadArguments): Promise<Row | null> {
    const { statement, values } = this.#planner.plan('one', model, read)
    this.#readsOfOneRow ??= new ReadsOfOneRow(this.database)
    return this.#readsOfOneRow.read(statement, values, (idParameter) => compileBatch(model, read, idParameter))
  }

  count(model: Model, read: CountArguments): Promise<number> {
    const { statement, values } = this.#planner.planCount('count', model, read, compileCount)
    return runStatement(this.database, statement, values).then(([row]) => Number(row?.[0]))
  }

  groups(model: Model, read: CountArguments): Promise<Row[]> {
    const { statement, values } = this.#planner.planCount('groups', model, read, compileGroups)
    return runStatement(this.database, statement, values).then(([row]) =>
      statement.form.list(JSON.parse(String(row?.[0])), false),
    )
  }
}

/** The statement of a read, compiled when its shape is new, and what this read has of its own. */
class Planner {
  readonly #statements = new StatementCache()

  plan(cardinality: Cardinality, model: Model, read: ReadArguments): Plan {
    const values: unknown[] = []
    const key = `${cardinality} ${model.name} ${keyOfArguments(model, read, values)}`
    return this.#planned(key, values, () => compile(model, read, cardinality))
  }

  planCount(
    kind: string,
    model: Model,
    read: CountArguments,
    compileOne: (model: Model, read: CountArguments) => Statement,
  ): Plan {
    const values: unknown[] = []
    const key = `${kind} ${model.name} ${keyOfCount(new KeyWords(values), model, read)}`
    return this.#planned(key, values, () => compileOne(model, read))
  }

  #planned(key: string, values: unknown[], compileOne: () => Statement): Plan {
    const statement = this.#statements.of(key, compileOne)
    if (statement.parameters !== values.length) throw new Error('A read has a shape that is not its own.')
    return { statement, values }
  }
}

interface Plan {
  statement: CachedStatement
  values: unknown[]
}
