/** How a process of this program ends: when it is told to in its own time, and when it is told again at once. */
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
// A terminal sends Ctrl-C to npm and to us, and npm passes on what it is sent: that is one key pressed once. A second press,
// to cut the stop short, comes later.
const SAME_SIGNAL_MS = 2_000

/**
 * Calls `stop` on the first signal, or on an error that nobody handled, and then ends the process: with 0, or with 1 after an error,
 * when that takes longer than `delayMs`, and on a second signal.
 */
export function stopOnSignal(options: {
  /** What ends, for the log. */
  name: string
  log: Logger
  delayMs: number
  stop: () => Promise<void>
}): void {
  const { name, log, delayMs, stop } = options
  const cutShort = (reason: unknown) =>
    log.error(reason instanceof Error ? { err: reason } : { reason: String(reason) }, 'the stop was cut short')
  const { close } = closeWithGrace(
    { delay: delayMs, logger: { error: cutShort }, skip: [...SIGNALS] },
    async ({ err }) => {
      if (err) log.fatal({ err }, `an error that nobody handled ends the ${name}`)
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
