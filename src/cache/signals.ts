/**
 * Carries what is worth something only to those who listen in this moment, such as that somebody types. Nothing is stored, and
 * what is lost was not needed. A signal is plain JSON, so that it may come from another process.
 */
export type SignalContent = Readonly<Record<string, string | number | boolean>>

export interface Signals {
  publish(topic: string, content: SignalContent): void
  /** Calls `listener` with each signal of the topic, until the function that it gives back is called. */
  subscribe(topic: string, listener: (content: SignalContent) => void): () => void
}

/** Carries signals within this process. */
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
