/** Typing signals: published to the current subscribers of the chat and not stored. */
import type { SignalContent, Signals } from '../cache/signals.ts'

/** A typing signal of one person in one chat. */
export class TypingSignal {
  readonly chatId: string
  readonly userId: string
  readonly typing: boolean
  readonly at: Date
  constructor(signal: { chatId: string; userId: string; typing: boolean; at: Date }) {
    this.chatId = signal.chatId
    this.userId = signal.userId
    this.typing = signal.typing
    this.at = signal.at
  }
}

const topicOf = (chatId: string): string => `typing ${chatId}`

/** Publishes a signal to the subscribers of its chat. */
export function publishTyping(signals: Signals, { chatId, userId, typing, at }: TypingSignal): void {
  signals.publish(topicOf(chatId), { chatId, userId, typing, at: at.getTime() })
}

/** Calls `listener` at each typing signal of the chat; returns the function that unsubscribes. */
export function listenForTyping(
  signals: Signals,
  chatId: string,
  listener: (signal: TypingSignal) => void,
): () => void {
  return signals.subscribe(topicOf(chatId), (content) => {
    const signal = signalOf(content)
    if (signal) listener(signal)
  })
}

/** Undefined for a malformed signal, which another version of this server may send. */
function signalOf({ chatId, userId, typing, at }: SignalContent): TypingSignal | undefined {
  if (typeof chatId !== 'string' || typeof userId !== 'string') return undefined
  if (typeof typing !== 'boolean' || typeof at !== 'number') return undefined
  return new TypingSignal({ chatId, userId, typing, at: new Date(at) })
}
