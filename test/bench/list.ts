/** The list of tasks in two worlds: the usual one, and one in which each task has ten times the applications. */
import pg from 'pg'
import { prepareBenchGround } from './ground.ts'
import { shotsFor } from './operations.ts'
import type { Options } from './requests.ts'
import { type MeasuredServer, startOurs } from './servers.ts'
import { compare, type Side } from './twoSides.ts'

const TIMES = 10
const TIMES_AT_MOST = 1.2
const CONNECTIONS = 4
const ROUNDS = 7
const ROUND_REQUESTS = 500

/** Measures and prints a list of 20 tasks with poster and number of applications. */
export async function list({ data, rounds = ROUNDS, requests = ROUND_REQUESTS }: Options): Promise<void> {
  const ground = await prepareBenchGround({ data })
  const running: MeasuredServer[] = []
  try {
    const beside = await ground.worldBeside('errand_tenfold', { applicationsTimes: TIMES })
    const sides: Side[] = []
    for (const [name, connectionString] of [
      [`${TIMES} times the applications`, beside],
      ['the usual number', ground.connectionString],
    ] as const) {
      const server = await startOurs({ ...ground.environment, DATABASE_URL: connectionString })
      running.push(server)
      const next = await nextIn(connectionString, ground.secret)
      sides.push({ name, server, shotsOf: () => next })
    }
    const [tenfold, usual] = sides
    if (!tenfold || !usual) return
    const { postmaster } = ground
    const [what, timesAtMost] = ['The list', TIMES_AT_MOST]
    await compare({
      what,
      timesAtMost,
      sides: [tenfold, usual],
      postmaster,
      connections: CONNECTIONS,
      rounds,
      requests,
    })
  } finally {
    for (const server of running) await server.stop()
    await ground.end()
  }
}

async function nextIn(connectionString: string, secret: Uint8Array) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { list } = await shotsFor(client, secret)
  await client.end()
  return list.next
}
