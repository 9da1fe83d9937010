/** What one operation has asked of the database so far, by the handle that was made for it. */
export interface StatementCount {
  statements: number
  durationMs: number
}

export const noStatements = (): StatementCount => ({ statements: 0, durationMs: 0 })
