/**
 * Uploads in a browser. Its `fetch` neither sends streams to every server nor tells how far it has got; XMLHttpRequest
 * does the latter, and the browser reads Blobs from the disk while it sends them.
 */
import { type Answer, readAnswer } from './answer.ts'
import { mapOf } from './multipart.ts'
import { noAnswerFrom } from './noAnswer.ts'
import type { Upload } from './request.ts'
import { type FileSource, sourceOf } from './uploadable.ts'

/** As much of a browser's XMLHttpRequest as is used: Node.js has none, and no types of it. */
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

type ProgressEvent = Event & { loaded: number; total: number; lengthComputable: boolean }

/** Sends the form; rejects with NoAnswerError when no answer came, with the signal's reason when it is aborted. */
export async function sendByBrowser({ url, headers, operations, files, onProgress, signal }: Upload): Promise<Answer> {
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
      request.upload.addEventListener('progress', (event) => onProgress(progressOf(event as ProgressEvent)))
      request.addEventListener('load', () => {
        resolve(readAnswer(request.status, request.getResponseHeader('retry-after'), request.responseText))
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

const progressOf = ({ loaded, total, lengthComputable }: ProgressEvent) => ({
  sentBytes: loaded,
  ...(lengthComputable && { totalBytes: total }),
})

/** A stream as a Blob, which a browser may keep on the disk. */
async function collect(source: FileSource): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of source.read()) pieces.push(new Uint8Array(piece))
  return new Blob(pieces)
}
