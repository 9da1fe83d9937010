/**
 * The same operations against any running server of this API, from outside: its CPU is not visible, and the objects to read are
 * queried from the server itself.
 */

import { agentFor, load, median, percentile, type Shot, send } from './load.ts'
import { DOCUMENTS, OPERATION_NAMES, type OperationName } from './operations.ts'
import type { Options } from './requests.ts'

const CONNECTIONS = 4
const ROUNDS = 5
const ROUND_REQUESTS = 1_000
const IDS = 100
// The rate limit of one person in a minute, less some for the queries before.
const MESSAGES_MAX = 25
const SPARE_REQUESTS = 10

const TASKS = `query BenchTasks { tasks(first: ${IDS}) { nodes { id } } }`
const OWN = `query BenchOwn {
  viewer {
    tasks(as: POSTER, first: ${IDS}) { nodes { id } }
    chats(first: ${IDS}) { nodes { id endedAt } }
  }
}`
const BUDGET = 'query BenchBudget { rateLimit { remaining } }'

interface Found {
  tasks: string[]
  ownTasks: string[]
  chats: string[]
}

/**
 * Measures and prints. With a token the details are of the person's own tasks. Messages are written only if `only` names the operation,
 * because people may read them. The rate limit of the server is respected.
 */
export async function requestsByUrl(
  address: string,
  { token, rounds = ROUNDS, requests = ROUND_REQUESTS, only }: Options,
): Promise<void> {
  const url = new URL(address)
  if (url.pathname === '/') url.pathname = '/graphql'
  const ask = makeAsk(url, token)
  const found = await find(ask, token)
  const chosen = only?.split(',') ?? OPERATION_NAMES.filter((name) => name !== 'write')
  const names = OPERATION_NAMES.filter((name) => chosen.includes(name) && idsFor(name, found).length > 0)
  const most = await budgetOf(ask)
  const ofRound = Math.min(requests, Math.floor(most / names.length / rounds))
  if (ofRound < requests) console.log(`The server's budget leaves ${ofRound} requests a round.`)
  if (ofRound < 1) throw new Error('The budget is spent: try again in a minute.')
  console.log(`${''.padEnd(12)}${['per second', 'p50 ms', 'p99 ms'].map((head) => head.padStart(12)).join('')}`)
  for (const name of names) {
    const count = name === 'write' && most < Number.POSITIVE_INFINITY ? Math.floor(MESSAGES_MAX / rounds) : ofRound
    await measure(url, { name, next: shotsOf(name, idsFor(name, found), token), rounds, requests: count })
  }
  for (const name of chosen.filter((one) => !names.some((measured) => measured === one))) {
    console.log(`${name}: the server has nothing for it that ${token ? 'this person' : 'a stranger'} may see.`)
  }
}

type Ask = (query: string) => Promise<Record<string, never>>

function makeAsk(url: URL, token: string | undefined): Ask {
  return async (query) => {
    const agent = agentFor(url, 1)
    const shot = { body: JSON.stringify({ query }), ...(token && { token }) }
    const { data, errors } = JSON.parse(await send(url, shot, agent).finally(() => agent.destroy()))
    if (errors) throw new Error(`The server refuses ${query}: ${JSON.stringify(errors)}`)
    return data
  }
}

async function find(ask: Ask, token: string | undefined): Promise<Found> {
  const { tasks } = (await ask(TASKS)) as unknown as { tasks: Nodes }
  const found = { tasks: idsOf(tasks), ownTasks: [], chats: [] }
  if (!token) return found
  const { viewer } = (await ask(OWN)) as unknown as { viewer: { tasks: Nodes; chats: Nodes } | null }
  if (!viewer) throw new Error('The server does not know the token.')
  return { ...found, ownTasks: idsOf(viewer.tasks), chats: idsOf(viewer.chats) }
}

interface Nodes {
  nodes: { id: string; endedAt?: string | null }[]
}

const idsOf = ({ nodes }: Nodes): string[] => nodes.filter(({ endedAt }) => !endedAt).map(({ id }) => id)

function idsFor(name: OperationName, { tasks, ownTasks, chats }: Found): string[] {
  if (name === 'write') return chats
  return name === 'detail' && ownTasks.length > 0 ? ownTasks : tasks
}

/** Returns how many requests may be sent now. Rate limits are off if a query does not change what remains. */
async function budgetOf(ask: Ask): Promise<number> {
  const look = async () => ((await ask(BUDGET)) as unknown as { rateLimit: { remaining: number } }).rateLimit.remaining
  const before = await look()
  const after = await look()
  return after < before ? after - SPARE_REQUESTS : Number.POSITIVE_INFINITY
}

function shotsOf(name: OperationName, ids: readonly string[], token: string | undefined): () => Shot {
  let count = 0
  return () => {
    const id = ids[count++ % ids.length]
    const variables = name === 'write' ? { input: { chatId: id, body: `Message ${count} of the bench.` } } : { id }
    const body = JSON.stringify({ query: DOCUMENTS[name], variables: name === 'list' ? {} : variables })
    return { body, ...(token && { token }) }
  }
}

async function measure(
  url: URL,
  { name, next, rounds, requests }: { name: OperationName; next: () => Shot; rounds: number; requests: number },
): Promise<void> {
  const samples: { perSecond: number; p50: number; p99: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const { seconds, latencies } = await load(url, { next, connections: CONNECTIONS, requests })
    samples.push({
      perSecond: requests / seconds,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    })
  }
  const of = (figure: 'perSecond' | 'p50' | 'p99') => median(samples.map((sample) => sample[figure]))
  const cells = [of('perSecond').toFixed(0), of('p50').toFixed(2), of('p99').toFixed(2)]
  console.log(`${name.padEnd(12)}${cells.map((cell) => cell.padStart(12)).join('')}`)
}
