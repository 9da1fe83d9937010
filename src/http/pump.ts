import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'

/**
 * Hands a body to its parser, as `pipe` does. But `pipe` stops and starts the connection for each piece that is larger than the
 * parser's buffer, which all are, even when the parser has taken it at once.
 */
export function pump(request: IncomingMessage, parser: Writable): void {
  request.on('data', (piece: Buffer) => {
    if (parser.destroyed || parser.writableEnded) return
    if (!parser.write(piece) && parser.writableLength > 0) request.pause()
  })
  parser.on('drain', () => request.resume())
  request.once('end', () => parser.end())
}
