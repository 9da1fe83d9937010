import type { Work } from './timer.ts'

// The other server is slow, not ours: ten calls wait for it at once, without holding a database connection.
const CALLS_AT_ONCE = 10

/**
 * Runs work that calls another server, such as the payment provider, for each due row of a timer, ten at once. A failure is logged with
 * its id under `name` and does not stop the others; the row stays due. Returns how many times `call` returned true.
 */
export async function callEach<Row extends { id: string }>(
  { log }: Work,
  { timer, name, rows }: { timer: string; name: string; rows: readonly Row[] },
  call: (row: Row) => Promise<boolean>,
): Promise<number> {
  let done = 0
  for (let start = 0; start < rows.length; start += CALLS_AT_ONCE) {
    const group = rows.slice(start, start + CALLS_AT_ONCE)
    const results = await Promise.allSettled(group.map(call))
    for (const [place, result] of results.entries()) {
      if (result.status === 'fulfilled') done += Number(result.value)
      else log.error({ err: result.reason, timer, [name]: group[place]?.id }, 'a call of a timer failed; retrying')
    }
  }
  return done
}
