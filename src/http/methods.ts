import type { IncomingMessage } from 'node:http'
import { type HttpResponse, sendError } from './responses/responses.ts'

/** The methods of read-only routes. */
export const READING = ['GET', 'HEAD'] as const

/** Refuses a method that a route does not support, and answers OPTIONS. Returns true if the response is complete. */
export function answerMethod(request: IncomingMessage, response: HttpResponse, methods: readonly string[]): boolean {
  const { method = '' } = request
  if (methods.includes(method)) return false
  response.setHeader('allow', methods.join(', '))
  if (method === 'OPTIONS') response.writeHead(204).end()
  else {
    const message = `This address supports ${methods.join(' and ')} only.`
    sendError(response, 'BAD_REQUEST', { requestId: response.requestId, status: 405, message })
  }
  return true
}
