/** Payers: payments that they authenticate, and the payment methods that they have saved. */
import {
  AuthenticateSandboxPaymentDocument,
  CreateTaskDocument,
  FundTaskDocument,
  orThrow,
  PaymentMethodsDocument,
  RemovePaymentMethodDocument,
} from '../../../schema/sdk/index.ts'
import { fromPublicId } from '../../support/publicIds.ts'
import { inTurn, type Play, type Stage, step } from './steps.ts'

const BUDGET = { amount: '35.00', currencyCode: 'EUR' }
const VARIANT = 'to authenticate'

/** The posters pay, save a payment method for each request, and remove it. */
export function payersPlay({ ground, requests, posters }: Stage): Play {
  const taskIds: string[] = []
  const secrets: string[] = []
  const poster = (index: number) => inTurn(posters, index)
  return [
    step(
      CreateTaskDocument,
      requests,
      (index) => ({
        by: poster(index),
        variables: { input: { title: `Paid ${index}`, description: 'Four windows.', budget: BUDGET, publish: true } },
        keep: ({ createTask }) => {
          taskIds[index] = orThrow(createTask).task.id
        },
      }),
      VARIANT,
    ),
    step(
      FundTaskDocument,
      requests,
      (index) => ({
        by: poster(index),
        variables: {
          input: {
            idempotencyKey: `fund authenticated ${index}`,
            taskId: inTurn(taskIds, index),
            paymentMethodId: 'pm_authenticate',
          },
        },
        keep: ({ fundTask }) => {
          secrets[index] = orThrow(fundTask).hold.clientSecret ?? ''
        },
      }),
      VARIANT,
    ),
    step(AuthenticateSandboxPaymentDocument, requests, (index) => ({
      by: poster(index),
      variables: { input: { clientSecret: inTurn(secrets, index), succeeds: true } },
    })),
    async () => {
      for (let index = 0; index < requests; index++) {
        await ground.client.query(
          `insert into sandbox.saved_payment_methods (customer_reference, payment_method_id, saved_at)
          select customer_reference, $2, errand_now()
          from payment_customers
          where user_id = $1`,
          [fromPublicId('usr', poster(index).id), `pm_${index}`],
        )
      }
    },
    step(PaymentMethodsDocument, requests, (index) => ({ by: poster(index), variables: {} })),
    step(RemovePaymentMethodDocument, requests, (index) => ({
      by: poster(index),
      variables: { input: { paymentMethodId: `pm_${index}` } },
    })),
  ]
}
