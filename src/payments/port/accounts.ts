/** The section of the port about payees: their accounts at the provider, and whether these can be paid. */
import type { PayoutReadiness } from '../../db/generated/enums.ts'
import type { Refused, Unreachable } from './failures.ts'

export interface Payee {
  /** Our public id of the person, `usr_...`. */
  reference: string
  email: string
  /** ISO 3166, two letters. Absent: the provider asks the person. */
  country?: string
}

export interface OnboardingWanted {
  accountReference: string
  /** The page to which the provider sends the person afterwards, finished or not. */
  returnUrl: string
  /** The page to which the provider sends a person whose link has expired or was used: it starts onboarding again. */
  refreshUrl: string
}

export interface PayeeAccounts {
  /** Creates the account of a person. Creates it once, however often it is called for the same reference. */
  open(payee: Payee): Promise<{ kind: 'opened'; accountReference: string } | Refused | Unreachable>
  /** Creates a link to the provider's pages for onboarding. It is for this person alone, and is neither stored nor logged. */
  onboardingLink(
    wanted: OnboardingWanted,
  ): Promise<{ kind: 'link'; url: string; expiresAt: Date } | Refused | Unreachable>
  readiness(accountReference: string): Promise<{ kind: 'known'; readiness: PayoutReadiness } | Unreachable>
}
