/**
 * Operations with variables that work in the demo world, as schema/operations/examples.json has them: in this order all of
 * them succeed. `{task Paint the fence}` stands for the id of what the demo world calls so.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type IdPrefix, textOf, toPublicId } from '../db/ids.ts'
import type { Statements } from '../db/statements.ts'
import { packageRoot } from '../packageRoot.ts'
import { type DemoThing, readDemoThings } from './demoRecords.sql.ts'

export interface SavedOperation {
  /** The name of the operation. */
  operation: string
  title: string
  /** Who may run it: the part of their address before the @. Nobody has to be signed in when it is absent. */
  as?: string
  variables: Record<string, unknown>
}

type Written = Omit<SavedOperation, 'title' | 'variables'> & Partial<SavedOperation>

const PREFIXES: Record<DemoThing['kind'], IdPrefix> = {
  task: 'tsk',
  application: 'app',
  hold: 'hld',
  transfer: 'trf',
  chat: 'tch',
  support: 'sch',
  agent: 'agt',
  person: 'usr',
  session: 'ses',
}
const PLACE = /\{(\w+ [^{}"]+)\}/g

/** Those whose things are there: all in the demo world, none where there are no demo people. */
export async function readSavedOperations(database: Statements): Promise<SavedOperation[]> {
  const things = await readDemoThings(database)
  if (things.length === 0) return []
  const ids = new Map(things.map(({ kind, name, id }) => [`${kind} ${name}`, textOf(toPublicId(PREFIXES[kind], id))]))
  const written: Written[] = JSON.parse(await readFile(join(packageRoot, 'schema/operations/examples.json'), 'utf8'))
  return written.flatMap((one) => {
    const text = JSON.stringify(one.variables ?? {}).replaceAll(PLACE, (place, name) => ids.get(name) ?? place)
    if (text.match(PLACE)) return []
    const title = one.title ?? (one.as ? `${one.operation}, as the ${one.as}` : one.operation)
    return [{ ...one, title, variables: JSON.parse(text) }]
  })
}
