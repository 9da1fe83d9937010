/** Thrown when a body exceeds its limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/**
 * Reads a whole body, and counts the bytes instead of trusting Content-Length. Throws BodyTooLarge as soon as the limit is
 * exceeded; the server's time-outs disconnect a slow sender.
 */
export async function readBody(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  // Not `for await`: leaving that loop closes the connection, which is still needed to send the refusal.
  const arriving = body[Symbol.asyncIterator]()
  for (let next = await arriving.next(); !next.done; next = await arriving.next()) {
    bytes += next.value.byteLength
    if (bytes > bytesMax) throw new BodyTooLarge(`More than ${bytesMax} bytes.`)
    pieces.push(next.value)
  }
  return Buffer.concat(pieces)
}
