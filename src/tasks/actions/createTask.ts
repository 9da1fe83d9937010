import { readClock } from '../../db/clock.ts'
import { newId, type PublicId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { recordTaskEvent } from '../../events/recordEvent.ts'
import { feeRuleInForce } from '../../fees/feeRules.ts'
import { refuseLowPrice } from '../../fees/refuseLowPrice.ts'
import { attachFiles, refuseMissingFiles } from '../../files/attachFiles.ts'
import { refuseUnpayablePrice } from '../../payments/port/payable.ts'
import type { ProviderTraits } from '../../payments/port/traits.ts'
import { budgetOf, refuseUnfitDeadline } from '../errors.ts'
import { insertTask, type TaskContent } from '../tasks.sql.ts'
import { refuseWrongInvitation } from './invitation.ts'
import { refuseUnknownReferences } from './refuseUnknownReferences.ts'

/**
 * Creates a draft or an open task. An open one has two events, created and published, but one version, because it is one commit.
 * Refuses with NotFoundError for an unknown category, invitee or attachment; then with ValidationError for the poster as invitee, for
 * a budget below the minimum price or not payable, and for a deadline in the past or more than ten years ahead.
 */
export async function createTask(
  tx: Tx,
  {
    posterId,
    content,
    attachmentIds,
    publish,
    traits,
  }: {
    posterId: string
    content: TaskContent
    attachmentIds: readonly PublicId[]
    publish: boolean
    /** The limits of the payment provider. */
    traits: ProviderTraits
  },
): Promise<{ taskId: string }> {
  await refuseUnknownReferences(tx, content)
  const taskId = newId()
  const files = { ids: attachmentIds, uploaderId: posterId, to: { taskId } }
  await refuseMissingFiles(tx, files)
  refuseWrongInvitation({ ...content, posterId })
  const [at, feeRule] = await Promise.all([readClock(tx), feeRuleInForce(tx)])
  refuseLowPrice(budgetOf(content), feeRule, ['input', 'budget', 'amount'])
  refuseUnpayablePrice({ traits, terms: feeRule }, budgetOf(content), ['input', 'budget'])
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
