/** What one operation has asked of the database so far. It travels with the asynchronous context, so no function has to pass it on. */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface StatementCount {
  statements: number
  durationMs: number
}

export const statementCount = new AsyncLocalStorage<StatementCount>()
