/** Signing out: the session ends on the server, so that a copy of its tokens is worthless. */
import type { Client } from './client.ts'
import { RequestError } from './failures.ts'
import { CurrentSessionDocument, RevokeSessionDocument } from './generated.ts'

/** Ends the session that the client's token belongs to; one that has ended already is left alone. */
export async function endSession(client: Client): Promise<void> {
  try {
    const { viewer } = await client.send(CurrentSessionDocument)
    if (!viewer) return
    const session = viewer.sessions.find(({ current }) => current)
    if (!session) throw new Error('The server does not list the session that is to end.')
    const { revokeSession } = await client.send(RevokeSessionDocument, { id: session.id })
    // Nobody is signed in by it, or it is not found: somebody else has ended it meanwhile.
    if (revokeSession.__typename === 'ForbiddenError' || revokeSession.__typename === 'ValidationError')
      throw new Error(revokeSession.message)
  } catch (error) {
    if (!hasEnded(error)) throw error
  }
}

const hasEnded = (error: unknown): boolean =>
  error instanceof RequestError && error.problems.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
