/** A file of a running request: its bytes stay in the client's connection until they are read. Created by the HTTP layer. */

/** Chunks that arrived together. Processed per batch, because an async step per chunk costs more than its work. */
export type Batch = readonly Buffer[]

/** A file whose part of the request has begun. */
export interface ArrivedFile {
  /** As the client sent it; undefined when it sent none. */
  filename: string | undefined
  /** A lower bound of its size, from the declared length of the request; 0 if unknown. */
  bytesAtLeast: number
  /** Can be read once. Throws FileRejectedError if the file is cut off, or the sender stalls. */
  bytes: AsyncIterable<Batch>
}

/** A file that the request announces; its part may not have begun. */
export abstract class IncomingFile {
  /** Waits for the file. Refuses with FileRejectedError if it never arrives, or on a second call. */
  abstract arrive(): Promise<ArrivedFile>
}
