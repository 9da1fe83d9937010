/** The sandbox's side of payees and payers. Payees need no data, so there is no page for onboarding. */
import type { Database } from '../../db/client.ts'
import { withTransaction } from '../../db/transaction.ts'
import type { PayeeAccounts } from '../port/accounts.ts'
import type { Unreachable } from '../port/failures.ts'
import type { PaymentMethods, SavedPaymentMethod } from '../port/paymentMethods.ts'
import { deleteSavedMethod, listSavedMethods } from './payers.sql.ts'
import { countCall } from './sandbox.sql.ts'

const SAVED_MAX = 100
const NO_ANSWER: Unreachable = { kind: 'unreachable', message: 'The provider does not answer.' }

/** The accounts of payees: each person has one from the start, under their own id. */
export const sandboxAccounts: PayeeAccounts = {
  open: async ({ reference }) => ({ kind: 'opened', accountReference: reference }),
  onboardingLink: async () => ({
    kind: 'refused',
    code: 'no_onboarding',
    message: 'The sandbox pays everybody without onboarding.',
  }),
  readiness: async () => ({ kind: 'known', readiness: 'READY' }),
}

/** The payment methods that payers have saved. */
export function sandboxPaymentMethods(database: Database): PaymentMethods {
  /** Counts the call, and returns false in the mode that answers nothing. */
  const answers = async (): Promise<boolean> => (await countCall(database)).mode !== 'DARK'
  return {
    openCustomer: async ({ reference }) => ({ kind: 'opened', customerReference: `cus_${reference}` }),
    async list(customerReference) {
      if (!(await answers())) return NO_ANSWER
      const saved = await listSavedMethods(database, { customerReference, limit: SAVED_MAX })
      return { kind: 'known', paymentMethods: saved.map(({ paymentMethodId }) => describe(paymentMethodId)) }
    },
    async detach(saved) {
      if (!(await answers())) return NO_ANSWER
      const deleted = await withTransaction(database, (tx) => deleteSavedMethod(tx, saved))
      return { kind: deleted > 0 ? 'detached' : 'never' }
    },
  }
}

/** All of the sandbox's payment methods are the same test card. */
const describe = (id: string): SavedPaymentMethod => ({
  id,
  kind: 'card',
  brand: 'visa',
  lastDigits: '4242',
  expires: { year: 2034, month: 12 },
})
