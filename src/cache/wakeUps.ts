/**
 * Tells readers that there is something new to read. A wake-up carries nothing: the truth is the table, and readers look each
 * second without one, so a lost wake-up costs a second and never an event.
 */
export interface WakeUps {
  publish(): void
  /** Calls `listener` at each wake-up, until the function that it gives back is called. */
  subscribe(listener: () => void): () => void
}

/** Wakes the readers of this process. */
export function processWakeUps(): WakeUps {
  const listeners = new Set<() => void>()
  return {
    publish() {
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
