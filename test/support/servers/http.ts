/** Requests to a server that listens, as a client that is no friend of ours would make them. */
import { connect } from 'node:net'

export interface HttpAnswer {
  status: number
  headers: Headers
  body: {
    data?: Record<string, unknown> | null
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
  }
}

/** A GraphQL request by POST; `init` replaces what it has by itself. */
export async function post(
  url: string,
  request: { query: string; variables?: object; operationName?: string },
  init: { headers?: Record<string, string>; body?: BodyInit; signal?: AbortSignal } = {},
): Promise<HttpAnswer> {
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...init.headers },
    body: init.body ?? JSON.stringify(request),
    ...(init.signal && { signal: init.signal }),
    duplex: 'half', // What fetch wants of a body that is a stream.
  }
  return answerOf(await fetch(`${url}/graphql`, options))
}

/** What was answered, with a body that is empty when none was sent. */
export async function answerOf(response: Response): Promise<HttpAnswer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
}

/** The codes in `errors[]`. */
export const codesOf = ({ body }: HttpAnswer): unknown[] => (body.errors ?? []).map(({ extensions }) => extensions.code)

/** Sends these bytes and no more; gives what came back when the server has closed the connection. */
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
