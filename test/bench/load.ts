/** Closed-loop load: each of a few connections sends its next request when the last is answered. */
import http, { type Agent } from 'node:http'
import https from 'node:https'

export interface Shot {
  body: string
  token?: string
  /** Checks the answer and throws if it is wrong. By default an answer with errors or a refusal fails. */
  take?: (answer: string) => void
}

export interface Load {
  seconds: number
  /** Milliseconds from the first byte sent to the last byte received, ascending. */
  latencies: number[]
}

const ANSWER_WAIT_MS = 30_000

const moduleFor = ({ protocol }: URL) => (protocol === 'https:' ? https : http)

/** An agent with at most this many connections, for http or https. */
export const agentFor = (url: URL, maxSockets: number): Agent =>
  new (moduleFor(url).Agent)({ keepAlive: true, maxSockets })

/** Returns the text of the answer. Rejects if the status is not 200. */
export function send(url: URL, { body, token }: Shot, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const sent = moduleFor(url).request(
      url,
      { method: 'POST', agent, headers, timeout: ANSWER_WAIT_MS },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString()
          if (response.statusCode === 200) resolve(text)
          else reject(new Error(`${response.statusCode} ${text.slice(0, 500)}`))
        })
      },
    )
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error('There was no answer.')))
    sent.end(body)
  })
}

/** Sends this many requests from `next` to `url`. Fails at the first answer with errors. */
export async function load(
  url: URL,
  { next, connections, requests }: { next: () => Shot; connections: number; requests: number },
): Promise<Load> {
  const agent = agentFor(url, connections)
  const latencies: number[] = []
  const startedAt = performance.now()
  let left = requests
  const loop = async () => {
    while (left > 0) {
      left--
      const shot = next()
      const sentAt = performance.now()
      const answer = await send(url, shot, agent)
      latencies.push(performance.now() - sentAt)
      const { take = refuseErrors } = shot
      take(answer)
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, loop))
  } finally {
    agent.destroy()
  }
  const took = (performance.now() - startedAt) / 1_000
  return { seconds: took, latencies: latencies.sort((one, other) => one - other) }
}

// An answer with errors or a refusal is cheaper than the work and must not be measured.
function refuseErrors(text: string): void {
  if (text.includes('"errors":[') || text.includes('Error"')) throw new Error(text.slice(0, 500))
}

export const percentile = (ascending: readonly number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN

/** Returns the median; of an even number the upper one. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((one, other) => one - other),
    0.5,
  )
}
