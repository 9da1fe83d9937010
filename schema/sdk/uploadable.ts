/** A file to upload, which is read as a stream, so that it is never held in memory as a whole. */
export interface FileSource {
  readonly filename: string
  /** Size in bytes. Without it, the server notices a file that is too large only while receiving it. */
  readonly byteSize?: number
  /** True if `read` can be called again, which a retry of an interrupted upload needs. */
  readonly isRepeatable: boolean
  read(): AsyncIterable<Uint8Array>
}

/** The value of an `Upload` variable: a Blob or File, `streamedFile(...)`, or `fileAt(...)` of `errand/sdk/node`. */
export type Uploadable = Blob | FileSource

/** Returns a file that reads from a stream. A stream can be read only once, so an interrupted upload is not retried. */
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

/** Returns the FileSource of an Upload value. */
export function sourceOf(file: Uploadable): FileSource {
  if (!(file instanceof Blob)) return file
  return {
    filename: 'name' in file && typeof file.name === 'string' && file.name !== '' ? file.name : 'file',
    byteSize: file.size,
    isRepeatable: true,
    read: () => piecesOf(file.stream()),
  }
}

/** True if the value is an Upload value. */
export const isUploadable = (value: unknown): value is Uploadable =>
  value instanceof Blob ||
  (typeof value === 'object' && value !== null && 'read' in value && 'filename' in value && 'isRepeatable' in value)

/** Yields the chunks of a stream, and cancels it when the loop is left. Not every browser has async iteration of streams. */
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
