import type { Database } from '../../db/client.ts'
import { makeChallenge } from './challenges.ts'
import { authenticationOptions } from './passkeys.ts'
import type { RelyingParty } from './relyingParty.ts'
import type { PasskeyChallenge } from './startPasskeyRegistration.ts'

/** Begins a sign-in by passkey. It names no person, so it tells nothing about accounts: the authenticator knows whose passkey it has. */
export async function startPasskeySignIn({
  database,
  relyingParty,
}: {
  database: Database
  relyingParty: RelyingParty
}): Promise<PasskeyChallenge> {
  const challenge = await makeChallenge(database, { purpose: 'PASSKEY_SIGN_IN', userId: null, sessionId: null })
  return { challenge, options: await authenticationOptions(relyingParty, { challenge }) }
}
