/** Thrown by planning a read that the reader does not support; the read falls back to Prisma. Clients never see it. */
export class UnsupportedByReader extends Error {
  override readonly name = 'UnsupportedByReader'
}
