/**
 * How long the body of a request may take to come. Node has one time-out for all requests; files need another than the rest.
 * All connections are looked at now and then: a timer for each request costs a small one 2 % of its time, and what it holds
 * of a request that is over outlives it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { REQUEST_TIMEOUT, refuseConnection } from './responses/unreadableRequests.ts'

const LOOK_MS = 250

const AWAITED = Symbol('the request whose body is awaited')

interface Awaited {
  request: IncomingMessage
  response: ServerResponse
  untilMs: number
}

type Watched = Socket & { [AWAITED]?: Awaited | undefined }

/** Has this server keep the deadlines of bodies, as long as it listens. */
export function watchBodies(server: Server): void {
  const sockets = new Set<Watched>()
  server.on('connection', (socket: Watched) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const look = setInterval(() => {
    for (const socket of sockets) cutIfLate(socket)
  }, LOOK_MS)
  look.unref()
  server.once('close', () => clearInterval(look))
}

/** Has the connection cut unless the body is there within that time from now; takes the place of an earlier deadline. */
export function limitBody(request: IncomingMessage, response: ServerResponse, withinMs: number): void {
  const socket: Watched = request.socket
  socket[AWAITED] = request.complete ? undefined : { request, response, untilMs: performance.now() + withinMs }
}

function cutIfLate(socket: Watched): void {
  const awaited = socket[AWAITED]
  if (!awaited) return
  const { request, response, untilMs } = awaited
  if (!request.complete && performance.now() < untilMs) return
  socket[AWAITED] = undefined
  if (request.complete) return
  if (response.headersSent) socket.destroySoon()
  else refuseConnection(socket, REQUEST_TIMEOUT)
}
