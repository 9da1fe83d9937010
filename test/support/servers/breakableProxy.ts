/** A proxy with a stable address in front of a database; can break connections, or hold back all bytes. */
import { connect, createServer, type Socket } from 'node:net'

export interface BreakableProxy {
  port: number
  /** The port that new connections are forwarded to. */
  target: number
  /** While true, no byte passes in either direction, but connections stay open. */
  silence(silent: boolean): void
  stop(): Promise<void>
}

/** Starts a proxy to `target` on a free port. */
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
      one.on('error', () => {}) // `close` follows, and closes the other side.
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
