/**
 * The operations of schema/operations/examples.json, with variables for the demo world; run in this order, all succeed.
 * `{task Paint the fence}` is a placeholder for the id of the demo task with this title.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type IdPrefix, textOf, toPublicId } from '../db/ids.ts'
import type { Statements } from '../db/statements.ts'
import { packageRoot } from '../packageRoot.ts'
import { type DemoRecord, readDemoRecords } from './demoRecords.sql.ts'

export interface SavedOperation {
  /** The name of the operation. */
  operation: string
  title: string
  /** The person who may run it: the local part of their demo address. Absent if no sign-in is needed. */
  as?: string
  variables: Record<string, unknown>
}

type ExampleEntry = Omit<SavedOperation, 'title' | 'variables'> & Partial<SavedOperation>

const PREFIXES: Record<DemoRecord['kind'], IdPrefix> = {
  task: 'tsk',
  application: 'app',
  hold: 'hld',
  transfer: 'trf',
  dispute: 'dsp',
  chargeback: 'cbk',
  chat: 'tch',
  support: 'sch',
  agent: 'agt',
  person: 'usr',
  session: 'ses',
  token: 'pat',
  account: 'lac',
  reconciliation: 'rcn',
  difference: 'rcd',
  endpoint: 'whe',
  delivery: 'whd',
  notification: 'ntf',
}
const PLACEHOLDER = /\{(\w+ [^{}"]+)\}/g

/** Returns the operations whose demo records exist: all in the demo world, none in another database. */
export async function readSavedOperations(database: Statements): Promise<SavedOperation[]> {
  const records = await readDemoRecords(database)
  if (records.length === 0) return []
  const ids = new Map(records.map(({ kind, name, id }) => [`${kind} ${name}`, textOf(toPublicId(PREFIXES[kind], id))]))
  const examples: ExampleEntry[] = JSON.parse(
    await readFile(join(packageRoot, 'schema/operations/examples.json'), 'utf8'),
  )
  return examples.flatMap((example) => {
    const text = JSON.stringify(example.variables ?? {}).replaceAll(
      PLACEHOLDER,
      (placeholder, name) => ids.get(name) ?? placeholder,
    )
    if (text.match(PLACEHOLDER)) return []
    const { operation, as } = example
    const title = example.title ?? (as ? `${operation}, as the ${as}` : operation)
    return [{ ...example, title, variables: JSON.parse(text) }]
  })
}
