import { vi } from 'vitest'
import type { TestApp } from './app.ts'

/** How many statements the operations that `work` sends ask of the database, as the server's own log has it. */
export async function statementsFor(app: TestApp, work: () => Promise<unknown>): Promise<number> {
  const before = app.logLines.length
  await work()
  const operations = app.logLines.slice(before).filter(({ statements }) => typeof statements === 'number')
  return operations.reduce((sum, { statements }) => sum + Number(statements), 0)
}

/** Notes the names of the statements that this server sends outside transactions, until `end` gives them. */
export function noteStatements({ database: { pool } }: Pick<TestApp, 'database'>): { end(): string[] } {
  const names: string[] = []
  const lend = pool.lend.bind(pool)
  const spy = vi.spyOn(pool, 'lend').mockImplementation((use, refuse) => {
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
