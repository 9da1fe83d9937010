/** A proxy between clients and servers that can break connections. */
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from './serverProcess.ts'

export interface CuttingProxy {
  url: string
  /** Breaks one open connection, chosen by a number in [0, 1). Returns false if none is open. */
  cut(choice: number): boolean
  stop(): Promise<void>
}

/** Starts a round-robin proxy to these ports, with failover to the next port. */
export async function startCuttingProxy(ports: readonly number[]): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let turn = 0
  const server = createServer((client) => {
    open.add(client)
    client.on('close', () => open.delete(client))
    client.on('error', () => {}) // `close` follows, and closes the other side.
    turn++
    passOn(client, [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)])
  })
  const port = await freePort()
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${port}`,
    cut(choice) {
      const socket = [...open][Math.floor(choice * open.size)]
      socket?.destroy()
      return socket !== undefined
    },
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((ended) => server.close(ended))
    },
  }
}

function passOn(client: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined || client.destroyed) return void client.destroy()
  let connected = false
  const upstream = connect(port, '127.0.0.1', () => {
    connected = true
    client.pipe(upstream)
    upstream.pipe(client)
  })
  upstream.on('error', () => {
    if (!connected) passOn(client, others)
  })
  upstream.on('close', () => {
    if (connected) client.destroy()
  })
  client.on('close', () => upstream.destroy())
}
