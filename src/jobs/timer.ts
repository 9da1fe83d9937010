/** Timers: work that becomes due with time. Due times are columns, which a sweep compares with the clock of the rules. */
import type { Logger } from 'pino'
import type { Database } from '../db/client.ts'
import type { Statements } from '../db/statements.ts'
import type { PaymentProvider } from '../payments/port/provider.ts'
import type { MailSettings } from './mailTransport.ts'
import type { ReadAs } from './readAs.ts'
import type { WebhookSettings } from './webhookSettings.ts'

export interface Work {
  database: Database
  payments: PaymentProvider
  mails: MailSettings
  webhooks: WebhookSettings
  /** Reads from the API as a person. */
  readAs: ReadAs
  log: Logger
  /** True where debts of taskers are taken out of their next transfers. */
  netDebts?: boolean
}

export interface Timer {
  name: string
  /** The earliest due time, past or future; null if nothing waits. */
  nextDue(database: Statements): Promise<Date | null>
  /**
   * Does up to `limit` of the due work, skips rows that are locked, and returns how many were done. Each item has its own
   * transaction; a single transaction is allowed if one failure does not stop the rest.
   */
  runDue(work: Work, limit: number): Promise<number>
  /** Ends work that outlives its turn, when the process stops. */
  stop?(): Promise<void>
}
