/** What stands between a client and the server on a bad day: it loses requests and answers, is busy, and cuts streams. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of one request. */
type Fate =
  | 'pass'
  /** It never reaches the server. */
  | 'lose the request'
  /** The server does it, and its answer is lost. */
  | 'lose the answer'
  /** Something before the server answers this. */
  | { status: number; headers?: Record<string, string>; body?: string }

export interface UnreliableFront {
  /** The address of GraphQL behind it. */
  url: string
  /** What becomes of the next requests, one each; those after them pass. */
  fates: Fate[]
  /** Every request that came, in order. */
  requests: { headers: IncomingMessage['headers']; body: string }[]
  /** How many answers of the server have begun. */
  passed: number
  /** How many answers are under way. */
  openAnswers(): number
  /** Cuts every answer that is under way, as a lost network would. */
  cut(): void
  stop(): Promise<void>
}

/** Listens on a free port, and leads to the server at `target`. */
export async function startFront(target: string): Promise<UnreliableFront> {
  const open = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    open.add(response)
    response.once('close', () => open.delete(response))
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const body = Buffer.concat(pieces)
    front.requests.push({ headers: request.headers, body: body.toString() })
    const fate = front.fates.shift() ?? 'pass'
    if (fate === 'lose the request') return void response.destroy()
    if (typeof fate === 'object') return void response.writeHead(fate.status, fate.headers).end(fate.body)
    const passed = await pass(request, body, response).catch(() => undefined)
    if (!passed) return void response.destroy() // The client has gone, or the server.
    front.passed++
    if (fate === 'pass') return relay(passed, response)
    await passed.arrayBuffer()
    response.destroy()
  }

  function pass(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<Response> {
    const { authorization, accept = '*/*', 'content-type': type = '', 'x-errand-csrf': csrf } = request.headers
    const headers = { accept, 'content-type': type, ...(authorization && { authorization }) }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    return fetch(`${target}${request.url}`, {
      method: 'POST',
      headers: { ...headers, ...(csrf && { 'x-errand-csrf': String(csrf) }) },
      body: new Uint8Array(body),
      signal: gone.signal,
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const front: UnreliableFront = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    fates: [],
    requests: [],
    passed: 0,
    openAnswers: () => open.size,
    cut() {
      for (const response of open) response.destroy()
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections() // Also those that wait for another request.
      await closed
    },
  }
  return front
}

async function relay(passed: Response, response: ServerResponse): Promise<void> {
  const names = ['content-type', 'retry-after']
  const headers = names.flatMap((name) => (passed.headers.has(name) ? [[name, passed.headers.get(name) ?? '']] : []))
  response.writeHead(passed.status, Object.fromEntries(headers))
  response.flushHeaders()
  try {
    for await (const piece of passed.body ?? []) response.write(piece)
    response.end()
  } catch {
    response.destroy() // One side has gone; so does the other.
  }
}
