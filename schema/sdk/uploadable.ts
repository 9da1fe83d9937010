/** Files to upload: what has a name and can be read in pieces, so that none is ever whole in memory. */

/** A file that is read while it is sent. */
export interface FileSource {
  readonly filename: string
  /** How many bytes it has; without it the server learns that a file is too large only by counting. */
  readonly byteSize?: number
  /** Whether `read` can be called again: only then can an upload that was cut be sent again. */
  readonly isRepeatable: boolean
  read(): AsyncIterable<Uint8Array>
}

/** What a variable of type `Upload` takes: a Blob or File, `streamedFile(...)`, or `fileAt(...)` of `errand/sdk/node`. */
export type Uploadable = Blob | FileSource

/** A file that comes from a stream, which can be read once: an upload that was cut is not sent again. */
export function streamedFile(
  stream: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
  { filename, byteSize }: { filename: string; byteSize?: number },
): FileSource {
  return {
    filename,
    ...(byteSize !== undefined && { byteSize }),
    isRepeatable: false,
    read: () => ('getReader' in stream ? piecesOf(stream) : stream),
  }
}

/** Whatever was given, as a file that can be read. */
export function sourceOf(file: Uploadable): FileSource {
  if (!(file instanceof Blob)) return file
  return {
    filename: 'name' in file && typeof file.name === 'string' && file.name !== '' ? file.name : 'file',
    byteSize: file.size,
    isRepeatable: true,
    read: () => piecesOf(file.stream()),
  }
}

export const isUploadable = (value: unknown): value is Uploadable =>
  value instanceof Blob ||
  (typeof value === 'object' && value !== null && 'read' in value && 'filename' in value && 'isRepeatable' in value)

/** The pieces of a stream; it is cancelled when they are no longer wanted. By hand: not every browser can iterate one. */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
