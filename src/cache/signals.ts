/**
 * Ephemeral messages for current listeners, such as typing indicators. Nothing is stored, and a lost signal does no harm. A signal is
 * plain JSON, because it may come from another process.
 */
export type SignalContent = Readonly<Record<string, string | number | boolean>>

export interface Signals {
  publish(topic: string, content: SignalContent): void
  /** Calls `listener` with each signal of the topic. Returns the function that unsubscribes. */
  subscribe(topic: string, listener: (content: SignalContent) => void): () => void
}

/** Signals within this process. */
export function processSignals(): Signals {
  const topics = new Map<string, Set<(content: SignalContent) => void>>()
  return {
    publish(topic, content) {
      for (const listener of topics.get(topic) ?? []) listener(content)
    },
    subscribe(topic, listener) {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic)
      }
    },
  }
}
