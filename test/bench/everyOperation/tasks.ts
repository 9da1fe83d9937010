/** Tasks from the draft to requested changes, with applications, withdrawals and cancellations. */
import {
  AcceptApplicationDocument,
  AcceptTaskDocument,
  ApplyToTaskDocument,
  CancelTaskDocument,
  CreateTaskDocument,
  FundTaskDocument,
  MarkReadDocument,
  orThrow,
  PublishTaskDocument,
  RejectApplicationDocument,
  RequestChangesDocument,
  SendMessageDocument,
  SetTypingDocument,
  SubmitWorkDocument,
  UpdateApplicationDocument,
  UpdateTaskDocument,
  WithdrawApplicationDocument,
  WithdrawFromTaskDocument,
} from '../../../schema/sdk/index.ts'
import { inTurn, type Person, type Play, type Stage, type Step, step } from './steps.ts'

/** A task and its state so far. */
export interface Story {
  poster: Person
  tasker: Person
  taskId: string
  applicationIds: string[]
  chatId: string
  holdId: string
}

const BUDGET = { amount: '35.00', currencyCode: 'EUR' }
// The tasker, one who withdraws, and one who is rejected.
const APPLICANTS = 3

/** Brings each story to submitted work. */
export function tasksPlay({ requests, posters, taskers }: Stage, stories: Story[]): Play {
  for (let index = 0; index < requests; index++) {
    const [poster, tasker] = [inTurn(posters, index), inTurn(taskers, index)]
    stories.push({ poster, tasker, taskId: '', applicationIds: [], chatId: '', holdId: '' })
  }
  const of = (index: number) => inTurn(stories, index)
  const applicationOf = (index: number, applicant: number) => inTurn(of(index).applicationIds, applicant)
  const submitWork = step(SubmitWorkDocument, requests, (index) => ({
    by: of(index).tasker,
    variables: { input: { taskId: of(index).taskId, message: 'It is done.' } },
  }))
  return [
    step(CreateTaskDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { title: `Story ${index}`, description: 'Four windows.', budget: BUDGET } },
      keep: ({ createTask }) => {
        of(index).taskId = orThrow(createTask).task.id
      },
    })),
    step(UpdateTaskDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { taskId: of(index).taskId, expectedVersion: 1, description: 'Five windows.' } },
    })),
    step(PublishTaskDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { taskId: of(index).taskId } },
    })),
    ...Array.from({ length: APPLICANTS }, (_, applicant) =>
      step(ApplyToTaskDocument, requests, (index) => ({
        by: inTurn(taskers, index + applicant),
        variables: { input: { taskId: of(index).taskId, message: 'On a weekday.', price: BUDGET } },
        keep: ({ applyToTask }) => {
          of(index).applicationIds[applicant] = orThrow(applyToTask).application.id
        },
      })),
    ),
    step(UpdateApplicationDocument, requests, (index) => ({
      by: inTurn(taskers, index),
      variables: {
        input: { applicationId: applicationOf(index, 0), expectedTaskVersion: 3, message: 'On a Sunday.' },
      },
    })),
    step(WithdrawApplicationDocument, requests, (index) => ({
      by: inTurn(taskers, index + 1),
      variables: { input: { applicationId: applicationOf(index, 1) } },
    })),
    step(RejectApplicationDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { applicationId: applicationOf(index, 2) } },
    })),
    step(AcceptApplicationDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { applicationId: applicationOf(index, 0) } },
      keep: ({ acceptApplication }) => {
        of(index).chatId = orThrow(acceptApplication).chat.id
      },
    })),
    step(FundTaskDocument, requests, (index) => ({
      by: of(index).poster,
      variables: {
        input: { idempotencyKey: `fund ${index}`, taskId: of(index).taskId, paymentMethodId: 'pm_ok' },
      },
      keep: ({ fundTask }) => {
        of(index).holdId = orThrow(fundTask).hold.id
      },
    })),
    step(SendMessageDocument, requests, (index) => ({
      by: of(index).tasker,
      variables: { input: { chatId: of(index).chatId, body: 'Tomorrow at nine?' } },
    })),
    step(MarkReadDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { chatId: of(index).chatId, upToSequence: 1 } },
    })),
    step(SetTypingDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { chatId: of(index).chatId, typing: true } },
    })),
    submitWork,
    step(RequestChangesDocument, requests, (index) => ({
      by: of(index).poster,
      variables: { input: { taskId: of(index).taskId, reason: 'The corners once more, please.' } },
    })),
    submitWork,
  ]
}

/** First come, first served; then the tasker withdraws, and the poster cancels. */
export function firstComePlay({ requests, posters, taskers }: Stage): readonly Step[] {
  const taskIds: string[] = []
  const variables = (index: number) => ({ input: { taskId: inTurn(taskIds, index) } })
  const [poster, tasker] = [(index: number) => inTurn(posters, index), (index: number) => inTurn(taskers, index)]
  return [
    step(CreateTaskDocument, requests, (index) => ({
      by: poster(index),
      variables: {
        input: {
          title: `First come ${index}`,
          description: 'Whoever is first.',
          budget: BUDGET,
          acceptanceMode: 'FIRST_COME' as const,
          publish: true,
        },
      },
      keep: ({ createTask }) => {
        taskIds[index] = orThrow(createTask).task.id
      },
    })),
    step(AcceptTaskDocument, requests, (index) => ({ by: tasker(index), variables: variables(index) })),
    step(WithdrawFromTaskDocument, requests, (index) => ({ by: tasker(index), variables: variables(index) })),
    step(CancelTaskDocument, requests, (index) => ({ by: poster(index), variables: variables(index) })),
  ]
}
