/** Bounds the time of each step of a provider's book. */
import type { Logger } from 'pino'
import { type BookLine, ProviderUnreachable } from './book.ts'

/** Yields the same lines. Throws ProviderUnreachable, and nothing else, if the provider fails or a step, which may read a page, is too slow. */
export async function* boundedBook(
  lines: AsyncIterable<BookLine>,
  { log, timeoutMs }: { log: Logger; timeoutMs: number },
): AsyncGenerator<BookLine> {
  const steps = lines[Symbol.asyncIterator]()
  try {
    for (;;) {
      const step = await inTime(steps.next(), timeoutMs)
      if (step.done) return
      yield step.value
    }
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw error
    log.warn({ err: error }, 'the book of the payment provider could not be read')
    throw new ProviderUnreachable('The book of the provider could not be read.')
  } finally {
    // Not awaited, because the end of a step that hangs would hang, too.
    void Promise.resolve(steps.return?.()).catch(() => {})
  }
}

const inTime = <Step>(call: Promise<Step>, timeoutMs: number): Promise<Step> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ProviderUnreachable(`The provider did not answer within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    )
    call.then(resolve, reject).finally(() => clearTimeout(timer))
  })
