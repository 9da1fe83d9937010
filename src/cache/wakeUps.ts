/**
 * Notifies readers that there is something new to read. A wake-up has no content: readers read the table, and poll it each second in any
 * case, so a lost wake-up delays an event by a second and never loses it.
 */
export interface WakeUps {
  publish(): void
  /** Calls `listener` at each wake-up. Returns the function that unsubscribes. */
  subscribe(listener: () => void): () => void
}

/** Wake-ups within this process. */
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
