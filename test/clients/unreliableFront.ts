/** An unreliable proxy between a client and the server: it loses requests and responses, reports overload, and cuts streams. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The fate of one request. */
type Fate =
  | 'pass'
  /** Lost before it reaches the server. */
  | 'lose the request'
  /** Executed, but the response is lost. */
  | 'lose the answer'
  /** Answered by the proxy with this response. */
  | { status: number; headers?: Record<string, string>; body?: string }

export interface UnreliableFront {
  /** The GraphQL endpoint through the proxy. */
  url: string
  /** Fates of the next requests; later ones pass. */
  fates: Fate[]
  /** Every request, in order. */
  requests: { headers: IncomingMessage['headers']; body: string }[]
  /** The number of started responses. */
  passed: number
  /** The number of responses in progress. */
  openAnswers(): number
  /** Cuts every response in progress, like a network failure. */
  cut(): void
  stop(): Promise<void>
}

/** Starts the proxy to `target` on a free port. */
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
    if (!passed) return void response.destroy() // The client or the server has disconnected.
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
      server.closeAllConnections() // Including idle keep-alive connections.
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
    response.destroy() // One side has disconnected.
  }
}
