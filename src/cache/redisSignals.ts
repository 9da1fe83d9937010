/** Signals between servers that share a Redis. Within a process they do not pass through it. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { RedisLink } from './redisLink.ts'
import { processSignals, type SignalContent, type Signals } from './signals.ts'

const CHANNEL_PREFIX = 'errand:signal:'
// Ten times the length of our signals.
const LENGTH_MAX = 4_096

const message = z.object({
  from: z.string(),
  content: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

/** Calls listeners in this process at once, and those in other processes if Redis answers. */
export function redisSignals(link: RedisLink): Signals {
  const local = processSignals()
  const listeners = new Map<string, number>()
  const from = randomUUID()

  link.onMessage((channel, text) => {
    const parsed = parse(text)
    if (parsed && parsed.from !== from) local.publish(channel.slice(CHANNEL_PREFIX.length), parsed.content)
  })

  function count(topic: string, change: 1 | -1): void {
    const before = listeners.get(topic) ?? 0
    const after = before + change
    if (after === 0) listeners.delete(topic)
    else listeners.set(topic, after)
    if (before === 0) link.subscribe(CHANNEL_PREFIX + topic)
    if (after === 0) link.unsubscribe(CHANNEL_PREFIX + topic)
  }

  return {
    publish(topic, content) {
      local.publish(topic, content)
      link.publish(CHANNEL_PREFIX + topic, JSON.stringify({ from, content }))
    },
    subscribe(topic, listener) {
      const unsubscribe = local.subscribe(topic, listener)
      let isSubscribed = true
      count(topic, 1)
      return () => {
        if (!isSubscribed) return
        isSubscribed = false
        unsubscribe()
        count(topic, -1)
      }
    },
  }
}

/** Undefined if no server of ours published it. */
function parse(text: string): { from: string; content: SignalContent } | undefined {
  if (text.length > LENGTH_MAX) return undefined
  try {
    return message.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
