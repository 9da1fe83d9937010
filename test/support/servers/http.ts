/** HTTP requests to a listening server, including malformed ones. */
import { connect } from 'node:net'

export interface HttpResult {
  status: number
  headers: Headers
  body: {
    data?: Record<string, unknown> | null
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
  }
}

/** Sends a GraphQL request by POST; `init` overrides the defaults. */
export async function post(
  url: string,
  request: { query: string; variables?: object; operationName?: string },
  init: { headers?: Record<string, string>; body?: BodyInit; signal?: AbortSignal } = {},
): Promise<HttpResult> {
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...init.headers },
    body: init.body ?? JSON.stringify(request),
    ...(init.signal && { signal: init.signal }),
    duplex: 'half', // Required by fetch for a stream body.
  }
  return resultOf(await fetch(`${url}/graphql`, options))
}

/** Reads a response; an absent body becomes an empty object. */
export async function resultOf(response: Response): Promise<HttpResult> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
}

/** Returns the codes in `errors[]`. */
export const codesOf = ({ body }: HttpResult): unknown[] => (body.errors ?? []).map(({ extensions }) => extensions.code)

/** Sends exactly these bytes, and returns the received text when the server has closed the connection. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('utf8')
  socket.on('data', (piece) => {
    received += piece
  })
  socket.write(text)
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.on('error', () => {}) // A reset is a close as well.
  })
  return received
}
