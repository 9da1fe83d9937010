/** A proxy in front of a server that can keep back the answer to a GraphQL request, and can be shut. */
import { connect, createServer, type Server, type Socket } from 'node:net'

const GRAPHQL = 'POST /graphql '

export class AnswerTap {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** While true, nobody can connect. */
  isShut = false
  #reached: (() => void) | undefined

  private constructor(port: number) {
    this.#server = createServer((client) => {
      if (this.isShut) client.destroy()
      else this.#pass(client, connect(port, '127.0.0.1'))
    })
  }

  /** Starts a proxy to this port on a free port. */
  static async start(port: number): Promise<AnswerTap> {
    const tap = new AnswerTap(port)
    await new Promise<void>((listening) => tap.#server.listen(0, '127.0.0.1', listening))
    return tap
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  }

  /** Keeps back the next answer: its client never gets it. Resolves once the server has sent it. */
  keepNext(): Promise<void> {
    return new Promise((reached) => {
      this.#reached = reached
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((closed) => this.#server.close(() => closed()))
  }

  #pass(client: Socket, server: Socket): void {
    let isGraphql = false
    let isKept = false
    client.on('data', (piece) => {
      if (piece.toString('latin1', 0, GRAPHQL.length) === GRAPHQL) isGraphql = true
      server.write(piece)
    })
    server.on('data', (piece) => {
      if (isGraphql && this.#reached) {
        isKept = true
        this.#reached()
        this.#reached = undefined
      }
      if (!isKept) client.write(piece)
    })
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => {}) // `close` follows, and closes the other side.
      socket.once('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
  }
}
