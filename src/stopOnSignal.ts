/** Graceful shutdown on the first signal, immediate exit on the second. */
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
// A terminal sends Ctrl-C to npm and to this process, and npm forwards it: two signals for one key press. Only a later signal
// counts as a second one.
const SAME_SIGNAL_MS = 2_000

/**
 * Calls `stop` on the first signal or on an unhandled error, then exits: with 0, or with 1 after an error, after `delayMs`, and
 * on a second signal.
 */
export function stopOnSignal(options: {
  /** The name of the process, for the log. */
  name: string
  log: Logger
  delayMs: number
  stop: () => Promise<void>
}): void {
  const { name, log, delayMs, stop } = options
  const cutShort = (reason: unknown) =>
    log.error(reason instanceof Error ? { err: reason } : { reason: String(reason) }, 'shutdown was cut short')
  const { close } = closeWithGrace(
    { delay: delayMs, logger: { error: cutShort }, skip: [...SIGNALS] },
    async ({ err }) => {
      if (err) log.fatal({ err }, `unhandled error stops the ${name}`)
      await stop()
    },
  )
  let firstAt: number | undefined
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now()
      if (firstAt === undefined) {
        firstAt = now
        log.info({ signal }, 'stopping')
        void close()
      } else if (now - firstAt >= SAME_SIGNAL_MS) {
        cutShort(`a second signal: ${signal}`)
        process.exit(1)
      }
    })
  }
}
