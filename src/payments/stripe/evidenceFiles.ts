/**
 * Uploads files of evidence. Not by Stripe's client, which holds a whole file in memory: the form is written piece by piece, with a
 * known length, as fast as the connection takes it (https://docs.stripe.com/file-upload).
 */
import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import { z } from 'zod'
import type { EvidenceFile } from '../port/chargebacks.ts'
import { STRIPE_API_VERSION, type StripeConnection } from './stripeClient.ts'

// A file has at most 4.5 MB. The port has given up long before.
const UPLOAD_MS_MAX = 60_000
const FILES_URL = 'https://files.stripe.com/v1/files'

const answerSchema = z.union([
  z.object({ id: z.string() }),
  z.object({ error: z.object({ type: z.string(), code: z.string().optional(), message: z.string().optional() }) }),
])

/** Uploads one file, and returns Stripe's id of it. Throws an error of Stripe, as its client would. */
export async function uploadEvidence(
  connection: StripeConnection,
  file: EvidenceFile,
  idempotencyKey: string,
): Promise<string> {
  const boundary = randomUUID()
  const head = Buffer.from(
    [
      `--${boundary}`,
      'Content-Disposition: form-data; name="purpose"',
      '',
      'dispute_evidence',
      `--${boundary}`,
      `Content-Disposition: form-data; name="file"; filename="${file.name.replace(/[^\w. -]/g, '_')}"`,
      `Content-Type: ${file.contentType}`,
      '',
      '',
    ].join('\r\n'),
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const { secretKey, endpoint } = connection
  const url = endpoint ? `http://${endpoint.host}:${endpoint.port}/v1/files` : FILES_URL
  const request = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secretKey}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + Number(file.byteSize) + tail.length),
      'idempotency-key': idempotencyKey,
      'stripe-version': STRIPE_API_VERSION,
    },
    body: streamOf(partsOf(head, file, tail)),
    duplex: 'half',
    signal: AbortSignal.timeout(UPLOAD_MS_MAX),
    redirect: 'error' as const,
  }
  const response = await fetch(url, request)
  return idIn(response, await response.text())
}

async function* partsOf(head: Buffer, file: EvidenceFile, tail: Buffer): AsyncGenerator<Uint8Array> {
  yield head
  let byteSize = 0n
  for await (const chunk of await file.open()) {
    byteSize += BigInt(chunk.byteLength)
    // The form would end in the middle of the file.
    if (byteSize > BigInt(file.byteSize)) break
    yield chunk
  }
  if (byteSize !== BigInt(file.byteSize)) throw new Error('The file does not have its recorded size.')
  yield tail
}

function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
}

function idIn({ status: statusCode, headers }: Response, body: string): string {
  const answer = answerSchema.safeParse(parsed(body))
  const requestId = headers.get('request-id')
  const seen = { statusCode, headers: {}, ...(requestId !== null && { requestId }) }
  if (!answer.success)
    throw new Stripe.errors.StripeAPIError({ ...seen, message: 'Stripe answered no JSON.', type: 'api_error' })
  if ('id' in answer.data) return answer.data.id
  const { code, message } = answer.data.error
  const raw = { ...seen, type: 'invalid_request_error' as const, ...(code && { code }), ...(message && { message }) }
  throw new Stripe.errors.StripeInvalidRequestError(raw)
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
