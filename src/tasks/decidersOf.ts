import type { Tx } from '../db/transaction.ts'
import { readDeciders } from './ownMatter.sql.ts'

/** The most members of staff whose feeds have an event that waits for a decision. */
const DECIDERS_MAX = 100

/** The ids of the finance staff and administrators who can decide about the money of a task: those without a conflict of interest. */
export const decidersOf = async (tx: Tx, { taskId }: { taskId: string }): Promise<string[]> =>
  (await readDeciders(tx, { taskId, limit: DECIDERS_MAX })).map(({ id }) => id)
