/** Signing out ends the session on the server, so that copies of its tokens become invalid. */
import type { Client } from './client.ts'
import { RequestError } from './failures.ts'
import { CurrentSessionDocument, RevokeSessionDocument } from './generated.ts'

/** Ends the session of the client's token. Succeeds if it has ended already. */
export async function endSession(client: Client): Promise<void> {
  try {
    const { viewer } = await client.send(CurrentSessionDocument)
    if (!viewer) return
    const session = viewer.sessions.find(({ current }) => current)
    if (!session) throw new Error('The server does not list the current session.')
    const { revokeSession } = await client.send(RevokeSessionDocument, { id: session.id })
    // UnauthenticatedError and NotFoundError mean that the session has ended already.
    if (revokeSession.__typename === 'ForbiddenError' || revokeSession.__typename === 'ValidationError')
      throw new Error(revokeSession.message)
  } catch (error) {
    if (!hasEnded(error)) throw error
  }
}

const hasEnded = (error: unknown): boolean =>
  error instanceof RequestError && error.problems.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
