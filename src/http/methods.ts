import type { IncomingMessage } from 'node:http'
import { type Response, sendError } from './responses/responses.ts'

/** Of what can only be read. */
export const READING = ['GET', 'HEAD'] as const

/**
 * Refuses a method that an address does not take, and answers OPTIONS with those that it takes. True when nothing is left to do.
 */
export function answerMethod(request: IncomingMessage, response: Response, methods: readonly string[]): boolean {
  const { method = '' } = request
  if (methods.includes(method)) return false
  response.setHeader('allow', methods.join(', '))
  if (method === 'OPTIONS') response.writeHead(204).end()
  else {
    const message = `This address takes ${methods.join(' and ')} only.`
    sendError(response, 'BAD_REQUEST', { requestId: response.requestId, status: 405, message })
  }
  return true
}
