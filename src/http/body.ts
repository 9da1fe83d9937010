/** Reads a request's body whole, but never more than the limit, whatever length it claims to have. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** The bytes. Refuses with BodyTooLarge as soon as there are more; a slow sender is cut by the server's own time-outs. */
export async function readBody(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  // Not `for await`: leaving that loop closes the connection, on which the refusal is still to be sent.
  const arriving = body[Symbol.asyncIterator]()
  for (let next = await arriving.next(); !next.done; next = await arriving.next()) {
    bytes += next.value.byteLength
    if (bytes > bytesMax) throw new BodyTooLarge(`More than ${bytesMax} bytes.`)
    pieces.push(next.value)
  }
  return Buffer.concat(pieces)
}
