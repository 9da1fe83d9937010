import { recordAudit } from '../../audit/audit.ts'
import type { AccessTokenScope } from '../../db/generated/enums.ts'
import { newId } from '../../db/ids.ts'
import type { Tx } from '../../db/transaction.ts'
import { type Caller, hasRole } from '../../domain/caller.ts'
import { ForbiddenError, UnauthenticatedError, ValidationError } from '../../domain/errors.ts'
import { queueMail } from '../../mail/queueMail.ts'
import { lockAccounts } from '../users.sql.ts'
import { countAccessTokens, insertAccessToken } from './accessTokens.sql.ts'
import { hashOfAccessToken, hintOf, makeAccessToken } from './accessTokenText.ts'

// More scripts and servers than anyone has, and few enough to review.
const ACCESS_TOKENS_MAX = 50

interface NewAccessToken {
  caller: Caller
  name: string
  scopes: readonly AccessTokenScope[]
  expiresAt: Date | null
  requestId: string
}

/**
 * Makes a token for scripts and servers of the caller, and mails them that they have it. Refuses, in this order: a scope that their roles do
 * not cover, an expiry in the past, and the 51st token.
 */
export async function createAccessToken(
  tx: Tx,
  { caller, name, scopes, expiresAt, requestId }: NewAccessToken,
): Promise<{ token: string; id: string }> {
  const [account] = await lockAccounts(tx, { userIds: [caller.id] })
  if (!account) throw new UnauthenticatedError()
  if (scopes.includes('ADMIN') && !hasRole(account, 'ADMIN')) {
    throw new ForbiddenError('The scope ADMIN needs the role ADMIN. Leave the scope out.')
  }
  const { now = new Date(), count = 0 } = (await countAccessTokens(tx, { userId: caller.id })) ?? {}
  if (expiresAt && expiresAt <= now) {
    throw new ValidationError([{ path: ['input', 'expiresAt'], message: 'This must be in the future.' }])
  }
  if (count >= ACCESS_TOKENS_MAX) {
    throw new ForbiddenError(`You have ${ACCESS_TOKENS_MAX} access tokens already. Revoke one that you no longer need.`)
  }
  const id = newId()
  const token = makeAccessToken()
  const hint = hintOf(token)
  await insertAccessToken(tx, {
    id,
    userId: caller.id,
    name,
    scopes,
    tokenHash: hashOfAccessToken(token),
    hint,
    createdAt: now,
    expiresAt,
  })
  const { email, displayName, now: at } = account
  const subject = { prefix: 'pat', id } as const
  await recordAudit(tx, { at, actorId: caller.id, action: 'access_token.created', subject, requestId })
  const parameters = { name: displayName, tokenName: name, hint }
  await queueMail(tx, { kind: 'ACCESS_TOKEN_CREATED', person: account, to: email, parameters, at })
  return { token, id }
}
