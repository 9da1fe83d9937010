/** Sends one HTTP request, without retries. */

import { NoAnswerError } from './failures.ts'
import { type GraphqlResponse, parseResponse } from './graphqlResponse.ts'
import { detachFiles, multipartBody } from './multipart.ts'
import { noAnswerFrom } from './noAnswer.ts'
import { hashOf, isUnknownDocument, persistedQuery } from './persisted.ts'
import { sendByBrowser } from './sendByBrowser.ts'

// The server takes 30 s at most. For an upload, the time-out restarts with each progress.
const RESPONSE_TIMEOUT_MS = 40_000
const ACCEPT = 'application/graphql-response+json'

/** The progress of an upload. */
export interface Progress {
  sentBytes: number
  /** Absent if the length of a file is unknown. */
  totalBytes?: number
}

export interface OperationRequest {
  url: string
  token: string | undefined
  text: string
  variables: unknown
  /** Sends the hash of the document instead of its text where the server knows it. Uploads always send the text. */
  persisted?: boolean
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** Sends a request, and returns every response. Throws NoAnswerError if none arrived, or the signal's reason if it is aborted. */
export async function sendRequest(request: OperationRequest): Promise<GraphqlResponse> {
  const { variables, files } = detachFiles(request.variables)
  const operations = JSON.stringify({ query: request.text, variables })
  const deadline = startDeadline(request.signal)
  try {
    if (files.length === 0) return await sendByHashOrText(request, operations, deadline.signal)
    const onProgress = (progress: Progress) => {
      deadline.extend()
      request.onProgress?.(progress)
    }
    const upload = { ...request, headers: headersFor(request), operations, files, onProgress, signal: deadline.signal }
    return 'XMLHttpRequest' in globalThis ? await sendByBrowser(upload) : await sendMultipart(upload)
  } catch (error) {
    request.signal?.throwIfAborted()
    throw error instanceof NoAnswerError ? error : noAnswerFrom(request.url, error)
  } finally {
    deadline.end()
  }
}

/**
 * Opens a subscription. The response is a stream of events, or a refusal. Throws NoAnswerError if none arrived, or the signal's
 * reason if it is aborted.
 */
export async function openStream(request: OperationRequest, signal: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ query: request.text, variables: request.variables })
  try {
    return await postJson(request, body, { accept: 'text/event-stream', signal })
  } catch (error) {
    signal.throwIfAborted()
    throw noAnswerFrom(request.url, error)
  }
}

async function sendByHashOrText(request: OperationRequest, operations: string, signal: AbortSignal) {
  const { text, variables, persisted } = request
  const hash = persisted ? await hashOf(text) : undefined
  if (hash === undefined) return sendJson(request, operations, signal)
  const extensions = persistedQuery(hash)
  const response = await sendJson(request, JSON.stringify({ variables, extensions }), signal)
  if (!isUnknownDocument(response)) return response
  return sendJson(request, JSON.stringify({ query: text, variables, extensions }), signal)
}

async function sendJson(request: OperationRequest, body: string, signal: AbortSignal): Promise<GraphqlResponse> {
  return readResponse(await postJson(request, body, { accept: ACCEPT, signal }))
}

function postJson(
  request: OperationRequest,
  body: string,
  { accept, signal }: { accept: string; signal: AbortSignal },
) {
  const headers = { ...headersFor(request), accept, 'content-type': 'application/json' }
  return fetch(request.url, { method: 'POST', headers, body, signal })
}

/** Reads a whole response. */
export async function readResponse(response: Response): Promise<GraphqlResponse> {
  return parseResponse(response.status, response.headers.get('retry-after'), await response.text())
}

export interface UploadRequest extends OperationRequest {
  headers: Record<string, string>
  operations: string
  files: ReturnType<typeof detachFiles>['files']
  onProgress: (progress: Progress) => void
  signal: AbortSignal
}

/** Uploads with `fetch` and a stream, which Node.js supports: no file is ever held in memory as a whole. */
async function sendMultipart({
  url,
  headers,
  operations,
  files,
  onProgress,
  signal,
}: UploadRequest): Promise<GraphqlResponse> {
  const { contentType, byteSize, stream } = multipartBody({ operations, files, onProgress })
  const length: Record<string, string> = byteSize === undefined ? {} : { 'content-length': String(byteSize) }
  const init = {
    method: 'POST',
    headers: { ...headers, ...length, 'content-type': contentType },
    body: stream,
    duplex: 'half' as const, // Required by fetch for a stream body.
    signal,
  }
  return readResponse(await fetch(url, init))
}

// The server accepts multipart requests only with a header that needs a CORS preflight.
const headersFor = ({ token }: OperationRequest): Record<string, string> => ({
  accept: ACCEPT,
  'x-errand-csrf': '1',
  ...(token && { authorization: `Bearer ${token}` }),
})

/** Returns a signal that aborts with the caller's signal, or when neither a response nor progress arrives in time. */
function startDeadline(signal: AbortSignal | undefined) {
  const silence = new AbortController()
  const start = () =>
    setTimeout(() => {
      silence.abort(new NoAnswerError(`The server did not respond within ${RESPONSE_TIMEOUT_MS / 1_000} s.`))
    }, RESPONSE_TIMEOUT_MS)
  let timer = start()
  return {
    signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    extend() {
      clearTimeout(timer)
      timer = start()
    },
    end: () => clearTimeout(timer),
  }
}
