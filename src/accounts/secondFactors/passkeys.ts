/** Passkeys (WebAuthn level 3) by @simplewebauthn/server. Every text of a browser is untrusted: what cannot be parsed is wrong. */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { RelyingParty } from './relyingParty.ts'
import type { FactorContent, FactorRow } from './secondFactors.sql.ts'

/** The name of the relying party that authenticators show. */
export const SERVICE_NAME = 'Errand'

/** The time that a browser waits for the person, in its own dialog. */
const DIALOG_MS = 300_000

/** A signature of a passkey that was checked. */
export interface CheckedSignature {
  signCount: number
  /** The authenticator has recognized its person, for example by a fingerprint or a PIN. */
  isUserVerified: boolean
}

/** Options for `navigator.credentials.create`, as JSON. */
export async function registrationOptions(
  { id }: RelyingParty,
  person: { userId: string; email: string; displayName: string; challenge: string; passkeys: readonly FactorRow[] },
): Promise<string> {
  const options = await generateRegistrationOptions({
    rpName: SERVICE_NAME,
    rpID: id,
    userID: handleOf(person.userId),
    userName: person.email,
    userDisplayName: person.displayName,
    challenge: bytesOf(person.challenge),
    timeout: DIALOG_MS,
    attestationType: 'none',
    excludeCredentials: descriptorsOf(person.passkeys),
    // Discoverable where possible, so that its person can sign in without a name.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  return JSON.stringify(options)
}

/** Options for `navigator.credentials.get`, as JSON. Without `passkeys` the person chooses one, and the authenticator recognizes them. */
export async function authenticationOptions(
  { id }: RelyingParty,
  { challenge, passkeys }: { challenge: string; passkeys?: readonly FactorRow[] },
): Promise<string> {
  const options = await generateAuthenticationOptions({
    rpID: id,
    challenge: bytesOf(challenge),
    timeout: DIALOG_MS,
    userVerification: passkeys ? 'preferred' : 'required',
    ...(passkeys && { allowCredentials: descriptorsOf(passkeys) }),
  })
  return JSON.stringify(options)
}

/** Checks the answer of `navigator.credentials.create`. Returns the new passkey; undefined if the answer is wrong. */
export async function checkRegistration(
  { id, origins }: RelyingParty,
  { challenge, response }: { challenge: string; response: string },
): Promise<FactorContent | undefined> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: JSON.parse(response) as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origins,
      expectedRPID: id,
      requireUserVerification: false,
    })
    if (!verified) return undefined
    const { id: credentialId, publicKey, counter, transports = [] } = registrationInfo.credential
    return {
      kind: 'PASSKEY',
      sealedSecret: null,
      lastStep: null,
      credentialId: Buffer.from(credentialId, 'base64url'),
      publicKey: Buffer.from(publicKey),
      signCount: BigInt(counter),
      transports: transports.filter((transport) => /^[a-z-]{1,20}$/.test(transport)).slice(0, 10),
    }
  } catch {
    return undefined
  }
}

/** Returns the id of the credential that an answer names; undefined if it names none. */
export function credentialIdIn(response: string): Buffer | undefined {
  try {
    const { id } = JSON.parse(response) as { id?: unknown }
    return typeof id === 'string' ? Buffer.from(id, 'base64url') : undefined
  } catch {
    return undefined
  }
}

/** Checks the answer of `navigator.credentials.get` against a passkey. Undefined if it is wrong. */
export async function checkSignature(
  { id, origins }: RelyingParty,
  { challenge, response, passkey }: { challenge: string; response: string; passkey: FactorRow },
): Promise<CheckedSignature | undefined> {
  const { userId, credentialId, publicKey, signCount, transports } = passkey
  if (!credentialId || !publicKey) return undefined
  try {
    const parsed = JSON.parse(response) as AuthenticationResponseJSON
    const { userHandle } = parsed.response
    if (userHandle && !Buffer.from(userHandle, 'base64url').equals(handleOf(userId))) return undefined
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: parsed,
      expectedChallenge: challenge,
      expectedOrigin: origins,
      expectedRPID: id,
      requireUserVerification: false,
      credential: {
        id: credentialId.toString('base64url'),
        publicKey: new Uint8Array(publicKey),
        counter: Number(signCount),
        transports,
      },
    })
    if (!verified) return undefined
    return { signCount: authenticationInfo.newCounter, isUserVerified: authenticationInfo.userVerified }
  } catch {
    return undefined
  }
}

const descriptorsOf = (passkeys: readonly FactorRow[]) =>
  passkeys.flatMap(({ credentialId, transports }) =>
    credentialId ? [{ id: credentialId.toString('base64url'), transports }] : [],
  )

/** The user handle of a person: their UUID, which tells an authenticator nothing about them. */
const handleOf = (userId: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(userId.replaceAll('-', ''), 'hex'))

const bytesOf = (challenge: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(challenge, 'base64url'))
