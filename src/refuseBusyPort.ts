/** A port that somebody uses is told before anything else is done: a database that was migrated for nothing is a bad surprise. */
import { createServer } from 'node:net'
import type { Config } from './config.ts'

/** Rejects with what the system says when it is not possible to listen there. The server itself listens when all else is ready. */
export function refuseBusyPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
