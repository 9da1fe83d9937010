/**
 * Sends one request to an endpoint of a person, which is not trusted: only to allowed addresses, checked at the addresses that the name
 * has at this moment and at the one that is connected; without redirects; within a time; and reading little of the answer.
 */
import { type ClientRequest, type IncomingMessage, request as requestWithoutTls } from 'node:http'
import { request as requestWithTls } from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'
import type { WebhookSettings } from '../jobs/webhookSettings.ts'
import { literalAddressOf, mayConnect } from './addresses.ts'

const ANSWER_BYTES_MAX = 65_536

/** The reasons for which an attempt fails, as in `WebhookAttempt.error`. */
export const ATTEMPT_ERRORS = {
  ADDRESS_NOT_ALLOWED: 'The host has no address that webhooks may be sent to.',
  NAME_NOT_FOUND: 'The host has no address.',
  CONNECTION_FAILED: 'The connection was refused or lost.',
  TLS_FAILED: 'The certificate is not valid for the host, or the TLS handshake failed.',
  TIMEOUT: 'There was no complete answer in time.',
  REDIRECTED: 'The answer is a redirect, which is never followed.',
  UNSUCCESSFUL_STATUS: 'The status of the answer is not from 200 to 299.',
  NOT_VISIBLE: 'The owner may no longer see the event, so it was not sent.',
  SECRET_LOST: 'The secret was encrypted with another AUTH_SECRET: rotate it.',
} as const

export type AttemptError = keyof typeof ATTEMPT_ERRORS

export interface RequestOutcome {
  statusCode: number | null
  error: AttemptError | null
}

interface Sending {
  url: URL
  headers: Readonly<Record<string, string>>
  body: string
  /** Ends the request, because the process stops: rejects with its reason. */
  signal: AbortSignal
}

class Refusal extends Error {
  readonly kind: AttemptError
  constructor(kind: AttemptError) {
    super(ATTEMPT_ERRORS[kind])
    this.kind = kind
  }
}

/** Sends a POST. A failure is a value; rejects only if the signal ends the request. */
export async function sendRequest(settings: WebhookSettings, sending: Sending): Promise<RequestOutcome> {
  const { url, signal } = sending
  const { allowedAddresses: allowed } = settings
  const isAllowed = (address: string | undefined) =>
    address !== undefined && mayConnect(address, { protocol: url.protocol, allowed })
  const literal = literalAddressOf(url.hostname)
  // A connection to an address looks up nothing.
  if (literal !== undefined && !isAllowed(literal)) return { statusCode: null, error: 'ADDRESS_NOT_ALLOWED' }
  signal.throwIfAborted()
  const outcome = await exchange(settings, sending, isAllowed)
  signal.throwIfAborted()
  return outcome
}

type IsAllowed = (address: string | undefined) => boolean

function exchange(settings: WebhookSettings, sending: Sending, isAllowed: IsAllowed): Promise<RequestOutcome> {
  const { url, headers, body, signal } = sending
  return new Promise((resolve) => {
    let phase: 'connecting' | 'securing' | 'open' = 'connecting'
    let statusCode: number | null = null
    const send = url.protocol === 'https:' ? requestWithTls : requestWithoutTls
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A connection of its own, which no other endpoint shares and nothing keeps open.
      agent: false,
      lookup: guardedLookup(settings, isAllowed),
    })
    const end = (error: AttemptError | null) => {
      clearTimeout(timeout)
      signal.removeEventListener('abort', stop)
      request.destroy()
      resolve({ statusCode, error })
    }
    const stop = () => end('CONNECTION_FAILED')
    const timeout = setTimeout(() => end(statusCode === null ? 'TIMEOUT' : errorOf(statusCode)), settings.timeoutMs)
    signal.addEventListener('abort', stop)
    request.on('socket', (socket) => {
      socket.once('connect', () => {
        phase = url.protocol === 'https:' ? 'securing' : 'open'
        if (!isAllowed(socket.remoteAddress)) request.destroy(new Refusal('ADDRESS_NOT_ALLOWED'))
      })
      socket.once('secureConnect', () => {
        phase = 'open'
      })
    })
    request.on('error', (error) => {
      if (statusCode !== null) return end(errorOf(statusCode))
      if (error instanceof Refusal) return end(error.kind)
      end(phase === 'securing' ? 'TLS_FAILED' : 'CONNECTION_FAILED')
    })
    request.on('response', (response) => {
      statusCode = response.statusCode ?? 0
      drain(request, response, () => end(errorOf(statusCode ?? 0)))
    })
    request.end(body)
  })
}

function errorOf(statusCode: number): AttemptError | null {
  if (statusCode >= 200 && statusCode <= 299) return null
  return statusCode >= 300 && statusCode <= 399 ? 'REDIRECTED' : 'UNSUCCESSFUL_STATUS'
}

/** Reads the answer to its end, but not more than the maximum: the status alone counts. */
function drain(request: ClientRequest, response: IncomingMessage, onEnd: () => void): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) request.destroy()
  })
  response.on('error', () => {})
  response.on('close', onEnd)
}

/** Looks up a name, and returns only addresses that may be connected to. */
const guardedLookup =
  ({ lookup }: WebhookSettings, isAllowed: IsAllowed): LookupFunction =>
  (host, options, callback) => {
    const answer = (addresses: readonly string[]) => {
      const usable = addresses.filter(isAllowed).map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
      const [first] = usable
      if (!first) return callback(new Refusal(addresses.length > 0 ? 'ADDRESS_NOT_ALLOWED' : 'NAME_NOT_FOUND'), '')
      if (options.all) callback(null, usable)
      else callback(null, first.address, first.family)
    }
    lookup(host).then(answer, () => callback(new Refusal('NAME_NOT_FOUND'), ''))
  }
