import { callerOfLink } from '../../../accounts/sessions/callerOfSession.ts'
import type { Statements } from '../../../db/statements.ts'
import { seesAllMoney } from '../../../visibility/moneyVisibility.ts'
import type { StatementLink } from './statementLinks.ts'
import { PLATFORM_ID, type StatementSpan } from './statementSpan.ts'

export interface OpenedStatement {
  span: StatementSpan
  viewerId: string
}

/** Returns the statement of a link if the viewer of the link is still signed in and may see it now; else undefined. */
export async function openStatement(
  { database, staffNeedsSecondFactor }: { database: Statements; staffNeedsSecondFactor: boolean },
  { whose, currency, from, to, sessionId }: StatementLink,
): Promise<OpenedStatement | undefined> {
  const viewer = await callerOfLink(database, { sessionId, staffNeedsSecondFactor })
  if (!viewer || (whose === 'platform' && !seesAllMoney(viewer))) return undefined
  const ownerId = whose === 'platform' ? PLATFORM_ID : viewer.id
  return { span: { ownerId, currency, from, to }, viewerId: viewer.id }
}
