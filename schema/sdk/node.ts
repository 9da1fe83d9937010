/** `errand/sdk/node`: functions that need Node.js, separate so that browser bundles do not include them. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FileSource } from './uploadable.ts'

/** Returns the file at this path for an upload, which reads it as a stream. Rejects if it does not exist. */
export async function fileAt(path: string, { filename = basename(path) } = {}): Promise<FileSource> {
  const { size } = await stat(path)
  return { filename, byteSize: size, isRepeatable: true, read: () => createReadStream(path) }
}
