/** Two things of the same kind side by side: alternating rounds, the median of each figure, and the ratios first. */
import type { Shot } from './load.ts'
import { cellsOf, line, middleOf, SAMPLE_HEADS, type Sample, sampleOf } from './round.ts'
import type { MeasuredServer } from './servers.ts'

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
    ['CPU of the server', ofAsked.cpuMicroseconds / ofUsual.cpuMicroseconds],
    ['CPU of the database', ofAsked.databaseMicroseconds / ofUsual.databaseMicroseconds],
    ['p50', ofAsked.p50 / ofUsual.p50],
  ] as const
  const said = ratios.map(([figure, ratio]) => `${figure} ${ratio.toFixed(2)}`)
  console.log(`\n${what}, ${asked.name} over ${usual.name} (${timesAtMost} at most): ${said.join(', ')}`)
  console.log(line('', SAMPLE_HEADS))
  console.log(line(asked.name, cellsOf(ofAsked)))
  console.log(line(usual.name, cellsOf(ofUsual)))
}
