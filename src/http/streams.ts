/**
 * Maps each item of a stream. Calls `onEnd` once, on completion, failure or cancellation. Not a generator, because one that
 * awaits its source cannot be cancelled before the source yields.
 */
export function mapStream<Item, Sent>(
  source: AsyncIterable<Item>,
  map: (item: Item) => Sent,
  onEnd: () => void = () => {},
): AsyncIterableIterator<Sent> {
  const items = source[Symbol.asyncIterator]()
  let ended = false
  const end = () => {
    if (!ended) onEnd()
    ended = true
  }
  return {
    async next() {
      try {
        const result = await items.next()
        if (!result.done) return { done: false, value: map(result.value) }
      } catch (error) {
        end()
        throw error
      }
      end()
      return { done: true, value: undefined }
    },
    async return() {
      end()
      await items.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
