/** The saved payment methods of the viewer. */
import type { Caller } from '../../domain/caller.ts'
import { NotFoundError, ProviderUnavailableError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { builder } from '../../graphql/builder.ts'
import { mutationOutsideTransaction, result } from '../../graphql/mutation.ts'
import type { SavedPaymentMethod } from '../../payments/port/paymentMethods.ts'
import { ViewerType } from '../accounts.graphql.ts'
import { removePaymentMethodSchema } from '../inputSchemas.ts'
import { findCustomer } from './customerOf.ts'
import { removePaymentMethod } from './removePaymentMethod.ts'

const PaymentMethodType = builder.objectRef<SavedPaymentMethod>('PaymentMethod').implement({
  description: 'A payment method that the viewer has saved at the payment provider.',
  fields: (t) => ({
    id: t.exposeString('id', { description: "The provider's id, for `fundTask` and `removePaymentMethod`." }),
    kind: t.exposeString('kind', { description: "The provider's word for its kind, such as `card`." }),
    brand: t.exposeString('brand', { nullable: true, description: 'The brand of a card, such as `visa`.' }),
    lastDigits: t.exposeString('lastDigits', { nullable: true, description: 'Its last digits.' }),
    expiryYear: t.int({
      nullable: true,
      description: 'The year in which a card expires.',
      resolve: ({ expires }) => expires?.year ?? null,
    }),
    expiryMonth: t.int({
      nullable: true,
      description: 'The month in which a card expires, 1 to 12.',
      resolve: ({ expires }) => expires?.month ?? null,
    }),
  }),
})

builder.objectField(ViewerType, 'paymentMethods', (t) =>
  t.field({
    type: [PaymentMethodType],
    nullable: true,
    description:
      'The payment methods that they agreed to save, newest first, at most 100. Read at the payment provider: null if it does not answer.',
    resolve: async ({ id }, _args, { database, services: { payments } }) => {
      const customerReference = await findCustomer({ database, payments }, id)
      if (customerReference === null) return []
      const found = await payments.paymentMethods.list(customerReference)
      return found.kind === 'known' ? found.paymentMethods : null
    },
  }),
)

const RemovePaymentMethodPayload = builder.objectRef<{ caller: Caller }>('RemovePaymentMethodPayload').implement({
  description: 'The payment method was removed.',
  fields: (t) => ({
    viewer: t.field({ type: ViewerType, description: 'The viewer.', resolve: ({ caller }) => caller }),
  }),
})

mutationOutsideTransaction('removePaymentMethod', {
  description: 'Removes a saved payment method of the viewer at the payment provider. Payments made with it stay.',
  input: builder.inputType('RemovePaymentMethodInput', {
    description: 'A saved payment method.',
    fields: (t) => ({
      paymentMethodId: t.string({ required: true, description: 'The `PaymentMethod.id`.' }),
    }),
  }),
  result: result('RemovePaymentMethodResult', RemovePaymentMethodPayload, [
    UnauthenticatedError,
    ValidationError,
    NotFoundError,
    ProviderUnavailableError,
  ]),
  inputSchema: removePaymentMethodSchema,
  rule: async ({ paymentMethodId }, { database, services: { payments }, caller }) => {
    await removePaymentMethod({ database, payments }, { callerId: caller.id, paymentMethodId })
    return { caller }
  },
})
