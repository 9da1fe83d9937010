/** The types of a transaction: a committed result can only be returned, and only a transaction's own handle is a `Tx`. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, expectTypeOf, test } from 'vitest'
import type { Database } from '../../src/db/client.ts'
import { type Committed, type RuleResult, type Tx, withTransaction } from '../../src/db/transaction.ts'
import { complaints } from '../support/compile.ts'

const SOURCES = resolve(import.meta.dirname, '../../src')

const head = `import type { Database } from '../../src/db/client.ts'
import { Committed, mapResult, type Tx, withTransaction } from '../../src/db/transaction.ts'
declare const database: Database
declare function rule(tx: Tx): Promise<void>
`

test('a rule can only return the result of the statement that commits', async () => {
  const last = 'await tx.commitWith({ taskId: "1" }).run`/* last */ select 1`'
  const said = await complaints({
    returned: `${head}
export const { taskId } = await withTransaction(database, async (tx) => ${last})
export const mapped = await withTransaction(database, async (tx) => (${last}).map(({ taskId }) => ({ id: taskId })))`,
    opened: `${head}await withTransaction(database, async (tx) => (${last}).taskId)`,
    spread: `${head}
export const answer: { taskId: string } = await withTransaction(database, async (tx) => ({ ...(${last}) }))`,
    made: `${head}export const committed = new Committed({ taskId: '1' })`,
    read: `${head}await withTransaction(database, (tx) => tx.commitWith({}).row\`/* last */ select 1\`)`,
    passedOn: `${head}await withTransaction(database, (tx) => rule(tx.commitWith({})))`,
  })
  expect(said.returned).toBe('')
  const run = (database: Database, work: (tx: Tx) => Promise<RuleResult<{ id: string }>>) =>
    withTransaction(database, work)
  expectTypeOf(run).returns.toEqualTypeOf<Promise<{ id: string }>>()
  const committed = (database: Database, work: (tx: Tx) => Promise<Committed<number>>) =>
    withTransaction(database, work)
  expectTypeOf(committed).returns.toEqualTypeOf<Promise<number>>()
  expect(said.opened).toContain("Property 'taskId' does not exist on type 'Committed<")
  expect(said.spread).toContain("Property 'taskId' is missing")
  expect(said.made).toContain("Constructor of class 'Committed<Result>' is private")
  expect(said.read).toContain("Property 'row' does not exist on type 'Writer<Committed<")
  expect(said.passedOn).toContain("from type 'Tx'")
})

test('an autocommitted result is tested before it is returned, and a pool is no transaction', async () => {
  const said = await complaints({
    tested: `${head}
export const { taskId } = await withTransaction(database, async (tx) => {
  const done = await tx.autocommit({ taskId: '1' }).run\`/* first */ select 1\`
  if (done) return mapResult(done, ({ taskId }) => ({ taskId }))
  await rule(tx)
  return { taskId: '2' }
})`,
    untested: `${head}
export const { taskId } = await withTransaction(database, (tx) => tx.autocommit({ taskId: '1' }).run\`/* first */ select 1\`)`,
    pool: `${head}await rule(database)`,
  })
  expect(said.tested).toBe('')
  expect(said.untested).toContain("Property 'taskId' does not exist on type")
  expect(said.pool).toContain("from type 'Tx'")
})

// The compiler cannot see a statement after the commit; at run time it throws.
test('every rule ends with the statement that commits', async () => {
  const names = (await readdir(SOURCES, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.includes('generated/') && !name.startsWith('db/'),
  )
  const uses: string[] = []
  for (const name of names) {
    const text = await readFile(join(SOURCES, name), 'utf8')
    uses.push(...text.split('\n').filter((line) => line.includes('.commitWith(')))
  }
  expect(uses.length).toBeGreaterThan(0)
  expect(uses.filter((line) => !/^\s*(return|const committed =) /.test(line))).toEqual([])
})
