/** A receiver of webhooks on loopback, which verifies signatures and answers as a test says. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface ReceivedWebhook {
  /** The header `webhook-id`. */
  id: string
  headers: Record<string, string>
  body: string
  content: { type: string; timestamp: string; data: Record<string, unknown> }
}

/** Answers a request; by default with 204. */
export type Answer = (response: ServerResponse, webhook: ReceivedWebhook) => void

export interface WebhookReceiver {
  url: string
  /** All requests, in the order of their arrival. */
  received: ReceivedWebhook[]
  answer: Answer
  close(): Promise<void>
}

/** Starts a receiver on a free port. */
export async function startReceiver(answer?: Answer): Promise<WebhookReceiver> {
  const server = createServer((request, response) => void receive(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${portOf(server)}/hook`,
    received: [],
    answer: answer ?? ((response) => void response.writeHead(204).end()),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {})
    response.on('error', () => {})
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const headers = request.headers as Record<string, string>
    const webhook = { id: headers['webhook-id'] ?? '', headers, body, content: JSON.parse(body) }
    receiver.received.push(webhook)
    receiver.answer(response, webhook)
  }
  return receiver
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** True if the secret, like a receiver would check it, has signed the webhook. */
export function isSignedBy(secret: string, { body, headers }: Pick<ReceivedWebhook, 'body' | 'headers'>): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}
