/** Reviews of the tasks that the money play has completed. */
import { ReviewTaskDocument, TaskReviewsDocument, UserReviewsDocument } from '../../../schema/sdk/index.ts'
import { inTurn, type Play, type Stage, step } from './steps.ts'
import type { Story } from './tasks.ts'

/** Both sides review each story: the second review publishes both. Then their readers come. */
export function reviewsPlay({ requests }: Stage, stories: readonly Story[]): Play {
  const of = (index: number) => inTurn(stories, index)
  const review = (side: 'poster' | 'tasker', variant: string) =>
    step(
      ReviewTaskDocument,
      requests,
      (index) => ({
        by: of(index)[side],
        variables: { input: { taskId: of(index).taskId, rating: 1 + (index % 5), comment: 'As agreed.' } },
      }),
      variant,
    )
  return [
    review('poster', 'blind'),
    review('tasker', 'published'),
    step(TaskReviewsDocument, requests, (index) => ({ by: of(index).poster, variables: { id: of(index).taskId } })),
    step(UserReviewsDocument, requests, (index) => ({ variables: { id: of(index).tasker.id, first: 20 } })),
  ]
}
