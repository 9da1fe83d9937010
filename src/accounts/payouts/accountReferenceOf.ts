import { textOf, toPublicId } from '../../db/ids.ts'
import type { Statements } from '../../db/statements.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { readAccountReference } from './payoutAccounts.sql.ts'

/**
 * The account of a payee at the provider; undefined if they have not opened one. At a provider without onboarding everybody has one
 * under their own id.
 */
export async function accountReferenceOf(
  database: Statements,
  { userId, traits }: { userId: string; traits: ProviderTraits },
): Promise<string | undefined> {
  if (!traits.hasOnboarding) return textOf(toPublicId('usr', userId))
  return (await readAccountReference(database, { userId, provider: traits.name }))?.accountReference
}
