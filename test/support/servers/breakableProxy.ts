/** A stable address for a database that comes and goes: passes bytes on, breaks, or swallows them, as a test tells it to. */
import { connect, createServer, type Socket } from 'node:net'

export interface BreakableProxy {
  port: number
  /** Where new connections lead to. */
  target: number
  /** While true, no byte passes in either direction, and nobody is told. */
  silence(silent: boolean): void
  stop(): Promise<void>
}

/** Listens on a free port of this machine and leads to `target`. */
export async function startProxy(target: number): Promise<BreakableProxy> {
  const sockets = new Set<Socket>()
  let silent = false
  const server = createServer((client) => {
    const database = connect(proxy.target, '127.0.0.1')
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(one)
      one.on('data', (piece) => other.write(piece))
      one.on('error', () => {}) // It closes, and so does the other.
      one.once('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      if (silent) one.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const proxy: BreakableProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    target,
    silence(next) {
      silent = next
      for (const socket of sockets) silent ? socket.pause() : socket.resume()
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return proxy
}
