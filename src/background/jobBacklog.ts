import type { Statements } from '../db/statements.ts'
import { countWaitingJobs } from './jobs.sql.ts'

/** The numbers of jobs that are due but not taken, and that were given up after their last attempt. */
export const jobBacklog = async (database: Statements): Promise<{ due: number; failed: number }> =>
  (await countWaitingJobs(database)) ?? { due: 0, failed: 0 }
