/** Reads the end of central directory of a zip archive (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16). */

const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1')
const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const ENTRY_SIGNATURE = 0x02014b50
const ENTRY_BYTES = 46
// A Word document has some dozens.
const ENTRIES_MAX = 5_000

/** The number of last bytes that contain the end record of an archive. */
export const ZIP_TAIL_BYTES = END_BYTES + COMMENT_BYTES_MAX

export interface ZipEnd {
  /** The number of bytes before the archive. */
  bytesBefore: number
  /** The names of its entries, as far as the tail holds them. */
  names: string[]
}

/** Finds the archive that ends at the end of a file of `byteSize` bytes; undefined if there is none. */
export function zipEndOf(tail: Buffer, byteSize: number): ZipEnd | undefined {
  let at = tail.length - END_BYTES + 1
  while (at > 0) {
    at = tail.lastIndexOf(END_SIGNATURE, at - 1)
    if (at < 0 || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue
    const directoryBytes = tail.readUInt32LE(at + 12)
    const directoryAt = tail.readUInt32LE(at + 16)
    const bytesBefore = byteSize - tail.length + at - directoryBytes - directoryAt
    return { bytesBefore, names: namesIn(tail.subarray(Math.max(0, at - directoryBytes), at)) }
  }
  return undefined
}

function namesIn(directory: Buffer): string[] {
  const names: string[] = []
  let at = directory.indexOf('PK\x01\x02', 0, 'latin1')
  while (at >= 0 && at + ENTRY_BYTES <= directory.length && names.length < ENTRIES_MAX) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) break
    const nameBytes = directory.readUInt16LE(at + 28)
    names.push(directory.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes))
    at += ENTRY_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return names
}
