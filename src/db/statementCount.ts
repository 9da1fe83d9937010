/** The statements that one operation has sent to the database so far, counted by the operation's own handle. */
export interface StatementCount {
  statements: number
  durationMs: number
  /** The time in which statements waited for a connection of the pool. */
  poolWaitMs: number
  /** The statements themselves. Undefined, and nothing is recorded, unless the request wants an explanation. */
  sent: SentStatement[] | undefined
}

/**
 * The origin of a statement's text.
 * - `rule`: written by hand, for a rule or a loader
 * - `compiled`: compiled by the reader, and sent for the first time
 * - `cache`: compiled by the reader for an earlier read of the same shape
 * - `prefetch`: like `cache`, but sent together with the commit, before a field of the payload reads the row
 * - `fallback`: made by Prisma, which may send several and does not show their text
 */
export type StatementSource = 'rule' | 'compiled' | 'cache' | 'prefetch' | 'fallback'

export interface StatementOrigin {
  name: string
  text?: string | undefined
  source?: StatementSource
  /** The cache key of a statement of the reader. */
  shapeKey?: string | undefined
}

/** A statement without its values. */
export interface SentStatement extends StatementOrigin {
  source: StatementSource
  /** Until its answer. Statements of one pipeline have the same: the duration of the pipeline. */
  durationMs: number
}

/** The count at the start of an operation. */
export const noStatements = (): StatementCount => ({ statements: 0, durationMs: 0, poolWaitMs: 0, sent: undefined })

/** Records statements that were sent together. */
export function recordStatements(
  sent: SentStatement[],
  durationMs: number,
  statements: readonly StatementOrigin[],
): void {
  for (const { name, text, source = 'rule', shapeKey } of statements) {
    // Property by property: an origin may be a statement together with its values, which must not be shown.
    sent.push({ name, source, durationMs, shapeKey, text })
  }
}
