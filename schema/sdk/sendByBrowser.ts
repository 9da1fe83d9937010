/**
 * Uploads in a browser with XMLHttpRequest, because `fetch` reports no progress, and cannot send streams to every server. The
 * browser reads Blobs from disk while sending.
 */
import { type GraphqlResponse, parseResponse } from './graphqlResponse.ts'
import { mapOf } from './multipart.ts'
import { noAnswerFrom } from './noAnswer.ts'
import type { UploadRequest } from './request.ts'
import { type FileSource, sourceOf } from './uploadable.ts'

/** The part of XMLHttpRequest that is used here, because the types of Node.js do not include it. */
interface BrowserRequest extends EventTarget {
  readonly upload: EventTarget
  readonly status: number
  readonly responseText: string
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: FormData): void
  abort(): void
}

type UploadProgressEvent = Event & { loaded: number; total: number; lengthComputable: boolean }

/** Sends the form. Rejects with NoAnswerError if no response arrives, or with the signal's reason if it is aborted. */
export async function sendByBrowser({
  url,
  headers,
  operations,
  files,
  onProgress,
  signal,
}: UploadRequest): Promise<GraphqlResponse> {
  const form = new FormData()
  form.append('operations', operations)
  form.append('map', mapOf(files))
  for (const [index, { file }] of files.entries()) {
    const source = sourceOf(file)
    form.append(String(index), file instanceof Blob ? file : await collect(source), source.filename)
  }
  signal.throwIfAborted()
  const { XMLHttpRequest } = globalThis as unknown as { XMLHttpRequest: new () => BrowserRequest }
  const request = new XMLHttpRequest()
  const stop = () => request.abort()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      request.upload.addEventListener('progress', (event) => onProgress(progressOf(event as UploadProgressEvent)))
      request.addEventListener('load', () => {
        resolve(parseResponse(request.status, request.getResponseHeader('retry-after'), request.responseText))
      })
      request.addEventListener('error', () => reject(noAnswerFrom(url)))
      request.addEventListener('abort', () => reject(signal.reason))
      request.open('POST', url)
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.send(form)
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

const progressOf = ({ loaded, total, lengthComputable }: UploadProgressEvent) => ({
  sentBytes: loaded,
  ...(lengthComputable && { totalBytes: total }),
})

/** Collects a stream into a Blob, which a browser may keep on disk. */
async function collect(source: FileSource): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of source.read()) pieces.push(new Uint8Array(piece))
  return new Blob(pieces)
}
