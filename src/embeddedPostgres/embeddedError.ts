/** The reason why there is no embedded PostgreSQL, in one sentence with the next step. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
}

// After the time and the process.
const REASON = /(?:FATAL|PANIC|ERROR|error): +(.*)$/

/** The reason in the output of a failed program, else its last line, else the error's message. Without a full stop. */
export function messageOf(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const lines = (written || (error instanceof Error ? error.message : String(error))).split('\n')
  // The lines after the reason are about cleaning up.
  const reason = lines.map((line) => REASON.exec(line)?.[1]).find((found) => found)
  return (reason ?? lines.at(-1) ?? '').replace(/\.$/, '')
}
