import type { Statements } from '../db/statements.ts'
import type { ProviderName } from './port/traits.ts'
import { readProvidersUsed } from './providersUsed.sql.ts'

const STRIPE_PAYMENT = /^pi_/

/** Returns the other provider if it has made payments in this database; null if there are none of it. */
export async function otherProviderUsed(database: Statements, provider: ProviderName): Promise<ProviderName | null> {
  const used = await readProvidersUsed(database)
  if (provider === 'stripe') return used?.hasSandbox ? 'sandbox' : null
  return STRIPE_PAYMENT.test(used?.newestReference ?? '') ? 'stripe' : null
}
