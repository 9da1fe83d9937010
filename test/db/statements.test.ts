/** Results of statements, on a connection that has prepared them and on one that has not. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import { createDatabase } from '../support/servers/database.ts'

let place: Awaited<ReturnType<typeof createDatabase>>
let database: Database

beforeAll(async () => {
  place = await createDatabase()
  database = new Database({ connectionString: place.connectionString, connectionsMax: 1, onError: () => {} })
  await database.run`/* makeThings */ create table things (id integer primary key, name_of text, amount bigint)`
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

const FIRST_AND_LATER = [1, 2, 3]

test('rows have keys in camelCase and values of their types', async () => {
  const moment = new Date('2026-03-01T12:00:00.123Z')
  for (const turn of FIRST_AND_LATER) {
    const row = await database.row`
      /* oneOfEach */
      select
        ${turn}::integer as turn_number, 9007199254740993::bigint as amount, ${moment}::timestamptz as at_moment,
        1.50::numeric as price, true as is_it, null::text as nothing, array['a', null]::text[] as some_words,
        '{"a": [1]}'::json as as_json, '018f3b6c-0000-7000-8000-000000000000'::uuid as id`
    expect(row).toEqual({
      turnNumber: turn,
      amount: 9_007_199_254_740_993n,
      atMoment: moment,
      price: '1.50',
      isIt: true,
      nothing: null,
      someWords: ['a', null],
      asJson: { a: [1] },
      id: '018f3b6c-0000-7000-8000-000000000000',
    })
  }
})

test('no row is undefined or an empty list, and a change is the number of rows', async () => {
  for (const turn of FIRST_AND_LATER) {
    const inserted = await database.run`
      /* insertThings */
      insert into things
      select n, 'thing ' || n, n
      from generate_series(${turn * 10}::integer, ${turn * 10 + turn - 1}::integer) n`
    expect(inserted).toBe(turn)
    expect(await database.row`/* noThing */ select * from things where id = ${-turn}`).toBeUndefined()
    expect(await database.rows`/* noThings */ select * from things where id = ${-turn}`).toEqual([])
  }
  expect(await database.run`/* forgetThings */ delete from things`).toBe(6)
})

test('the first statement of a transaction has its own result', async () => {
  for (const turn of FIRST_AND_LATER) {
    const answers = await withTransaction(database, async (tx) => [
      await tx.run`/* insertOne */ insert into things values (${100 + turn}, null, ${BigInt(turn)})`,
      await tx.row`/* readOne */ select id, amount from things where id = ${100 + turn}`,
    ])
    expect(answers).toEqual([1, { id: 100 + turn, amount: BigInt(turn) }])
  }
})

test('a statement that fails rejects with its error, and the next one on its connection is not affected', async () => {
  const broken = (by: number) => database.row`/* broken */ select 10 / ${by}::integer as share`
  await expect(broken(0)).rejects.toMatchObject({ code: '22012' })
  expect(await broken(5)).toEqual({ share: 2 })
  await expect(broken(0)).rejects.toMatchObject({ code: '22012' })
  await expect(database.row`/* unknown */ select * from nowhere`).rejects.toMatchObject({ code: '42P01' })
  expect(await broken(2)).toEqual({ share: 5 })
})

test('a statement that fails halfway leaves no rows to the next one', async () => {
  const partly = (last: number) =>
    database.rows`/* partly */ select 10 / (${last}::integer - n) as share from generate_series(1, 3) n`
  await expect(partly(3)).rejects.toMatchObject({ code: '22012' })
  expect(await partly(4)).toEqual([{ share: 3 }, { share: 5 }, { share: 10 }])
})

test('a statement with the name of another is refused, and its connection stays usable', async () => {
  expect(await database.row`/* twins */ select 1 as one`).toEqual({ one: 1 })
  await expect(database.row`/* twins */ select 2 as two`).rejects.toThrow('Two statements are named twins.')
  expect(await database.row`/* twins */ select 1 as one`).toEqual({ one: 1 })
})
