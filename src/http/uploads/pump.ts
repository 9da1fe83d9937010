import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'

/**
 * Hands a body to its parser, as `pipe` does. But `pipe` stops and starts the connection for each piece that is larger than the
 * parser's buffer, which all are, even when the parser has taken it at once.
 */
export function pump(
  request: IncomingMessage,
  parser: Writable,
  options: {
    /** What the parser gets of a piece. */
    prepare: (piece: Buffer) => Buffer
    /** The body has ended, and the parser has taken all of it. */
    onTaken: () => void
  },
): void {
  const { prepare, onTaken } = options
  let untaken = 1
  const take = () => {
    if (--untaken === 0) onTaken()
  }
  request.on('data', (piece: Buffer) => {
    if (parser.destroyed || parser.writableEnded) return
    untaken++
    if (!parser.write(prepare(piece), take) && parser.writableLength > 0) request.pause()
  })
  parser.on('drain', () => request.resume())
  request.once('end', () => {
    parser.end()
    take()
  })
}
