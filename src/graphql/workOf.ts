import type { Work } from '../jobs/timer.ts'
import type { Context } from './context.ts'

/** The parts of the server that a rule outside of a transaction works with. */
export const workOf = ({ database, services: { payments, mails, webhooks, readAs }, log }: Context): Work => ({
  database,
  payments,
  mails,
  webhooks,
  readAs,
  log,
})
