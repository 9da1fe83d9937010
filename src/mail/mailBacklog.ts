import type { Statements } from '../db/statements.ts'
import { countMails } from './mails.sql.ts'

/** The numbers of mails that wait, and that failed within the last thirty days. */
export async function mailBacklog(database: Statements): Promise<{ pending: number; failed: number }> {
  const counts = new Map((await countMails(database)).map(({ status, count }) => [status, count]))
  return { pending: counts.get('PENDING') ?? 0, failed: counts.get('FAILED') ?? 0 }
}
