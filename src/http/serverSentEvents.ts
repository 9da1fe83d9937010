/**
 * Sends streams as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), by the protocol
 * "GraphQL over SSE". The id of each event is its cursor; an EventSource sends it as `Last-Event-ID` when it reconnects.
 */
import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import { writeCursor } from '../graphql/cursor.ts'

// Proxies close connections that are silent for 30 to 60 s.
const PING_MS = 12_000
const PING = ':\n\n'
const COMPLETE = 'event: complete\ndata:\n\n'
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Otherwise nginx and others buffer a few kilobytes.
  'x-accel-buffering': 'no',
}

const CURSOR = Symbol('the cursor of an item')

type Item = ExecutionResult & { [CURSOR]?: bigint | undefined }

/** Yoga plugin that sends streams as server-sent events. It must follow the plugins that change items. */
export function useServerSentEvents(): Plugin<Context> {
  return {
    onSubscribe: () => ({
      onSubscribeResult: () => ({
        onNext({ args, result, setResult }) {
          const item: Item = { ...(result as ExecutionResult), [CURSOR]: args.contextValue.itemCursor }
          setResult(item)
        },
      }),
    }),
    onResultProcess({ result, resultProcessor, setResultProcessor }) {
      // No result processor: the client does not accept streams.
      if (!resultProcessor || !isAsyncIterable(result)) return
      setResultProcessor(
        (items, { ReadableStream, Response }) =>
          new Response(new ReadableStream(sourceOf(items as AsyncIterable<Item>)), { headers: HEADERS }),
        'text/event-stream',
      )
    },
  }
}

// Pull-based: the next item is read only when the client has taken the previous one.
function sourceOf(stream: AsyncIterable<Item>): UnderlyingDefaultSource<Uint8Array> {
  const encoder = new TextEncoder()
  const items = stream[Symbol.asyncIterator]()
  let pings: NodeJS.Timeout | undefined
  return {
    start(controller) {
      // Sent at once, because some browsers report an open stream only after the first bytes.
      controller.enqueue(encoder.encode(PING))
      pings = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(PING))
      }, PING_MS)
    },
    async pull(controller) {
      try {
        const { done, value } = await items.next()
        controller.enqueue(encoder.encode(done ? COMPLETE : eventOf(value)))
        if (!done) return
        clearInterval(pings)
        controller.close()
      } catch (error) {
        clearInterval(pings)
        controller.error(error)
      }
    },
    async cancel() {
      clearInterval(pings)
      await items.return?.()
    },
  }
}

function eventOf(item: Item): string {
  const cursor = item[CURSOR]
  const id = cursor === undefined ? '' : `id: ${writeCursor(cursor)}\n`
  return `${id}event: next\ndata: ${JSON.stringify(item)}\n\n`
}
