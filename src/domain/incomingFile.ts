/** A file on its way in: it stays in the client's connection until somebody reads it. The HTTP layer makes it; `Upload` gives it to a rule. */

/** Pieces of a file that arrived together. Steps work by the batch: by the piece they cost more than what they do. */
export type Batch = readonly Buffer[]

/** What can be read of a file once it is there. */
export interface ArrivedFile {
  /** As the client sent it; undefined when it sent none. */
  filename: string | undefined
  /** It has at least as many bytes by what the request declares; 0 when that says nothing. */
  bytesAtLeast: number
  /** Can be read once. Throws FileRejectedError when the file ends before its end, or its sender falls silent. */
  bytes: AsyncIterable<Batch>
}

export abstract class IncomingFile {
  /** Waits until the file is there. Refuses with FileRejectedError when it never comes, or is asked for a second time. */
  abstract arrive(): Promise<ArrivedFile>
}
