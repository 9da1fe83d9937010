/** Why there is no embedded PostgreSQL, in one sentence that says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
}

// What stands before it is when, and by which process.
const REASON = /(?:FATAL|PANIC|ERROR|error): +(.*)$/

/** What a failed program wrote of the reason, else its last line, else the error's message; without a full stop. */
export function messageOf(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const lines = (written || (error instanceof Error ? error.message : String(error))).split('\n')
  // What comes after the reason is how it clears up.
  const reason = lines.map((line) => REASON.exec(line)?.[1]).find((found) => found)
  return (reason ?? lines.at(-1) ?? '').replace(/\.$/, '')
}
