/** The life cycle of a reconciliation. */
import { ReconciliationStatus } from '../db/generated/enums.ts'
import type { LifeCycle } from '../domain/lifeCycle.ts'

/** RUNNING until both books were read to their end, or the provider did not answer. */
export const reconciliationLifeCycle: LifeCycle<ReconciliationStatus> = {
  subject: 'reconciliation',
  states: Object.values(ReconciliationStatus),
  transitions: [
    { name: 'booksAreCompared', from: ['RUNNING'], to: ['DONE'], actors: ['worker'] },
    { name: 'providerIsUnreachable', from: ['RUNNING'], to: ['FAILED'], actors: ['worker'] },
    { name: 'workersAreLost', from: ['RUNNING'], to: ['FAILED'], actors: ['worker'] },
  ],
}
