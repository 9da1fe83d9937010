import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../src/db/client.ts'
import { type Column, type Model, models } from '../../src/engine/reader/dataModel.ts'
import type { ReadArguments } from '../../src/engine/reader/planning/planTypes.ts'
import { UnsupportedByReader } from '../../src/engine/reader/planning/unsupported.ts'
import type { Row } from '../../src/engine/reader/rows.ts'
import { keyOfArguments } from '../../src/engine/reader/sql/shapeKey.ts'
import { compile } from '../../src/engine/reader/sql/statement.ts'
import { createDatabase, type TestDatabase } from '../support/servers/database.ts'
import { makeReaderWorld } from '../support/worlds/readerWorld.ts'

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createDatabase()
  database = new Database({ connectionString: testDatabase.connectionString, connectionsMax: 2, onError: () => {} })
  await makeReaderWorld(database)
})

afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

function modelNamed(name: string): Model {
  const model = models.get(name)
  if (!model) throw new Error(`There is no model ${name}.`)
  return model
}

async function readMany(model: Model, read: ReadArguments): Promise<Row[]> {
  const values: unknown[] = []
  keyOfArguments(model, read, values)
  const { text, rowShape, backward } = compile(model, read, 'many')
  const { rows } = await database.pool.query<[string]>({ text, values, rowMode: 'array' })
  return rowShape.list(JSON.parse(String(rows[0]?.[0])), backward)
}

/** The model User, as if the schema mapped its enum values to other names. */
function usersInGerman(): Model {
  const users = modelNamed('User')
  const mapped = (name: string, enumValues: Map<string, string>): [string, Column] => {
    const column = users.columns.get(name)
    if (!column) throw new Error(`There is no column ${name}.`)
    return [name, { ...column, enumValues }]
  }
  const roles = new Map([
    ['NUTZER', 'USER'],
    ['FINANZEN', 'FINANCE'],
    ['AGENT', 'AGENT'],
    ['VERWALTER', 'ADMIN'],
  ])
  const readiness = new Map([
    ['BEREIT', 'READY'],
    ['ANDERS', 'PENDING_VERIFICATION'],
  ])
  return {
    ...users,
    columns: new Map([...users.columns, mapped('roles', roles), mapped('payoutReadiness', readiness)]),
  }
}

test('maps the values of enums in conditions and in rows, single and in lists', async () => {
  const rows = await readMany(usersInGerman(), {
    where: { payoutReadiness: 'BEREIT', roles: { has: 'FINANZEN' } },
    select: { payoutReadiness: true, roles: true },
  })
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) expect(row).toEqual({ payoutReadiness: 'BEREIT', roles: ['NUTZER', 'FINANZEN'] })
})

test('writes no text of a client into a statement', () => {
  const evil = `x' or true --`
  const where = { OR: [{ displayName: evil }, { email: { contains: evil } }, { id: { in: [evil] } }] }
  const { text, parameters } = compile(modelNamed('User'), { where }, 'many')
  expect(text).not.toContain(evil)
  expect(parameters).toBe(3)
  const refused: ReadArguments[] = [
    { where: { payoutReadiness: evil } },
    { where: { [evil]: 1 } },
    { orderBy: { [evil]: 'asc' } },
    { orderBy: { id: evil } },
    { select: { [evil]: true } },
    { select: { _count: { select: { [evil]: true } } } },
    { take: 0.5 },
  ]
  for (const read of refused) expect(() => compile(modelNamed('User'), read, 'many')).toThrow()
})

test('has different keys for different texts, and the same key for different parameters', () => {
  const tasks = modelNamed('Task')
  const key = (read: ReadArguments) => keyOfArguments(tasks, read, [])
  expect(key({ where: { title: 'a' }, take: 2 })).toBe(key({ where: { title: 'b' }, take: 2 }))
  const others: ReadArguments[] = [
    { where: { title: 'a' }, take: 3 },
    { where: { title: null }, take: 2 },
    { where: { title: { not: 'a' } }, take: 2 },
    { where: { description: 'a' }, take: 2 },
    { where: { status: 'OPEN' } },
    { where: { status: 'DRAFT' } },
    { where: { OR: [{ title: 'a' }, { title: 'b' }] } },
    { where: { AND: [{ title: 'a' }, { title: 'b' }] } },
    { where: { poster: { displayName: 'a' } } },
    { where: { assignee: { displayName: 'a' } } },
    { where: { assignee: { isNot: { displayName: 'a' } } } },
    { orderBy: { id: 'asc' } },
    { orderBy: { id: 'desc' } },
    { skip: 1 },
    { select: { id: true } },
    { include: { poster: true } },
    { select: { poster: true } },
    { select: { poster: { select: { id: true } } } },
  ]
  expect(new Set(others.map(key)).size).toBe(others.length)
})

test('does not support a row of more columns than a function of PostgreSQL has arguments', () => {
  const users = modelNamed('User')
  const name = users.columns.get('displayName')
  if (!name) throw new Error('The model User has no displayName.')
  const wide = (count: number): Model => ({
    ...users,
    columns: new Map(Array.from({ length: count }, (_, index) => [`c${index}`, { ...name, name: `c${index}` }])),
  })
  expect(compile(wide(100), {}, 'many').text).toContain('json_build_array')
  expect(() => compile(wide(101), {}, 'many')).toThrow(UnsupportedByReader)
})

test('makes the same rows before and after their shape is compiled', async () => {
  const users = modelNamed('User')
  const read: ReadArguments = {
    select: { id: true, createdAt: true, suspendedAt: true, roles: true, postedTasks: true },
  }
  const { text, rowShape } = compile(users, read, 'many')
  const { rows } = await database.pool.query<[string]>({ text, rowMode: 'array' })
  const readAgain = () => rowShape.list(JSON.parse(String(rows[0]?.[0])), false)
  const first = readAgain()
  expect(first.length).toBeGreaterThan(0)
  for (let made = first.length; made < 1_000; made += first.length) expect(readAgain()).toStrictEqual(first)
})
