/**
 * Deadlines for request bodies. Node has one time-out for all requests; uploads need a longer one. One interval checks all
 * connections: a timer for each request costs a small request 2 % of its time, and keeps the finished request in memory.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { REQUEST_TIMEOUT, refuseConnection } from './responses/unreadableRequests.ts'

const CHECK_INTERVAL_MS = 250

const AWAITED = Symbol('the request whose body is awaited')

interface AwaitedBody {
  request: IncomingMessage
  response: ServerResponse
  untilMs: number
}

type WatchedSocket = Socket & { [AWAITED]?: AwaitedBody | undefined }

/** Enforces the deadlines of bodies until this server closes. */
export function watchBodies(server: Server): void {
  const sockets = new Set<WatchedSocket>()
  server.on('connection', (socket: WatchedSocket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const checkTimer = setInterval(() => {
    for (const socket of sockets) cutIfLate(socket)
  }, CHECK_INTERVAL_MS)
  checkTimer.unref()
  server.once('close', () => clearInterval(checkTimer))
}

/** Closes the connection unless the body is complete within this time from now. Replaces an earlier deadline. */
export function limitBody(request: IncomingMessage, response: ServerResponse, withinMs: number): void {
  const socket: WatchedSocket = request.socket
  socket[AWAITED] = request.complete ? undefined : { request, response, untilMs: performance.now() + withinMs }
}

function cutIfLate(socket: WatchedSocket): void {
  const awaited = socket[AWAITED]
  if (!awaited) return
  const { request, response, untilMs } = awaited
  if (!request.complete && performance.now() < untilMs) return
  socket[AWAITED] = undefined
  if (request.complete) return
  if (response.headersSent) socket.destroySoon()
  else refuseConnection(socket, REQUEST_TIMEOUT)
}
