import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'

/**
 * Pipes a body into its parser. Unlike `pipe`, it does not pause and resume the connection for each chunk: every chunk is larger
 * than the parser's buffer, so `pipe` does that even if the parser has consumed the chunk at once.
 */
export function pump(
  request: IncomingMessage,
  parser: Writable,
  options: {
    /** Transforms each chunk before it is written. */
    prepare: (piece: Buffer) => Buffer
    /** Called when the body has ended and the parser has consumed all of it. */
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
