/**
 * 50 agents and 400 customers on two servers: no chat is assigned twice, none starves, no agent exceeds their capacity, and customers
 * are served in the order of arrival.
 */
import { type Client, createClient, SetAgentAvailabilityDocument } from '../../schema/sdk/index.ts'
import { fromPublicId } from '../support/publicIds.ts'
import { seededRandom } from '../support/seededRandom.ts'
import { expectFirstInFirstOut, type QueueFigures, runQueueScenario } from '../support/worlds/queueScenario.ts'
import { type Ground, prepareGround } from './ground.ts'

const SERVERS = 2
const AGENTS = 50
const CUSTOMERS = 400
const CAPACITY_MAX = 8
const ARRIVE_WITHIN_MS = 4_000
// Four polls a second by each of 50 agents leave two small servers enough capacity for the work itself.
const IDLE_MS = 250
const IN_ORDER = 50

/** Plays `seeds` rounds (3 by default) from seed `from`, each on its own database, and prints the figures of each. */
export async function queue({ from, seeds = 3 }: { from: number; seeds?: number }): Promise<void> {
  for (let seed = from; seed < from + seeds; seed++) {
    const ground = await prepareGround({ worker: 'inline', servers: SERVERS })
    try {
      await ground.start()
      print(seed, await playOn(ground, seededRandom(seed)))
    } finally {
      await ground.end()
    }
  }
}

async function playOn(ground: Ground, random: () => number): Promise<QueueFigures> {
  const agents = await Promise.all(
    Array.from({ length: AGENTS }, async (_, index) => {
      const { accessToken, id } = await ground.signIn(`Agent${index}`, 'AGENT')
      const capacity = 1 + Math.floor(random() * CAPACITY_MAX)
      return {
        client: clientOn(ground, index, accessToken),
        uuid: fromPublicId('usr', id) ?? '',
        capacity,
        accessToken,
      }
    }),
  )
  const customers = await Promise.all(
    Array.from({ length: CUSTOMERS }, async (_, index) =>
      clientOn(ground, index, (await ground.signIn(`Customer${index}`)).accessToken),
    ),
  )
  const figures = await runQueueScenario({
    random,
    database: ground.database,
    agents,
    customers,
    arriveWithinMs: ARRIVE_WITHIN_MS,
    idleMs: IDLE_MS,
  })
  const [first] = agents
  for (const { client, capacity } of agents) {
    await client.send(SetAgentAvailabilityDocument, { input: { availability: 'OFFLINE', capacity } })
  }
  await first?.client.send(SetAgentAvailabilityDocument, { input: { availability: 'BUSY', capacity: IN_ORDER } })
  const onBoth = [0, 1].map((server) => clientOn(ground, server, first?.accessToken ?? ''))
  await expectFirstInFirstOut(customers.slice(0, IN_ORDER), onBoth)
  return figures
}

const clientOn = ({ ports }: Ground, index: number, token: string): Client =>
  createClient({ url: `http://127.0.0.1:${ports[index % ports.length]}/graphql`, token })

function print(seed: number, figures: QueueFigures): void {
  const { chats, claimed, assignedAutomatically, overtaken, overtakersMax, waitsMs, totalMs } = figures
  const sorted = waitsMs.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(0)
  console.log(
    `seed ${seed}: ${chats} chats in ${(totalMs / 1000).toFixed(1)} s, ${claimed} claimed, ${assignedAutomatically} assigned automatically; ` +
      `waited p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms; ` +
      `${overtaken} overtaken in the same moment, by at most ${overtakersMax}; ${IN_ORDER} one after the other in their order.`,
  )
}
