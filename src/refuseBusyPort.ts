/** Checks the port before anything else, so that a start on a busy port does not migrate the database first. */
import { createServer } from 'node:net'
import type { Config } from './config.ts'

/** Rejects with the system's error if the process cannot listen there. The server itself listens last. */
export function refuseBusyPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}
