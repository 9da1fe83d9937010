/** Prisma's client with its reads answered by the reader; everything else, and what the reader does not know, is Prisma's. */
import type { DatabasePool } from '../../db/client.ts'
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

const reading = new WeakSet<object>()

/** Whether the reads of this context's client are the reader's. */
export const isReading = (context: object): boolean =>
  'prisma' in context && typeof context.prisma === 'object' && context.prisma !== null && reading.has(context.prisma)

type Find = (read?: Asked) => Promise<unknown>
type Asked = ReadArguments & CountArguments
type Delegate = Record<string, Find>

/** A client whose `find...` and `count` run one prepared statement each, on this pool. */
export function makeReadingClient(prisma: PrismaClient, pool: DatabasePool): PrismaClient {
  const reader = new Reader(pool)
  const delegates: [string, PropertyDescriptor][] = [...models.values()].map((model) => {
    const name = `${model.name.charAt(0).toLowerCase()}${model.name.slice(1)}`
    const byPrisma = prisma[name as keyof PrismaClient] as unknown as Delegate
    return [name, { value: delegateOf(reader, model, byPrisma), enumerable: true }]
  })
  const client: PrismaClient = Object.create(prisma, Object.fromEntries(delegates))
  reading.add(client)
  return client
}

function delegateOf(reader: Reader, model: Model, byPrisma: Delegate): Delegate {
  const answer = (method: string, find: (read: Asked) => Promise<unknown>): PropertyDescriptor => ({
    enumerable: true,
    value: (read: Asked = {}) => {
      try {
        return find(read)
      } catch (error) {
        if (!(error instanceof Unsupported)) throw error
        countFallback(`${model.name}.${method}`)
        return byPrisma[method]?.(asPrismaReads(read))
      }
    },
  })
  return Object.create(byPrisma, {
    findMany: answer('findMany', (read) => reader.many(model, read)),
    findFirst: answer('findFirst', (read) => reader.one(model, read)),
    findFirstOrThrow: answer('findFirstOrThrow', (read) => reader.one(model, read).then(found)),
    findUnique: answer('findUnique', (read) => reader.one(model, read)),
    findUniqueOrThrow: answer('findUniqueOrThrow', (read) => reader.one(model, read).then(found)),
    count: answer('count', (read) => reader.count(model, read)),
    groupBy: answer('groupBy', (read) => reader.groups(model, read)),
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
class Reader {
  readonly #pool: DatabasePool
  readonly #statements = new StatementCache()
  readonly #readsOfOneRow: ReadsOfOneRow

  constructor(pool: DatabasePool) {
    this.#pool = pool
    this.#readsOfOneRow = new ReadsOfOneRow(pool)
  }

  many(model: Model, read: ReadArguments): Promise<Row[]> {
    const { statement, values } = this.#prepare('many', model, read)
    return runStatement(this.#pool, statement, values).then(([row]) =>
      statement.finish.list(JSON.parse(String(row?.[0])), statement.backward),
    )
  }

  one(model: Model, read: ReadArguments): Promise<Row | null> {
    const { statement, values } = this.#prepare('one', model, read)
    return this.#readsOfOneRow.read(statement, values, (idParameter) => compileBatch(model, read, idParameter))
  }

  count(model: Model, read: CountArguments): Promise<number> {
    const { statement, values } = this.#prepareCount('count', model, read, compileCount)
    return runStatement(this.#pool, statement, values).then(([row]) => Number(row?.[0]))
  }

  groups(model: Model, read: CountArguments): Promise<Row[]> {
    const { statement, values } = this.#prepareCount('groups', model, read, compileGroups)
    return runStatement(this.#pool, statement, values).then(([row]) =>
      statement.finish.list(JSON.parse(String(row?.[0])), false),
    )
  }

  #prepare(cardinality: Cardinality, model: Model, read: ReadArguments): Prepared {
    const values: unknown[] = []
    const key = `${cardinality} ${model.name} ${keyOfArguments(model, read, values)}`
    return this.#prepared(key, values, () => compile(model, read, cardinality))
  }

  #prepareCount(
    kind: string,
    model: Model,
    read: CountArguments,
    compileOne: (model: Model, read: CountArguments) => Statement,
  ): Prepared {
    const values: unknown[] = []
    const key = `${kind} ${model.name} ${keyOfCount(new KeyWords(values), model, read)}`
    return this.#prepared(key, values, () => compileOne(model, read))
  }

  #prepared(key: string, values: unknown[], compileOne: () => Statement): Prepared {
    const statement = this.#statements.of(key, compileOne)
    if (statement.parameters !== values.length) throw new Error('A read has a shape that is not its own.')
    return { statement, values }
  }
}

interface Prepared {
  statement: CachedStatement
  values: unknown[]
}
