import type { FileHandle } from 'node:fs/promises'
import type { Batch } from '../../domain/incomingFile.ts'

/** Writes all chunks at `position`, or else at the current position of the file. */
export async function writeAll(file: FileHandle, batch: Batch, position?: number): Promise<void> {
  for (let rest = batch, at = position; rest.length > 0; ) {
    const { bytesWritten } = await file.writev(rest, at)
    if (at !== undefined) at += bytesWritten
    rest = remaining(rest, bytesWritten)
  }
}

/** Returns the rest of the batch after `byteCount` bytes. */
function remaining(batch: Batch, byteCount: number): Batch {
  let left = byteCount
  const firstLeft = batch.findIndex(({ length }) => {
    if (length > left) return true
    left -= length
    return false
  })
  if (firstLeft < 0) return []
  const [first, ...others] = batch.slice(firstLeft)
  return first ? [first.subarray(left), ...others] : []
}
