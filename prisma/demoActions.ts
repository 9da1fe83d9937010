/** Actions on tasks in the demo world, through the rules: one person posts and pays, others apply and work. */
import { createHash } from 'node:crypto'
import { toPublicId } from '../src/db/ids.ts'
import { type Tx, withTransaction } from '../src/db/transaction.ts'
import type { Caller } from '../src/domain/caller.ts'
import { fromDecimal } from '../src/domain/money.ts'
import type { Work } from '../src/jobs/timer.ts'
import { reviewTask } from '../src/reviews/reviewTask.ts'
import { acceptApplication } from '../src/tasks/actions/acceptApplication.ts'
import { acceptTask } from '../src/tasks/actions/acceptTask.ts'
import { approveWork } from '../src/tasks/actions/approveWork.ts'
import { cancelTask } from '../src/tasks/actions/cancelTask.ts'
import { createTask } from '../src/tasks/actions/createTask.ts'
import { submitWork } from '../src/tasks/actions/submitWork.ts'
import { applyToTask } from '../src/tasks/applications/applyToTask.ts'
import type { TaskContent } from '../src/tasks/tasks.sql.ts'
import { fundTask } from '../src/transfers/holds/fundTask.ts'

const DAY_MS = 86_400_000

export const euros = (amount: string): bigint => fromDecimal(amount, 'EUR') ?? 0n

const DEFAULTS: Omit<TaskContent, 'title' | 'description' | 'deadline'> = {
  categoryId: null,
  acceptanceMode: 'POSTER_CHOICE',
  inviteeId: null,
  budgetMinor: euros('40.00'),
  currency: 'EUR',
  locationLabel: null,
  latitude: null,
  longitude: null,
  remote: false,
}

/** Actions on the tasks of one poster. Those that create a row return its id. */
export function demoActions(work: Work, poster: Caller) {
  const { traits } = work.payments
  const inTransaction = <Result>(rule: (tx: Tx) => Promise<Result>) => withTransaction(work.database, rule)
  return {
    async post(content: Partial<TaskContent> & Pick<TaskContent, 'title' | 'description'>, publish = true) {
      const whole = { ...DEFAULTS, deadline: new Date(Date.now() + 30 * DAY_MS), ...content }
      const task = { posterId: poster.id, content: whole, attachmentIds: [], publish, traits }
      return (await inTransaction((tx) => createTask(tx, task))).taskId
    },
    async apply(taskId: string, { id }: Caller, message: string) {
      const application = { taskId, applicantId: id, message, price: undefined, expectedVersion: undefined, traits }
      return (await inTransaction((tx) => applyToTask(tx, application))).applicationId
    },
    async accept(applicationId: string) {
      const acceptance = { applicationId, caller: poster, expectedVersion: undefined, reason: undefined }
      return (await inTransaction((tx) => acceptApplication(tx, acceptance))).chatId
    },
    take: (taskId: string, { id }: Caller) =>
      inTransaction((tx) =>
        acceptTask(tx, { taskId, taskerId: id, expectedPrice: undefined, expectedVersion: undefined }),
      ),
    fund: (taskId: string) =>
      fundTask(work, {
        taskId: toPublicId('tsk', taskId),
        paymentMethodId: 'pm_ok',
        savesPaymentMethod: false,
        expectedVersion: undefined,
        platformCountry: null,
        idempotencyKey: `demo ${taskId}`,
        requestHash: createHash('sha256').update(taskId).digest(),
        caller: poster,
      }),
    submit: (taskId: string, caller: Caller, message: string) =>
      inTransaction((tx) => submitWork(tx, { taskId, caller, message, attachmentIds: [] })),
    async approve(taskId: string) {
      const approval = { taskId, caller: poster, expectedVersion: undefined }
      return (await inTransaction((tx) => approveWork(tx, approval))).transferId
    },
    review: (taskId: string, caller: Caller, rating: number, comment: string) =>
      inTransaction((tx) => reviewTask(tx, { taskId, rating, comment, caller })),
    cancel: (taskId: string, reason: string) =>
      inTransaction((tx) => cancelTask(tx, { taskId, caller: poster, expectedVersion: undefined, reason })),
  }
}
