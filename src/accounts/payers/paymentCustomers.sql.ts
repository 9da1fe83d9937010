import type { Statements } from '../../db/statements.ts'
import type { Tx } from '../../db/transaction.ts'

interface Payer {
  userId: string
  provider: string
}

/** A payer, and their customer at a provider if there is one. */
export const readPayer = (database: Statements, { userId, provider }: Payer) => database.row<{
  email: string
  customerReference: string | null
}>`
  /* readPayer */
  select person.email, customer.customer_reference
  from users person
  left join payment_customers customer on customer.user_id = person.id
    and customer.provider = ${provider}
  where person.id = ${userId}`

// Without a target, because a concurrent insert of the same row may meet the other unique index first, which would be an error.
export const insertCustomer = (
  tx: Tx,
  { userId, provider, customerReference }: Payer & { customerReference: string },
) =>
  tx.run`
  /* insertCustomer */
  insert into payment_customers (user_id, provider, customer_reference, opened_at)
  values (${userId}, ${provider}, ${customerReference}, errand_now())
  on conflict do nothing`
