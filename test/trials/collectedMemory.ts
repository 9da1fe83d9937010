/** Memory of a server after a garbage collection. V8 keeps more than that, so resident memory alone shows no leak. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Ground } from './ground.ts'

const ANSWER_WAIT_MS = 30_000

/** NODE_OPTIONS for a server that reports its memory. */
export const REPORTING_MEMORY = `--import=${pathToFileURL(join(import.meta.dirname, 'reportMemory.mjs'))}`

/** Returns the memory that the server has in use after a garbage collection, as reportMemory.mjs writes it. */
export async function collectedMemory({ pid, output }: Pick<Ground, 'pid' | 'output'>): Promise<NodeJS.MemoryUsage> {
  const from = output().length
  process.kill(pid(), 'SIGWINCH')
  const deadline = Date.now() + ANSWER_WAIT_MS
  while (Date.now() < deadline) {
    await pause(20)
    const [, memory] = /^\{"memory":(\{.*?\})\}$/m.exec(output().slice(from)) ?? []
    if (memory) return JSON.parse(memory) as NodeJS.MemoryUsage
  }
  throw new Error('The server does not report its memory.')
}
