/**
 * A subscription that goes on by itself: cut, it is opened again after the last cursor that came, so that nothing is lost
 * or given twice. What cannot be made up for is told as ResyncRequired, never passed over.
 */
import { type Answer, dataOf, isUnauthenticated } from './answer.ts'
import { eventsIn } from './eventSource.ts'
import { NoAnswerError, RequestError } from './failures.ts'
import { backoffMs, pause } from './retry.ts'
import { piecesOf } from './uploadable.ts'

// With waits of up to 10 s about ten minutes of a server that cannot be reached: then the caller should know.
const FAILURES_MAX = 60
// The server says something every 15 s at least; three times nothing is a connection that is dead.
const SILENCE_MAX_MS = 45_000

export interface SubscriptionSource {
  /** Opens the stream after this cursor. */
  open(after: string | undefined, signal: AbortSignal): Promise<Response>
  /** Reads an answer that is no stream. */
  refusalOf(response: Response): Promise<Answer>
  /** After the token was refused: whether there is another to try. */
  renewToken(): Promise<boolean>
}

/** What a subscription gives. `return`, which leaving a loop calls, ends it at once, also while an item is waited for. */
export interface Subscription<Data> extends AsyncIterableIterator<Data, undefined> {
  return(): Promise<IteratorResult<Data, undefined>>
}

/** The items of a subscription, from `after` on or from now on, until `signal` is aborted, which throws its reason. */
export function subscribe<Data>(
  source: SubscriptionSource,
  { after, signal }: { after: string | undefined; signal: AbortSignal | undefined },
): Subscription<Data> {
  const closing = new AbortController()
  const items = follow<Data>(source, after, signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
  return {
    next: () => items.next().catch(endIfClosed),
    return() {
      // A generator that waits for an item cannot be ended: it is woken by the signal first.
      closing.abort(new Closed())
      return items.return(undefined).catch(endIfClosed)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

class Closed extends Error {}

function endIfClosed(error: unknown): IteratorReturnResult<undefined> {
  if (error instanceof Closed) return { done: true, value: undefined }
  throw error
}

async function* follow<Data>(
  source: SubscriptionSource,
  from: string | undefined,
  ending: AbortSignal,
): AsyncGenerator<Data, undefined> {
  let after = from
  let failures = 0
  let mayHaveMissed = false
  let lastFailure: unknown
  while (failures < FAILURES_MAX) {
    if (failures > 0) await pause(backoffMs(failures), ending)
    failures++
    try {
      for await (const data of connection<Data>(source, after, ending)) {
        failures = 1
        const { field, cursor } = placeOf(data)
        // Cut before it had any cursor, it began anew at another moment: between the two something may have happened.
        if (cursor !== undefined && mayHaveMissed) yield resyncAt(field, cursor) as Data
        if (cursor !== undefined) mayHaveMissed = false
        after = cursor ?? after
        yield data
      }
    } catch (error) {
      ending.throwIfAborted()
      if (!(await isPassing(error, source))) throw error
      lastFailure = error
    }
    mayHaveMissed ||= after === undefined
  }
  const reason = lastFailure instanceof NoAnswerError ? ` ${lastFailure.message}` : ''
  throw new NoAnswerError(`The stream could not be opened again.${reason}`, { cause: lastFailure })
}

/** One connection: its items until it ends, in good order or by an error. */
async function* connection<Data>(
  source: SubscriptionSource,
  after: string | undefined,
  ending: AbortSignal,
): AsyncGenerator<Data> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS)
  try {
    const response = await source.open(after, AbortSignal.any([ending, silence.signal]))
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    if (!isStream || !response.body) {
      const answer = await source.refusalOf(response)
      throw new RequestError(answer.status, answer.body.errors ?? [])
    }
    for await (const { type, text } of eventsIn(heard(piecesOf(response.body), restart))) {
      if (type === 'complete') return
      yield dataOf<Data>({ status: response.status, body: JSON.parse(text) })
    }
  } finally {
    clearTimeout(timer)
  }

  /** Counts silence only while something is waited for, not while the caller is busy with an item. */
  function restart(isWaiting: boolean) {
    clearTimeout(timer)
    if (isWaiting) timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS)
  }
}

async function* heard(
  pieces: AsyncGenerator<Uint8Array>,
  onWait: (isWaiting: boolean) => void,
): AsyncGenerator<Uint8Array> {
  onWait(true)
  for await (const piece of pieces) {
    onWait(false)
    yield piece
    onWait(true)
  }
}

/** Whether to open it again: after a cut, when the server was busy or stopping, and with a newer token. */
async function isPassing(error: unknown, source: SubscriptionSource): Promise<boolean> {
  if (!(error instanceof RequestError)) return true
  const { problems, status } = error
  if (isUnauthenticated({ status, body: { errors: [...problems] } })) return source.renewToken().catch(() => true)
  return (
    status === 429 || (status >= 502 && status <= 504) || problems.some((one) => one.extensions?.retryable === true)
  )
}

interface StreamItem {
  __typename?: string
  cursor?: string
  latest?: string
}

/** Where an item stands in the log, as far as the operation selects it. */
function placeOf(data: unknown): { field: string; cursor: string | undefined } {
  const [field = '', item] = Object.entries(data as Record<string, StreamItem | null>)[0] ?? []
  return { field, cursor: item?.cursor ?? item?.latest }
}

const resyncAt = (field: string, cursor: string) => ({
  [field]: { __typename: 'ResyncRequired', oldest: cursor, latest: cursor },
})
