/** The people of the demo world, whose password is public. No other account can have an address of their domain. */
import type { Statements } from '../db/statements.ts'
import { readDemoPerson, readWhetherDemo } from './demoPeople.sql.ts'

/** True if the database has an account whose password is public. */
export async function hasDemoPeople(database: Statements): Promise<boolean> {
  return (await readDemoPerson(database)) !== undefined
}

/** True if the password of this person is public. */
export const isDemoPerson = async (database: Statements, person: { userId: string }): Promise<boolean> =>
  (await readWhetherDemo(database, person))?.isDemo ?? false
