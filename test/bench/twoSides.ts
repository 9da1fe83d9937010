/** Two things of the same kind side by side: alternating rounds, the median of each figure, and the ratios first. */
import type { Shot } from './load.ts'
import { printTable } from './report.ts'
import { cellsOf, middleOf, SAMPLE_HEADS, type Sample, sampleOf } from './round.ts'
import type { MeasuredServer } from './servers.ts'

const RATIO_HEADS = ['CPU of the server', 'CPU of the database', 'p50', 'at most'] as const

export interface Side {
  name: string
  server: MeasuredServer
  /** The shots of a round, the same for its whole length. */
  shotsOf: (round: number) => () => Shot
}

interface Sides {
  what: string
  /** What is asked about, and what it is measured by. */
  sides: readonly [asked: Side, usual: Side]
  postmaster: number
  connections: number
  rounds: number
  requests: number
  /** No figure of the first side may be more than so many times that of the second. */
  timesAtMost: number
}

/** Measures both sides and prints. The first round of each is not counted: plans and caches are made in it. */
export async function compare({ sides, postmaster, connections, rounds, requests, ...said }: Sides): Promise<void> {
  const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const side of sides) {
      const next = side.shotsOf(round)
      const sample = await sampleOf({ server: side.server, postmaster, next, connections, requests })
      if (round > 0) samples.get(side)?.push(sample)
    }
  }
  const [asked, usual] = sides.map((side) => middleOf(samples.get(side) ?? []))
  if (asked && usual) print(said, sides, [asked, usual])
}

function print(
  { what, timesAtMost }: Pick<Sides, 'what' | 'timesAtMost'>,
  [asked, usual]: Sides['sides'],
  [ofAsked, ofUsual]: readonly [Sample, Sample],
): void {
  const ratios = [
    ofAsked.cpuMicroseconds / ofUsual.cpuMicroseconds,
    ofAsked.databaseMicroseconds / ofUsual.databaseMicroseconds,
    ofAsked.p50 / ofUsual.p50,
  ]
  printTable('How many times the usual it takes', RATIO_HEADS, [
    [`${what}, ${asked.name} over ${usual.name}`, ...ratios.map((ratio) => ratio.toFixed(2)), timesAtMost.toString()],
  ])
  printTable('Each', SAMPLE_HEADS, [
    [`${what}, ${asked.name}`, ...cellsOf(ofAsked)],
    [`${what}, ${usual.name}`, ...cellsOf(ofUsual)],
  ])
}
