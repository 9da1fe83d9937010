/**
 * The typed client: one function that sends a generated document and gives its typed answer, and one that follows a
 * subscription. It needs nothing but `fetch`, so it runs in Node.js 20 and in browsers.
 */
import type { TypedDocumentString } from './generated.ts'

export * from './generated.ts'

export interface ClientOptions {
  /** The GraphQL endpoint, e.g. `http://127.0.0.1:4000/graphql`. */
  url: string
  /** The access token of the person who sends; absent for somebody who is not signed in. */
  token?: string
}

/** One entry of `errors[]`: the request was refused as a whole, or the server failed. Refusals of a rule are data. */
export interface RequestProblem {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string; requestId?: string; retryable?: boolean }
}

/** The answer had `errors[]`. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly problems: readonly RequestProblem[]
  readonly status: number

  constructor(status: number, problems: readonly RequestProblem[]) {
    super(problems.map(({ message }) => message).join(' ') || `The server answered ${status}.`)
    this.status = status
    this.problems = problems
  }
}

type Variables<Of> = Of extends Record<string, never> ? [] : [variables: Of]

export interface Client {
  /** Sends a query or mutation and gives its data; throws RequestError when the answer has errors. */
  send<Data, Of>(document: TypedDocumentString<Data, Of>, ...variables: Variables<Of>): Promise<Data>
  /** Follows a subscription until `signal` ends it or the server does. */
  follow<Data, Of>(
    document: TypedDocumentString<Data, Of>,
    variables: Of,
    options?: { signal?: AbortSignal },
  ): AsyncGenerator<Data>
}

/** A client for one person. */
export function createClient({ url, token }: ClientOptions): Client {
  const request = (query: string, variables: unknown, accept: string, signal?: AbortSignal) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    })

  return {
    async send(document, ...[variables]) {
      const response = await request(String(document), variables, 'application/graphql-response+json')
      return dataOf(response.status, await response.json())
    },
    async *follow(document, variables, options) {
      const response = await request(String(document), variables, 'text/event-stream', options?.signal)
      if (!response.ok || !response.body) throw new RequestError(response.status, [])
      for await (const message of eventsOf(response.body)) yield dataOf(response.status, JSON.parse(message))
    },
  }
}

function dataOf<Data>(status: number, answer: { data?: Data; errors?: RequestProblem[] }): Data {
  if (answer.errors || !answer.data) throw new RequestError(status, answer.errors ?? [])
  return answer.data
}

/** The payloads of `next` events of a server-sent event stream (https://html.spec.whatwg.org/#server-sent-events). */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let buffer = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      buffer += decoder.decode(value, { stream: true })
      const blocks = buffer.split('\n\n')
      buffer = blocks.pop() ?? ''
      for (const block of blocks) {
        const text = /^data: ?(.*)$/m.exec(block)?.[1]
        if (block.includes('event: next') && text) yield text
      }
    }
  } finally {
    await reader.cancel()
  }
}
