/** Answers that go on, item by item. */

/**
 * Each item as `map` makes it. `onEnd` is called once, however it ends. Hand-made, since a generator that waits for its
 * source can only be ended when the source gives something.
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
