import type { Config } from './config.ts'
import type { Statements } from './db/statements.ts'
import { otherProviderUsed } from './payments/otherProvider.ts'
import { StartFailure } from './startFailure.ts'

/**
 * Refuses to start with a provider that does not know the payments of this database: it would answer every look-up of them with "never",
 * and payments that were made would be made again.
 */
export async function refuseOtherProvider({ stripe }: Pick<Config, 'stripe'>, database: Statements): Promise<void> {
  const other = await otherProviderUsed(database, stripe ? 'stripe' : 'sandbox')
  if (other === 'sandbox')
    throw new StartFailure(
      'The database has payments of the sandbox, which Stripe does not know: use another database, or unset STRIPE_SECRET_KEY.',
    )
  if (other === 'stripe')
    throw new StartFailure(
      'The database has payments of Stripe, which the sandbox does not know: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.',
    )
}
