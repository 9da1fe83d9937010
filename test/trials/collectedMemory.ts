/** What a server still holds once its garbage is collected: V8 keeps more than that, so resident memory alone shows no leak. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Ground } from './ground.ts'

const ANSWER_WAIT_MS = 30_000

/** As NODE_OPTIONS it makes a server of the ground answer. */
export const REPORTING_MEMORY = `--import=${pathToFileURL(join(import.meta.dirname, 'reportMemory.mjs'))}`

/** What the server has in use behind a collection of its garbage, as reportMemory.mjs writes it. */
export async function collectedMemory({ pid, output }: Pick<Ground, 'pid' | 'output'>): Promise<NodeJS.MemoryUsage> {
  const from = output().length
  process.kill(pid(), 'SIGWINCH')
  const deadline = Date.now() + ANSWER_WAIT_MS
  while (Date.now() < deadline) {
    await pause(20)
    const [, memory] = /^\{"memory":(\{.*?\})\}$/m.exec(output().slice(from)) ?? []
    if (memory) return JSON.parse(memory) as NodeJS.MemoryUsage
  }
  throw new Error('The server does not say what memory it has in use.')
}
