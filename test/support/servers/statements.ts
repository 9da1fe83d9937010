import { vi } from 'vitest'
import type { TestApp } from './app.ts'

/** Returns the number of SQL statements of the operations that `work` sends, from the log of the server. */
export async function statementsFor(app: TestApp, work: () => Promise<unknown>): Promise<number> {
  const before = app.logLines.length
  await work()
  const operations = app.logLines.slice(before).filter(({ statements }) => typeof statements === 'number')
  return operations.reduce((sum, { statements }) => sum + Number(statements), 0)
}

/**
 * The same for a read, which may be repeated. A cache that ends in between, such as that of callers after three seconds, adds a statement to
 * one of three repetitions at most.
 */
export async function statementsForRead(app: TestApp, read: () => Promise<unknown>): Promise<number> {
  const counts = [await statementsFor(app, read), await statementsFor(app, read), await statementsFor(app, read)]
  return Math.min(...counts)
}

/** Records the names of the statements that this server sends outside of transactions; `end` returns them. */
export function noteStatements({ database: { pool } }: Pick<TestApp, 'database'>): { end(): string[] } {
  const names: string[] = []
  const lend = pool.acquire.bind(pool)
  const spy = vi.spyOn(pool, 'acquire').mockImplementation((use, refuse) => {
    lend((client) => {
      const query = vi.spyOn(client, 'query')
      use(client)
      names.push(...query.mock.calls.map(([statement]) => (statement as unknown as { name?: string }).name ?? ''))
      query.mockRestore()
    }, refuse)
  })
  return {
    end() {
      spy.mockRestore()
      return names
    },
  }
}
