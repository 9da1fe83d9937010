/**
 * Streams as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), in the form of the protocol
 * "GraphQL over SSE". Each item says its cursor as the event's id, which browsers and their like send back as `Last-Event-ID`.
 */
import type { ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import { writeCursor } from '../graphql/cursor.ts'

// Proxies close what is silent for a minute or half of one.
const PING_MS = 12_000
const PING = ':\n\n'
const COMPLETE = 'event: complete\ndata:\n\n'
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // nginx and others would keep items back until they have a few kilobytes.
  'x-accel-buffering': 'no',
}

const CURSOR = Symbol('the cursor of an item')

type Item = ExecutionResult & { [CURSOR]?: bigint | undefined }

/** A Yoga plugin that sends streams in this form; stands behind whatever changes their items. */
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
      // Where there is none, the client does not accept streams.
      if (!resultProcessor || !isAsyncIterable(result)) return
      setResultProcessor(
        (items, { ReadableStream, Response }) =>
          new Response(new ReadableStream(sourceOf(items as AsyncIterable<Item>)), { headers: HEADERS }),
        'text/event-stream',
      )
    },
  }
}

// Pulled, so that nothing is read for a client that does not take it.
function sourceOf(stream: AsyncIterable<Item>): UnderlyingDefaultSource<Uint8Array> {
  const encoder = new TextEncoder()
  const items = stream[Symbol.asyncIterator]()
  let pings: NodeJS.Timeout | undefined
  return {
    start(controller) {
      // At once, because some browsers wait for the first bytes before they say that the stream is open.
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
