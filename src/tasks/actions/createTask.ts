import { readClock } from '../../db/clock.ts'
import { newId, type PublicId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { attachFiles, refuseMissingFiles } from '../../files/attachFiles.ts'
import { refuseUnfitDeadline } from '../errors.ts'
import { insertTask, type TaskContent } from '../tasks.sql.ts'
import { refuseWrongInvitation } from './invitation.ts'
import { refuseUnknownReferences } from './refuseUnknownReferences.ts'

/**
 * Makes a draft, or at once an open task: one commit, hence one version, in which it was created and then published.
 * Refuses a category, invitee or attachment that there is not with NotFoundError, then the poster as their own invitee and a
 * deadline that our clock has passed, or more than ten years ahead, with ValidationError.
 */
export async function createTask(
  tx: Tx,
  {
    posterId,
    content,
    attachmentIds,
    publish,
  }: {
    posterId: string
    content: TaskContent
    attachmentIds: readonly PublicId[]
    publish: boolean
  },
): Promise<{ taskId: string }> {
  await refuseUnknownReferences(tx, content)
  const taskId = newId()
  const files = { ids: attachmentIds, ownerId: posterId, to: { taskId } }
  await refuseMissingFiles(tx, files)
  refuseWrongInvitation({ ...content, posterId })
  const at = await readClock(tx)
  refuseUnfitDeadline(content.deadline, at, ['input', 'deadline'])
  const status = publish ? 'OPEN' : 'DRAFT'
  await insertTask(tx, { ...content, id: taskId, status, posterId, createdAt: at, publishedAt: publish ? at : null })
  await attachFiles(tx, files)
  const event = { taskId, taskVersion: 1, at, actorId: posterId }
  await recordTaskEvent(tx, { ...event, type: 'task.created', after: 'DRAFT', recipientIds: [posterId] })
  if (publish) {
    const published = { type: 'task.published', before: 'DRAFT', after: 'OPEN' } as const
    await recordTaskEvent(tx, { ...event, ...published, recipientIds: [posterId, content.inviteeId] })
  }
  return { taskId }
}
