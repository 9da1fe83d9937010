/** Carries signals between the servers that share a Redis. Within a process they do not need it. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { RedisLink } from './redisLink.ts'
import { processSignals, type SignalContent, type Signals } from './signals.ts'

const CHANNEL_PREFIX = 'errand:signal:'
// Ours have a tenth of it.
const LENGTH_MAX = 4_096

const saying = z.object({
  from: z.string(),
  content: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

/** Who listens in this process is called at once; who listens in another, when Redis can be reached. */
export function redisSignals(link: RedisLink): Signals {
  const here = processSignals()
  const listeners = new Map<string, number>()
  const from = randomUUID()

  link.onMessage((channel, text) => {
    const said = read(text)
    if (said && said.from !== from) here.publish(channel.slice(CHANNEL_PREFIX.length), said.content)
  })

  function count(topic: string, change: 1 | -1): void {
    const before = listeners.get(topic) ?? 0
    const after = before + change
    if (after === 0) listeners.delete(topic)
    else listeners.set(topic, after)
    if (before === 0) link.listenTo(CHANNEL_PREFIX + topic)
    if (after === 0) link.stopListeningTo(CHANNEL_PREFIX + topic)
  }

  return {
    publish(topic, content) {
      here.publish(topic, content)
      link.say(CHANNEL_PREFIX + topic, JSON.stringify({ from, content }))
    },
    subscribe(topic, listener) {
      const unsubscribe = here.subscribe(topic, listener)
      let listening = true
      count(topic, 1)
      return () => {
        if (!listening) return
        listening = false
        unsubscribe()
        count(topic, -1)
      }
    },
  }
}

/** Undefined for what no server of ours said. */
function read(text: string): { from: string; content: SignalContent } | undefined {
  if (text.length > LENGTH_MAX) return undefined
  try {
    return saying.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
