/** The connection pool, and the connection of a transaction. */
import { type AddressInfo, connect, createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { noStatements } from '../../src/db/statementCount.ts'
import type { Writer } from '../../src/db/statements.ts'

import { Committed, sqlState, type Tx, withTransaction } from '../../src/db/transaction.ts'
import { roundTripsOf } from '../support/plans.ts'

import { createDatabase } from '../support/servers/database.ts'

const CONNECTIONS_MAX = 2

let place: Awaited<ReturnType<typeof createDatabase>>
let database: Database

beforeAll(async () => {
  place = await createDatabase()
  const { connectionString } = place
  database = new Database({ connectionString, connectionsMax: CONNECTIONS_MAX, onError: () => {} })
  await database.run`/* makeMarks */ create table marks (name text primary key)`
})
beforeEach(async () => {
  await database.run`/* forgetMarks */ delete from marks`
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

const mark =
  (name: string) =>
  <Value>(on: Writer<Value>) =>
    on.run`/* mark */ insert into marks values (${name})`
const marks = async () =>
  (await database.rows<{ name: string }>`/* marks */ select name from marks`).map(({ name }) => name)
const backendOf = async () => (await database.row<{ id: number }>`/* backend */ select pg_backend_pid() as id`)?.id

/** Counts the connections that `work` acquires and its round trips. */
async function costOf(work: () => Promise<unknown>): Promise<{ connections: number; roundTrips: number }> {
  const acquire = vi.spyOn(database.pool, 'acquire')
  try {
    const roundTrips = await roundTripsOf(work)
    return { connections: acquire.mock.calls.length, roundTrips: roundTrips.length }
  } finally {
    acquire.mockRestore()
  }
}

test('a released connection serves the next statement', async () => {
  const backend = await backendOf()
  for (let turn = 0; turn < 5; turn++) expect(await backendOf()).toBe(backend)
  expect(database.pool.freeCount).toBe(database.pool.totalCount)
})

test('a connection that broke while idle is replaced', async () => {
  const backend = await backendOf()
  const count = database.pool.totalCount
  const other = new pg.Client({ connectionString: place.connectionString })
  await other.connect()
  await other.query('select pg_terminate_backend($1)', [backend])
  await other.end()
  await expect.poll(() => database.pool.totalCount).toBeLessThan(count)
  expect(await backendOf()).not.toBe(backend)
})

test('more callers than connections are served in turn', async () => {
  const slowly = () => database.run`/* slowly */ select pg_sleep(0.02)`
  await Promise.all(Array.from({ length: 20 }, slowly))
  await Promise.all(
    Array.from({ length: 10 }, (_, number) =>
      number % 2 ? slowly() : withTransaction(database, (tx) => tx.run`/* slowly */ select pg_sleep(0.02)`),
    ),
  )
  expect(database.pool.totalCount).toBeLessThanOrEqual(CONNECTIONS_MAX)
  expect(database.pool.waitingCount).toBe(0)
})

test('a transaction acquires a connection with its first statement', async () => {
  expect(await costOf(() => withTransaction(database, async () => {}))).toEqual({ connections: 0, roundTrips: 0 })
  await withTransaction(database, mark('warm'))
  const { connections, roundTrips } = await costOf(() => withTransaction(database, mark('one')))
  // BEGIN with the statement, then COMMIT.
  expect({ connections, roundTrips }).toEqual({ connections: 1, roundTrips: 2 })
})

test('a first statement that fails leaves nothing behind, and its connection stays usable', async () => {
  await withTransaction(database, mark('twice'))
  await expect(withTransaction(database, mark('twice'))).rejects.toMatchObject({ code: '23505' })
  const failing = withTransaction(database, async (tx) => {
    await mark('gone')(tx)
    await tx.run`/* nonsense */ select 1 / 0`
  })
  await expect(failing).rejects.toMatchObject({ code: '22012' })
  expect(await marks()).toEqual(['twice'])
  await withTransaction(database, mark('after'))
  expect(await marks()).toEqual(['twice', 'after'])
})

test('an autocommit statement commits itself, unless the transaction has begun', async () => {
  expect(await costOf(() => withTransaction(database, (tx) => mark('alone')(tx.autocommit({}))))).toMatchObject({
    roundTrips: 1,
  })
  const undone = withTransaction(database, async (tx) => {
    await mark('first')(tx)
    await mark('not alone')(tx.autocommit({}))
    throw new Error('Refused.')
  })
  await expect(undone).rejects.toThrow('Refused.')
  expect(await marks()).toEqual(['alone'])
})

test('deferred statements are sent with the next statement or the commit, in order', async () => {
  const work = async (tx: Tx) => {
    await mark('first')(tx)
    await mark('second')(tx.deferred)
    await mark('third')(tx.deferred)
    const { count } = (await tx.row<{ count: bigint }>`/* countMarks */ select count(*) from marks`) ?? {}
    await mark('fourth')(tx.deferred)
    return count
  }
  for (const isPrepared of [false, true]) {
    await database.run`/* forgetMarks */ delete from marks`
    const { roundTrips } = await costOf(async () => expect(await withTransaction(database, work)).toBe(3n))
    expect(await marks()).toEqual(['first', 'second', 'third', 'fourth'])
    if (isPrepared) expect(roundTrips).toBe(3)
  }
  const count = noStatements()
  await database.run`/* forgetMarks */ delete from marks`
  await withTransaction(database.counting(count), work)
  expect(count.statements).toBe(5)
  const { roundTrips } = await costOf(() =>
    withTransaction(database, async (tx) => {
      for (let number = 0; number < 30; number++) await mark(`${number}`)(tx.deferred)
    }),
  )
  expect(roundTrips).toBe(3)
  expect(await marks()).toHaveLength(34)
})

test('a deferred statement that fails rejects the next statement or the commit, and undoes all', async () => {
  await withTransaction(database, mark('twice'))
  const late: string[] = []
  const withNext = withTransaction(database, async (tx) => {
    await mark('first')(tx)
    await mark('twice')(tx.deferred)
    late.push('waits')
    await mark('second')(tx)
    late.push('told')
  })
  await expect(withNext).rejects.toMatchObject({ code: '23505' })
  expect(late).toEqual(['waits'])
  const byCommit = withTransaction(database, async (tx) => {
    await mark('first')(tx)
    await mark('twice')(tx.deferred)
  })
  await expect(byCommit).rejects.toMatchObject({ code: '23505' })
  const refused = withTransaction(database, async (tx) => {
    await mark('first')(tx)
    await mark('second')(tx.deferred)
    throw new Error('Refused.')
  })
  await expect(refused).rejects.toThrow('Refused.')
  expect(await marks()).toEqual(['twice'])
  await withTransaction(database, mark('after'))
  expect(await marks()).toEqual(['twice', 'after'])
})

test('statements of the same tick share a round trip, and each has its own result', async () => {
  const work = (tx: Tx) =>
    Promise.all([
      mark('first')(tx),
      tx.row`/* countAndName */ select count(*) as count, max(name) as last from marks where name <> ${'x'}`,
      tx.rows`/* marksNow */ select name from marks order by name`,
      mark('second')(tx.commitWith({})),
    ])
  for (const isPrepared of [false, true]) {
    await database.run`/* forgetMarks */ delete from marks`
    let answers: unknown
    const { roundTrips } = await costOf(async () => {
      answers = await withTransaction(database, work)
    })
    expect(answers).toEqual([1, { count: 1n, last: 'first' }, [{ name: 'first' }], expect.any(Committed)])
    if (isPrepared) expect(roundTrips).toBe(1)
  }
  expect(await marks()).toEqual(['first', 'second'])
})

test('if one of them fails, those before it have their results, and later statements are refused', async () => {
  await withTransaction(database, mark('twice'))
  const outcomes: unknown[] = []
  const failing = withTransaction(database, (tx) =>
    Promise.all([
      mark('first')(tx).then(async (count) => {
        outcomes.push(count)
        await new Promise((resolve) => setTimeout(resolve, 20))
        await mark('outside')(tx).catch((error: Error) => outcomes.push(error.message))
      }),
      mark('twice')(tx),
      mark('second')(tx).catch((error: unknown) => outcomes.push(sqlState(error))),
    ]),
  )
  await expect(failing).rejects.toMatchObject({ code: '23505' })
  await expect.poll(() => outcomes).toEqual([1, '23505', 'The transaction has ended.'])
  expect(await marks()).toEqual(['twice'])
  await withTransaction(database, mark('after'))
  expect(await marks()).toEqual(['twice', 'after'])
})

test('commitWith commits with its statement, and later statements are refused', async () => {
  await withTransaction(database, mark('warm'))
  const { roundTrips } = await costOf(() =>
    withTransaction(database, async (tx) => {
      await mark('first')(tx)
      return mark('last')(tx.commitWith({}))
    }),
  )
  expect(roundTrips).toBe(2)
  expect(await costOf(() => withTransaction(database, (tx) => mark('only')(tx.commitWith({}))))).toMatchObject({
    roundTrips: 1,
  })
  const late = withTransaction(database, async (tx) => {
    await mark('in time')(tx.commitWith({}))
    await mark('late')(tx)
  })
  await expect(late).rejects.toThrow('The transaction has ended.')
  expect(await marks()).toEqual(['warm', 'first', 'last', 'only', 'in time'])
})

test('a deferred statement that fails last in its pipeline fails the next statement or the commit', async () => {
  await withTransaction(database, mark('twice'))
  const outcomes: unknown[] = []
  const both = (tx: Tx) => Promise.all([mark('first')(tx), mark('twice')(tx.deferred)])
  await expect(withTransaction(database, both)).rejects.toMatchObject({ code: '23505' })
  const more = withTransaction(database, async (tx) => {
    await both(tx)
    await mark('second')(tx).catch((error: unknown) => outcomes.push(sqlState(error)))
  })
  await expect(more).rejects.toMatchObject({ code: '23505' })
  expect(outcomes).toEqual(['23505'])
  expect(await marks()).toEqual(['twice'])
  expect(database.pool.freeCount).toBe(database.pool.totalCount)
})

test('a statement after the commit is refused, and the connection is released once', async () => {
  let late: Promise<unknown> | undefined
  await withTransaction(database, async (tx) => {
    await mark('first')(tx)
    tx.afterCommit(() => {
      late = mark('late')(tx)
    })
  })
  await expect(late).rejects.toThrow('The transaction has ended.')
  const failing = withTransaction(database, async (tx) => {
    await mark('second')(tx)
    void mark('third')(tx.commitWith({}))
    await Promise.resolve().then(() => Promise.resolve())
    throw new Error('Refused.')
  })
  await expect(failing).rejects.toThrow('Refused.')
  const forgotten = withTransaction(database, async (tx) => {
    await mark('fourth')(tx)
    await mark('first')(tx.commitWith({})).catch(() => {})
  })
  await expect(forgotten).rejects.toThrow('The transaction has ended.')
  expect(await marks()).toEqual(['first', 'second', 'third'])
  expect(database.pool.freeCount).toBe(database.pool.totalCount)
  const backends = await Promise.all(
    [0, 1].map(() =>
      withTransaction(database, async (tx) => {
        const backend = await tx.row<{ id: number }>`/* backend */ select pg_backend_pid() as id`
        await tx.run`/* slowly */ select pg_sleep(0.02)`
        return backend?.id
      }),
    ),
  )
  expect(new Set(backends).size).toBe(2)
})

test('if the statement of commitWith fails, or its commit, all is undone', async () => {
  await database.run`
    /* makePairs */ create table pairs (name text references marks deferrable initially deferred)`
  const twice = withTransaction(database, async (tx) => {
    await mark('first')(tx)
    await mark('first')(tx.commitWith({}))
  })
  await expect(twice).rejects.toMatchObject({ code: '23505' })
  const widowed = withTransaction(database, async (tx) => {
    await mark('second')(tx)
    await tx.commitWith({}).run`/* pair */ insert into pairs values ('nobody')`
  })
  await expect(widowed).rejects.toMatchObject({ code: '23503' })
  expect(await marks()).toEqual([])
  await withTransaction(database, mark('after'))
  expect(await marks()).toEqual(['after'])
})

test('statements are counted for their own operation only', async () => {
  const [one, other] = [noStatements(), noStatements()]
  await Promise.all([
    database.counting(one).run`/* once */ select 1`,
    withTransaction(database.counting(other), async (tx) => {
      await mark('a')(tx)
      await mark('b')(tx)
    }),
  ])
  expect([one.statements, other.statements]).toEqual([1, 2])
  expect(other.durationMs).toBeGreaterThan(0)
})

test('a connection that breaks before it is ready fails its caller only', async () => {
  const { hostname, port } = new URL(place.connectionString)
  // Forwards everything until the first statement, and closes the connection then.
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    let statements = 0
    client.on('data', (piece) => {
      if (piece[0] === 'Q'.charCodeAt(0) && ++statements === 1) client.destroy()
      else server.write(piece)
    })
    server.on('data', (piece) => client.write(piece))
    client.on('close', () => server.destroy())
    for (const socket of [client, server]) socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const url = new URL(place.connectionString)
  url.port = String((proxy.address() as AddressInfo).port)
  const broken = new Database({ connectionString: url.href, connectionsMax: 1, onError: () => {} })
  try {
    await expect(broken.run`/* one */ select 1`).rejects.toThrow('Connection terminated unexpectedly')
    expect(broken.pool.totalCount).toBe(0)
  } finally {
    await broken.close()
    await new Promise((resolve) => proxy.close(resolve))
  }
})
