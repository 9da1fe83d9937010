/** `errand/sdk/node`: what needs Node.js. Apart, so that a bundle for browsers holds nothing of it. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FileSource } from './uploadable.ts'

/** The file at this path, read in pieces while it is uploaded. Rejects when there is none. */
export async function fileAt(path: string, { filename = basename(path) } = {}): Promise<FileSource> {
  const { size } = await stat(path)
  return { filename, byteSize: size, isRepeatable: true, read: () => createReadStream(path) }
}
