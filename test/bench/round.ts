/** One round of a measurement: requests to one server, their CPU on the server and the database, and their latency. */
import { cpuNanoseconds, cpuNanosecondsOfFamily } from './cost.ts'
import { load, median, percentile, type Shot } from './load.ts'
import type { MeasuredServer } from './servers.ts'

/** Figures per request: averages, and latencies at the given share. */
export interface Sample {
  cpuMicroseconds: number
  databaseMicroseconds: number
  requestsPerSecond: number
  p50: number
  p99: number
}

export interface Round {
  server: Pick<MeasuredServer, 'url' | 'processId'>
  /** The process of the database; its backends are counted with it. */
  postmaster: number
  next: () => Shot
  connections: number
  requests: number
}

/** Sends the requests of a round. */
export async function sampleOf({ server, postmaster, next, connections, requests }: Round): Promise<Sample> {
  const before = [await cpuNanoseconds(server.processId), await cpuNanosecondsOfFamily(postmaster)] as const
  const done = await load(server.url, { next, connections, requests })
  const after = [await cpuNanoseconds(server.processId), await cpuNanosecondsOfFamily(postmaster)] as const
  return {
    cpuMicroseconds: (after[0] - before[0]) / 1_000 / requests,
    databaseMicroseconds: (after[1] - before[1]) / 1_000 / requests,
    requestsPerSecond: requests / done.seconds,
    p50: percentile(done.latencies, 0.5),
    p99: percentile(done.latencies, 0.99),
  }
}

/** The median of each figure over the rounds. */
export function middleOf(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample) => median(samples.map((sample) => sample[field]))
  return {
    cpuMicroseconds: of('cpuMicroseconds'),
    databaseMicroseconds: of('databaseMicroseconds'),
    requestsPerSecond: of('requestsPerSecond'),
    p50: of('p50'),
    p99: of('p99'),
  }
}

/** The figures of a sample as the cells of a line. */
export function cellsOf({ cpuMicroseconds, databaseMicroseconds, requestsPerSecond, p50, p99 }: Sample): string[] {
  const whole = [cpuMicroseconds, databaseMicroseconds, requestsPerSecond].map((figure) => figure.toFixed(0))
  return [...whole, p50.toFixed(2), p99.toFixed(2)]
}

/** The heads of these cells. */
export const SAMPLE_HEADS = ['CPU µs', 'database µs', 'per second', 'p50 ms', 'p99 ms'] as const
