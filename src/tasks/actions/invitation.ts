import { ValidationError } from '../../domain/errors.ts'
import type { TaskRow } from '../tasks.sql.ts'

const PATH = ['input', 'inviteeId']

/** Refuses with ValidationError an invitee that the mode does not allow, a missing invitee, and the poster as invitee. */
export function refuseWrongInvitation({
  acceptanceMode,
  inviteeId,
  posterId,
}: Pick<TaskRow, 'acceptanceMode' | 'inviteeId' | 'posterId'>): void {
  const message = faultOf({ acceptanceMode, inviteeId, posterId })
  if (message) throw new ValidationError([{ path: PATH, message }])
}

function faultOf({ acceptanceMode, inviteeId, posterId }: Pick<TaskRow, 'acceptanceMode' | 'inviteeId' | 'posterId'>) {
  if (inviteeId === posterId) return 'You cannot invite yourself. Choose another person.'
  return faultOfInvitee({ acceptanceMode, isInvited: inviteeId !== null })
}

/** Returns the error message for an invitee, or a missing one, in this mode; undefined if it is valid. */
export function faultOfInvitee({
  acceptanceMode,
  isInvited,
}: Pick<TaskRow, 'acceptanceMode'> & { isInvited: boolean }): string | undefined {
  if (acceptanceMode === 'INVITE_ONLY')
    return isInvited ? undefined : 'An INVITE_ONLY task needs an invitee. Send inviteeId.'
  return isInvited ? 'Only an INVITE_ONLY task has an invitee. Omit inviteeId, or choose INVITE_ONLY.' : undefined
}
