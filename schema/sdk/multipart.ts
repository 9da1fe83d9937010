/** Multipart bodies for files in variables, by the GraphQL multipart request specification, streamed in chunks. */
import { makeKey } from './keys.ts'
import { type FileSource, isUploadable, sourceOf, type Uploadable } from './uploadable.ts'

/** A file and its path in the variables, e.g. `variables.input.file`. */
export interface AttachedFile {
  path: string
  file: Uploadable
}

// Inputs of the schema are nested three levels deep; deeper values contain no files.
const DEPTH_MAX = 8

/** Replaces each file in the variables by null, and returns both. */
export function detachFiles(variables: unknown): { variables: unknown; files: AttachedFile[] } {
  const files: AttachedFile[] = []
  const detach = (value: unknown, path: string, depth: number): unknown => {
    if (isUploadable(value)) {
      files.push({ path, file: value })
      return null
    }
    if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return value
    if (Array.isArray(value)) return value.map((entry, index) => detach(entry, `${path}.${index}`, depth + 1))
    const entries = Object.entries(value).map(([name, entry]) => [name, detach(entry, `${path}.${name}`, depth + 1)])
    return Object.fromEntries(entries)
  }
  return { variables: detach(variables, 'variables', 0), files }
}

/** Returns the part `map`: the path of each file. */
export const mapOf = (files: readonly AttachedFile[]): string =>
  JSON.stringify(Object.fromEntries(files.map(({ path }, index) => [index, [path]])))

interface MultipartStream {
  contentType: string
  /** Undefined if the length of a file is unknown. */
  byteSize: number | undefined
  stream: ReadableStream<Uint8Array>
}

/** Returns the body as a stream, which reads the files on demand. */
export function multipartBody(options: {
  operations: string
  files: readonly AttachedFile[]
  onProgress: (progress: { sentBytes: number; totalBytes?: number }) => void
}): MultipartStream {
  const boundary = `errand-${makeKey()}`
  const sources = options.files.map(({ file }) => sourceOf(file))
  const encoder = new TextEncoder()
  const head = encoder.encode(
    `${fieldOf(boundary, 'operations', options.operations)}${fieldOf(boundary, 'map', mapOf(options.files))}`,
  )
  const parts = sources.map((source, index) => ({ source, head: encoder.encode(fileHead(boundary, index, source)) }))
  const end = encoder.encode(`--${boundary}--\r\n`)
  const sizes = parts.map((part) => part.source.byteSize && part.head.length + part.source.byteSize + LINE_END.length)
  const byteSize = sizes.reduce((sum, size) => add(sum, size), head.length + end.length)

  async function* pieces(): AsyncGenerator<Uint8Array> {
    let sentBytes = 0
    const sent = (piece: Uint8Array) => {
      sentBytes += piece.length
      options.onProgress({ sentBytes, ...(byteSize !== undefined && { totalBytes: byteSize }) })
      return piece
    }
    yield sent(head)
    for (const part of parts) {
      yield sent(part.head)
      for await (const piece of part.source.read()) yield sent(piece)
      yield sent(LINE_END)
    }
    yield sent(end)
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, byteSize, stream: streamOf(pieces()) }
}

const LINE_END = new TextEncoder().encode('\r\n')

const add = (sum: number | undefined, size: number | undefined): number | undefined =>
  sum === undefined || size === undefined ? undefined : sum + size

const fieldOf = (boundary: string, name: string, value: string): string =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

// The server detects the type from the bytes, and ignores this header.
const fileHead = (boundary: string, index: number, { filename }: FileSource): string =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${index}"; filename="${escaped(filename)}"\r\n` +
  'content-type: application/octet-stream\r\n\r\n'

/** Escapes a file name as browsers do (https://html.spec.whatwg.org/#multipart-form-data). */
const escaped = (filename: string): string =>
  filename.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** Returns a pull-based stream over a generator. */
function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
