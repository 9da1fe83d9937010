/** What time alone does. Due moments are columns; a sweep on our clock reads them, so the sandbox clock moves them too. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { Statements } from '../db/statements.ts'
import type { PaymentProvider } from '../payments/provider.ts'

export interface Work {
  database: Database
  payments: PaymentProvider
  log: Logger
}

export interface Timer {
  name: string
  /** The earliest moment that waits, past or future; null when nothing waits. */
  nextDue(database: Statements): Promise<Date | null>
  /**
   * Does at most `limit` of what is due by now, skipping what others hold; gives how many. Each is done in a transaction of its own,
   * or all in one, where one that cannot be done keeps no other from it.
   */
  runDue(work: Work, limit: number): Promise<number>
}
