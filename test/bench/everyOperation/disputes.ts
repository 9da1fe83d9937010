/** Disputes: half of them are withdrawn, the others resolved. */
import {
  AcceptTaskDocument,
  AddEvidenceDocument,
  CreateTaskDocument,
  DisputeDocument,
  DisputeHealthDocument,
  FundTaskDocument,
  OpenDisputeDocument,
  orThrow,
  ResolveDisputeDocument,
  WithdrawDisputeDocument,
} from '../../../schema/sdk/index.ts'
import { inTurn, type Play, type Stage, step } from './steps.ts'

const BUDGET = { amount: '35.00', currencyCode: 'EUR' }
const VARIANT = 'for a dispute'

/** The taskers open the disputes, each with a support chat of their own. */
export function disputesPlay({ requests, posters, taskers, finance }: Stage): Play {
  const half = Math.floor(requests / 2)
  const taskIds: string[] = []
  const disputeIds: string[] = []
  const [poster, tasker] = [(index: number) => inTurn(posters, index), (index: number) => inTurn(taskers, index)]
  const taskId = (index: number) => inTurn(taskIds, index)
  const disputeId = (index: number) => inTurn(disputeIds, index)
  return [
    step(
      CreateTaskDocument,
      requests,
      (index) => ({
        by: poster(index),
        variables: {
          input: {
            title: `Disputed ${index}`,
            description: 'Four windows.',
            budget: BUDGET,
            acceptanceMode: 'FIRST_COME' as const,
            publish: true,
          },
        },
        keep: ({ createTask }) => {
          taskIds[index] = orThrow(createTask).task.id
        },
      }),
      VARIANT,
    ),
    step(
      AcceptTaskDocument,
      requests,
      (index) => ({ by: tasker(index), variables: { input: { taskId: taskId(index) } } }),
      VARIANT,
    ),
    step(
      FundTaskDocument,
      requests,
      (index) => ({
        by: poster(index),
        variables: {
          input: { idempotencyKey: `fund disputed ${index}`, taskId: taskId(index), paymentMethodId: 'pm_ok' },
        },
      }),
      VARIANT,
    ),
    step(OpenDisputeDocument, requests, (index) => ({
      by: tasker(index),
      variables: { input: { taskId: taskId(index), reason: 'There are five windows, not four.' } },
      keep: ({ openDispute }) => {
        disputeIds[index] = orThrow(openDispute).dispute.id
      },
    })),
    step(AddEvidenceDocument, requests, (index) => ({
      by: poster(index),
      variables: { input: { disputeId: disputeId(index), statement: 'One of them is a door.' } },
    })),
    step(DisputeDocument, requests, (index) => ({ by: poster(index), variables: { id: disputeId(index) } })),
    step(DisputeHealthDocument, requests, () => ({ by: finance, variables: {} })),
    step(WithdrawDisputeDocument, half, (index) => ({
      by: tasker(index),
      variables: { input: { disputeId: disputeId(index), statement: 'We agreed.' } },
    })),
    step(ResolveDisputeDocument, half, (index) => ({
      by: finance,
      variables: {
        input: {
          idempotencyKey: `resolve ${index}`,
          disputeId: disputeId(half + index),
          toTasker: { amount: '20.00', currencyCode: 'EUR' },
          note: 'Four of five are done.',
        },
      },
    })),
  ]
}
