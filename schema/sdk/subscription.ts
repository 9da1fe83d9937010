/**
 * A subscription that reconnects automatically, and resumes from the last cursor, so that no event is lost or repeated. If it
 * cannot resume, it yields ResyncRequired.
 */

import { eventsIn } from './eventSource.ts'
import { NoAnswerError, RequestError } from './failures.ts'
import { dataOf, type GraphqlResponse, isUnauthenticated } from './graphqlResponse.ts'
import { backoffMs, pause } from './retry.ts'
import { piecesOf } from './uploadable.ts'

// With waits of up to 10 s, about ten minutes of an unreachable server. Then the caller gets the error.
const FAILURES_MAX = 60
// The server sends at least every 15 s; three missed heartbeats mean a dead connection.
const SILENCE_MAX_MS = 45_000

export interface SubscriptionSource {
  /** Opens the stream after this cursor. */
  open(after: string | undefined, signal: AbortSignal): Promise<Response>
  /** Reads a response that is not a stream. */
  readRefusal(response: Response): Promise<GraphqlResponse>
  /** Called after the token was refused. Returns true if there is another one to try. */
  renewToken(): Promise<boolean>
}

/** The iterator of a subscription. `return`, which leaving a loop calls, ends it at once, even while it waits for an item. */
export interface Subscription<Data> extends AsyncIterableIterator<Data, undefined> {
  return(): Promise<IteratorResult<Data, undefined>>
}

/** Yields the items of a subscription, from the cursor `after` or from now, until `signal` aborts; then throws its reason. */
export function subscribe<Data>(
  source: SubscriptionSource,
  { after, signal }: { after: string | undefined; signal: AbortSignal | undefined },
): Subscription<Data> {
  const closing = new AbortController()
  const items = follow<Data>(source, after, signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
  return {
    next: () => items.next().catch(endIfClosed),
    return() {
      // A generator that awaits an item cannot be ended before the signal rejects that await.
      closing.abort(new SubscriptionClosed())
      return items.return(undefined).catch(endIfClosed)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

class SubscriptionClosed extends Error {}

function endIfClosed(error: unknown): IteratorReturnResult<undefined> {
  if (error instanceof SubscriptionClosed) return { done: true, value: undefined }
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
        const { field, cursor } = positionOf(data)
        // Disconnected before the first cursor, it started again at a later time: events in between may be missing.
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

/** Yields the items of one connection until it completes or fails. */
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
      const refusal = await source.readRefusal(response)
      throw new RequestError(refusal.status, refusal.body.errors ?? [])
    }
    for await (const { type, text } of eventsIn(trackWaiting(piecesOf(response.body), restart))) {
      if (type === 'complete') return
      yield dataOf<Data>({ status: response.status, body: JSON.parse(text) })
    }
  } finally {
    clearTimeout(timer)
  }

  /** Measures silence only while waiting for data, not while the caller processes an item. */
  function restart(isWaiting: boolean) {
    clearTimeout(timer)
    if (isWaiting) timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS)
  }
}

async function* trackWaiting(
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

/** True if the stream should be reopened: after a disconnect, if the server was overloaded or stopping, or with a new token. */
async function isPassing(error: unknown, source: SubscriptionSource): Promise<boolean> {
  if (!(error instanceof RequestError)) return true
  const { problems, status } = error
  if (isUnauthenticated({ status, body: { errors: [...problems] } })) return source.renewToken().catch(() => true)
  return (
    status === 429 || (status >= 502 && status <= 504) || problems.some((one) => one.extensions?.retryable === true)
  )
}

interface SubscriptionItem {
  __typename?: string
  cursor?: string
  latest?: string
}

/** Returns the cursor of an item, if the operation selects it. */
function positionOf(data: unknown): { field: string; cursor: string | undefined } {
  const [field = '', item] = Object.entries(data as Record<string, SubscriptionItem | null>)[0] ?? []
  return { field, cursor: item?.cursor ?? item?.latest }
}

const resyncAt = (field: string, cursor: string) => ({
  [field]: { __typename: 'ResyncRequired', oldest: cursor, latest: cursor },
})
