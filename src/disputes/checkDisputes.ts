import { readClock } from '../db/clock.ts'
import type { Statements } from '../db/statements.ts'
import { overdueIfOpenedBefore } from './disputeStatus.ts'
import { countOpenDisputes, type OpenDisputes } from './disputes.sql.ts'

export interface DisputeHealth extends OpenDisputes {
  checkedAt: Date
}

/** Counts the disputes that wait for a decision. */
export async function checkDisputes(database: Statements): Promise<DisputeHealth> {
  const checkedAt = await readClock(database)
  const [overdueBefore, longOverdueBefore] = overdueIfOpenedBefore(checkedAt)
  return { checkedAt, ...(await countOpenDisputes(database, { overdueBefore, longOverdueBefore })) }
}
