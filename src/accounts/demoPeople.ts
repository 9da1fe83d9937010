/** People whose password everybody knows: the demo world's, under an address that nobody else can have. */
import type { Statements } from '../db/statements.ts'
import { readDemoPerson } from './demoPeople.sql.ts'

/** Is there anybody whom the whole world could sign in as? */
export async function hasDemoPeople(database: Statements): Promise<boolean> {
  return (await readDemoPerson(database)) !== undefined
}
