import type { FileHandle } from 'node:fs/promises'
import type { Batch } from '../../domain/incomingFile.ts'

/** Writes all of these pieces, from `position` on, else where the file stands. */
export async function writeAll(file: FileHandle, batch: Batch, position?: number): Promise<void> {
  for (let rest = batch, at = position; rest.length > 0; ) {
    const { bytesWritten } = await file.writev(rest, at)
    if (at !== undefined) at += bytesWritten
    rest = after(rest, bytesWritten)
  }
}

/** What is left of them behind as many bytes. */
function after(batch: Batch, byteCount: number): Batch {
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
