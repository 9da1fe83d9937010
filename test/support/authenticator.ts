/** An authenticator in software: makes the answers of `navigator.credentials` to options of the server. */
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

const FLAG_PRESENT = 0x01
const FLAG_VERIFIED = 0x04
const FLAG_ATTESTED = 0x40

interface Options {
  challenge: string
  rp?: { id: string }
  rpId?: string
}

export interface Conditions {
  origin?: string
  /** The authenticator recognizes its person. */
  isVerified?: boolean
  /** Counts every signature. Without, it always sends 0. */
  counter?: number
  userHandle?: string
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()
const base64url = (data: Uint8Array): string => Buffer.from(data).toString('base64url')

/** Creates an authenticator with one passkey. */
export function makeAuthenticator(defaults: { origin: string }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credentialId = randomBytes(32)

  const clientData = (type: string, challenge: string, origin = defaults.origin) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

  function authenticatorData(rpId: string, { isVerified = true, counter = 0 }: Conditions, attested?: Buffer): Buffer {
    const flags = FLAG_PRESENT | (isVerified ? FLAG_VERIFIED : 0) | (attested ? FLAG_ATTESTED : 0)
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(rpId), head, attested ?? Buffer.alloc(0)])
  }

  function attestedCredential(): Buffer {
    const key = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(credentialId.length)
    return Buffer.concat([Buffer.alloc(16), length, credentialId, isoCBOR.encode(key)])
  }

  return {
    /** Answers `navigator.credentials.create`. */
    register(options: string, conditions: Conditions = {}): string {
      const { challenge, rp } = JSON.parse(options) as Options
      const attestationObject = isoCBOR.encode(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', new Uint8Array(authenticatorData(rp?.id ?? '', conditions, attestedCredential()))],
        ]) as never,
      )
      return JSON.stringify({
        id: base64url(credentialId),
        rawId: base64url(credentialId),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge, conditions.origin)),
          attestationObject: base64url(attestationObject),
          transports: ['internal'],
        },
      })
    },
    /** Answers `navigator.credentials.get`. */
    sign(options: string, conditions: Conditions = {}): string {
      const { challenge, rpId } = JSON.parse(options) as Options
      const data = authenticatorData(rpId ?? '', conditions)
      const client = clientData('webauthn.get', challenge, conditions.origin)
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(privateKey)
      return JSON.stringify({
        id: base64url(credentialId),
        rawId: base64url(credentialId),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          ...(conditions.userHandle !== undefined && { userHandle: conditions.userHandle }),
        },
      })
    },
  }
}
