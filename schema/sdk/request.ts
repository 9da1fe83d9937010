/** One request over HTTP, and its answer. Nothing is tried again here. */
import { type Answer, readAnswer } from './answer.ts'
import { NoAnswerError } from './failures.ts'
import { detachFiles, multipartBody } from './multipart.ts'
import { noAnswerFrom } from './noAnswer.ts'
import { sendByBrowser } from './sendByBrowser.ts'

// The longest that the server takes for anything is 30 s; an upload is measured by its last progress instead.
const ANSWER_WAIT_MS = 40_000
const ACCEPT = 'application/graphql-response+json'

/** How far an upload has got. */
export interface Progress {
  sentBytes: number
  /** Absent while the length of a file is not known. */
  totalBytes?: number
}

export interface Request {
  url: string
  token: string | undefined
  text: string
  variables: unknown
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** Sends it and gives the answer, whatever that is. Throws NoAnswerError when none came, the signal's reason when it is aborted. */
export async function sendRequest(request: Request): Promise<Answer> {
  const { variables, files } = detachFiles(request.variables)
  const operations = JSON.stringify({ query: request.text, variables })
  const deadline = startDeadline(request.signal)
  try {
    if (files.length === 0) return await sendJson(request, operations, deadline.signal)
    const onProgress = (progress: Progress) => {
      deadline.extend()
      request.onProgress?.(progress)
    }
    const upload = { ...request, headers: headersFor(request), operations, files, onProgress, signal: deadline.signal }
    return 'XMLHttpRequest' in globalThis ? await sendByBrowser(upload) : await sendPieces(upload)
  } catch (error) {
    request.signal?.throwIfAborted()
    throw error instanceof NoAnswerError ? error : noAnswerFrom(request.url, error)
  } finally {
    deadline.end()
  }
}

/**
 * Opens a subscription; its answer is a stream of events, or a refusal that can be read at once. Throws NoAnswerError when none
 * came, the signal's reason when it is aborted.
 */
export async function openStream(request: Request, signal: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ query: request.text, variables: request.variables })
  try {
    return await postJson(request, body, { accept: 'text/event-stream', signal })
  } catch (error) {
    signal.throwIfAborted()
    throw noAnswerFrom(request.url, error)
  }
}

async function sendJson(request: Request, body: string, signal: AbortSignal): Promise<Answer> {
  return answerOf(await postJson(request, body, { accept: ACCEPT, signal }))
}

function postJson(request: Request, body: string, { accept, signal }: { accept: string; signal: AbortSignal }) {
  const headers = { ...headersFor(request), accept, 'content-type': 'application/json' }
  return fetch(request.url, { method: 'POST', headers, body, signal })
}

/** The body of an answer, read whole. */
export async function answerOf(response: Response): Promise<Answer> {
  return readAnswer(response.status, response.headers.get('retry-after'), await response.text())
}

export interface Upload extends Request {
  headers: Record<string, string>
  operations: string
  files: ReturnType<typeof detachFiles>['files']
  onProgress: (progress: Progress) => void
  signal: AbortSignal
}

/** Where `fetch` takes a stream, which is Node.js: no file is ever whole in memory. */
async function sendPieces({ url, headers, operations, files, onProgress, signal }: Upload): Promise<Answer> {
  const { contentType, byteSize, stream } = multipartBody({ operations, files, onProgress })
  const length: Record<string, string> = byteSize === undefined ? {} : { 'content-length': String(byteSize) }
  const init = {
    method: 'POST',
    headers: { ...headers, ...length, 'content-type': contentType },
    body: stream,
    duplex: 'half' as const, // What fetch wants of a body that is a stream.
    signal,
  }
  return answerOf(await fetch(url, init))
}

// The server takes a form only with a header that a page of another site cannot send unasked.
const headersFor = ({ token }: Request): Record<string, string> => ({
  accept: ACCEPT,
  'x-errand-csrf': '1',
  ...(token && { authorization: `Bearer ${token}` }),
})

/** A signal that is aborted with the caller's, or when for too long neither an answer nor progress comes. */
function startDeadline(signal: AbortSignal | undefined) {
  const silence = new AbortController()
  const start = () =>
    setTimeout(() => {
      silence.abort(new NoAnswerError(`The server gave no answer for ${ANSWER_WAIT_MS / 1_000} s.`))
    }, ANSWER_WAIT_MS)
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
