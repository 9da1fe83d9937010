import { tellTaskChat } from '../../chats/tellTaskChat.ts'
import { newId, type PublicId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Caller } from '../../domain/caller.ts'
import { attachFiles, refuseMissingFiles } from '../../files/attachFiles.ts'
import { lockTaskAsAssignee } from '../lockTask.ts'
import { recordTaskChange } from '../recordTaskChange.ts'
import { APPROVAL_WINDOW_MS, refuseUnlessStatusAllows } from '../taskStatus.ts'
import { insertSubmission, setSubmitted } from '../tasks.sql.ts'

/**
 * The assignee submits the work. The poster then has five days to approve it, request changes or open a dispute.
 * Refuses with NotFoundError, ForbiddenError and IllegalTransitionError, in this order.
 */
export async function submitWork(
  tx: Tx,
  {
    taskId,
    caller,
    message = null,
    attachmentIds,
  }: {
    taskId: string
    caller: Caller
    message: string | null | undefined
    attachmentIds: readonly PublicId[]
  },
): Promise<{ taskId: string }> {
  const submissionId = newId()
  const files = { ids: attachmentIds, uploaderId: caller.id, to: { submissionId } }
  await refuseMissingFiles(tx, files)
  const task = await lockTaskAsAssignee(tx, { taskId, caller })
  refuseUnlessStatusAllows(task.status, 'submitWork')
  const at = task.now
  await insertSubmission(tx, { id: submissionId, taskId, message, submittedAt: at })
  await attachFiles(tx, files)
  await setSubmitted(tx, { taskId, at, autoApproveAt: new Date(at.getTime() + APPROVAL_WINDOW_MS) })
  await recordTaskChange(tx, { type: 'task.submitted', task, after: 'SUBMITTED', at, actorId: caller.id })
  await tellTaskChat(tx, {
    taskId,
    taskerId: caller.id,
    body: 'The tasker submitted the work. The poster has 5 days to approve it or request changes.',
    at,
  })
  return { taskId }
}
