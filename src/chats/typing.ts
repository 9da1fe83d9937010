/** That somebody types: told to those who watch the chat now, and kept nowhere. */
import type { SignalContent, Signals } from '../cache/signals.ts'

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

/** Tells whoever watches the chat. */
export function publishTyping(signals: Signals, { chatId, userId, typing, at }: TypingSignal): void {
  signals.publish(topicOf(chatId), { chatId, userId, typing, at: at.getTime() })
}

/** Calls `listener` when somebody types in the chat, until the function that it gives back is called. */
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

/** Undefined for what another version of this server may send. */
function signalOf({ chatId, userId, typing, at }: SignalContent): TypingSignal | undefined {
  if (typeof chatId !== 'string' || typeof userId !== 'string') return undefined
  if (typeof typing !== 'boolean' || typeof at !== 'number') return undefined
  return new TypingSignal({ chatId, userId, typing, at: new Date(at) })
}
