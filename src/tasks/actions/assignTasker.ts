import { openTaskChat } from '../../chats/openTaskChat.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { FeeTerms } from '../../domain/fee.ts'
import type { Money } from '../../domain/money.ts'
import { coverAcceptance } from '../../transfers/holds/coverAcceptance.ts'
import { acceptOneAndCloseOthers, insertApplication } from '../applications.sql.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { FUNDING_WINDOW_MS } from '../taskStatus.ts'
import { type LockedTask, setAssignee } from '../tasks.sql.ts'

/**
 * Assigns a locked open task, which has passed all checks, to a tasker. Accepts their application (a new one if they had none), closes all
 * others, opens the chat, and sets the task to ASSIGNED if a hold covers the price, or else to AWAITING_FUNDS. The task keeps the fee rule.
 */
export async function assignTasker(
  tx: Tx,
  {
    task,
    taskerId,
    price,
    feeRule,
    actorId,
    reason,
  }: {
    task: LockedTask
    taskerId: string
    price: Money
    /** The rule in force, read after the lock on the task. */
    feeRule: FeeTerms
    actorId: string
    reason?: string | undefined
  },
): Promise<{ chatId: string; isFunded: boolean }> {
  const at = task.now
  // The first statements of the three are pipelined in this order.
  const [otherApplicantIds, chatId, isFunded] = await Promise.all([
    acceptApplicationOf(tx, { task, taskerId, price }),
    openTaskChat(tx, { taskId: task.id, posterId: task.posterId, taskerId, at, actorId }),
    coverAcceptance(tx, { task, price, at, actorId }),
  ])
  const status = isFunded ? 'ASSIGNED' : 'AWAITING_FUNDS'
  await setAssignee(tx.deferred, {
    taskId: task.id,
    status,
    assigneeId: taskerId,
    agreedPriceMinor: price.minorUnits,
    feeRuleVersion: feeRule.version,
    fundingDueAt: isFunded ? null : new Date(at.getTime() + FUNDING_WINDOW_MS),
    at,
  })
  const others = [taskerId, task.inviteeId, ...otherApplicantIds]
  await recordTaskChange(tx, { type: 'task.accepted', task, after: status, at, actorId, reason, taskerId, others })
  return { chatId, isFunded }
}

/** Accepts the application of the tasker. Returns the applicants whose applications were closed. */
async function acceptApplicationOf(
  tx: Tx,
  { task, taskerId, price }: { task: LockedTask; taskerId: string; price: Money },
): Promise<string[]> {
  const settled = await acceptOneAndCloseOthers(tx, {
    taskId: task.id,
    applicantId: taskerId,
    priceMinor: price.minorUnits,
    taskVersion: task.version,
    at: task.now,
  })
  if (!settled.some(({ status }) => status === 'ACCEPTED')) {
    await insertApplication(tx.deferred, {
      id: newId(),
      taskId: task.id,
      applicantId: taskerId,
      status: 'ACCEPTED',
      message: null,
      priceMinor: price.minorUnits,
      currency: price.currencyCode,
      taskVersion: task.version,
      createdAt: task.now,
      acceptedAt: task.now,
    })
  }
  return settled.filter(({ status }) => status === 'CLOSED').map(({ applicantId }) => applicantId)
}
