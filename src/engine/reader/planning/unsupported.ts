/** Thrown while a read is planned: it is beyond the reader, so plugin-prisma and Prisma answer it. Never seen by a client. */
export class UnsupportedByReader extends Error {
  override readonly name = 'Unsupported'
}
