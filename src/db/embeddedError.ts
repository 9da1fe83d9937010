/** Why there is no embedded PostgreSQL, in one sentence that says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
}

/** The last line of what a failed program wrote, else the error's message, without a full stop. */
export function messageOf(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const message = written || (error instanceof Error ? error.message : String(error))
  return (message.split('\n').at(-1) ?? message).replace(/\.$/, '')
}
