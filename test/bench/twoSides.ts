/** Compares two sides: alternating rounds, the median of each figure, ratios first. */
import type { Shot } from './load.ts'
import { printTable } from './report.ts'
import { cellsOf, middleOf, SAMPLE_HEADS, type Sample, sampleOf } from './round.ts'
import type { MeasuredServer } from './servers.ts'

const RATIO_HEADS = ['CPU of the server', 'CPU of the database', 'p50', 'at most'] as const

export interface Side {
  name: string
  server: MeasuredServer
  /** Returns the source of requests for a round. */
  shotsOf: (round: number) => () => Shot
}

interface Sides {
  what: string
  /** The side in question, and the usual side that it is compared with. */
  sides: readonly [subject: Side, usual: Side]
  postmaster: number
  connections: number
  rounds: number
  requests: number
  /** The goal: each figure of the first side is at most this many times that of the second. */
  timesAtMost: number
}

/** Measures both sides and prints. The first round of each warms plans and caches, and is not counted. */
export async function compare({ sides, postmaster, connections, rounds, requests, ...said }: Sides): Promise<void> {
  const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const side of sides) {
      const next = side.shotsOf(round)
      const sample = await sampleOf({ server: side.server, postmaster, next, connections, requests })
      if (round > 0) samples.get(side)?.push(sample)
    }
  }
  const [subject, usual] = sides.map((side) => middleOf(samples.get(side) ?? []))
  if (subject && usual) print(said, sides, [subject, usual])
}

function print(
  { what, timesAtMost }: Pick<Sides, 'what' | 'timesAtMost'>,
  [subject, usual]: Sides['sides'],
  [ofSubject, ofUsual]: readonly [Sample, Sample],
): void {
  const ratios = [
    ofSubject.cpuMicroseconds / ofUsual.cpuMicroseconds,
    ofSubject.databaseMicroseconds / ofUsual.databaseMicroseconds,
    ofSubject.p50 / ofUsual.p50,
  ]
  printTable('How many times the usual it takes', RATIO_HEADS, [
    [`${what}, ${subject.name} over ${usual.name}`, ...ratios.map((ratio) => ratio.toFixed(2)), timesAtMost.toString()],
  ])
  printTable('Each', SAMPLE_HEADS, [
    [`${what}, ${subject.name}`, ...cellsOf(ofSubject)],
    [`${what}, ${usual.name}`, ...cellsOf(ofUsual)],
  ])
}
