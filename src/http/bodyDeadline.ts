/** How long the body of a request may take to come. Node has one time-out for all requests; files need another than the rest. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/** Cuts the connection unless the body is there within that time from now; takes the place of an earlier deadline. */
export function limitBody(request: IncomingMessage, response: ServerResponse, withinMs: number): void {
  clearTimeout(deadlines.get(request))
  if (request.complete) return
  const deadline = setTimeout(() => cut(request, response), withinMs)
  deadlines.set(request, deadline)
  request.once('close', () => clearTimeout(deadline))
}

// As Node's own time-out does it.
function cut(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return
  const { socket } = request
  if (!response.headersSent) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
  socket.destroySoon()
}
