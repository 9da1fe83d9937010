/** Which requests meet: all pairs in every situation, and triples by seed. */
import { seededRandom } from '../../support/seededRandom.ts'
import { exploreAll, exploreRandomly } from './exploreSchedules.ts'
import { type Explore, Meeting } from './meeting.ts'
import { REQUESTS, type RequestName } from './requests.ts'
import { SITUATIONS, type SituationName } from './situations.ts'
import type { Stage } from './stage.ts'

/**
 * The preemptions of pairs whose requests both have an effect in some order, and of those with one that is always refused; the latter are
 * explored in one situation alone.
 */
export const PREEMPTIONS_MAX = { effective: 2, refused: 1 }
/** The schedules of one pair. */
export const SCHEDULES_MAX = 400
/** The random schedules of one triple. */
export const SCHEDULES_OF_TRIPLE = 10

const ALL_REQUESTS = Object.keys(REQUESTS) as RequestName[]
export const ALL_SITUATIONS = Object.keys(SITUATIONS) as SituationName[]

/** The requests that can be sent in a situation, and those of them that change anything there. */
export interface Possible {
  all: RequestName[]
  effective: RequestName[]
}

export async function possibleIn(meeting: Meeting): Promise<Possible> {
  const all = ALL_REQUESTS.filter((name) => meeting.canSend(name))
  const effective: RequestName[] = []
  for (const name of all) if (await meeting.changesAnything(name)) effective.push(name)
  return { all, effective }
}

/** All pairs, those of a request with itself included, of which at least one changes anything. */
export function pairsOf({ all, effective }: Possible): [RequestName, RequestName][] {
  return all.flatMap((one, index) =>
    all
      .slice(index)
      .filter((other) => effective.includes(one) || effective.includes(other))
      .map((other): [RequestName, RequestName] => [one, other]),
  )
}

/**
 * Explores a pair within the limits above. `explored` has the pairs with a request that is always refused that were explored already, in
 * any situation.
 */
export const exploringPair =
  (pair: readonly RequestName[], { effective }: Possible, explored: Set<string>): Explore =>
  async (run, serialEnds) => {
    const haveEffects = serialEnds > 1 || pair.every((name) => effective.includes(name))
    const key = pair.join(' + ')
    if (!haveEffects && explored.has(key)) return { ran: 0, equivalent: 0, leftOut: 0 }
    if (!haveEffects) explored.add(key)
    const preemptionsMax = haveEffects ? PREEMPTIONS_MAX.effective : PREEMPTIONS_MAX.refused
    return exploreAll({ preemptionsMax, schedulesMax: SCHEDULES_MAX }, run)
  }

/** The situation of the triple of a seed. */
export function situationOf(seed: number): SituationName {
  const random = seededRandom(seed)
  return ALL_SITUATIONS[Math.floor(random() * ALL_SITUATIONS.length)] ?? 'open'
}

/** The triple of a seed in its situation, of which at least one changes anything, and its random schedules. */
export function tripleOf(seed: number, { all, effective }: Possible): { names: RequestName[]; explore: Explore } {
  const random = seededRandom(seed)
  random() // Has chosen the situation.
  const one = (of: readonly RequestName[]): RequestName => of[Math.floor(random() * of.length)] ?? 'acceptTask'
  const names = [one(effective), one([...effective, ...all]), one([...effective, ...all])]
  return { names, explore: (run) => exploreRandomly({ random, schedules: SCHEDULES_OF_TRIPLE }, run) }
}

/** Prepares situations on one stage, and keeps the last one. */
export class Situations {
  readonly #stage: Stage
  #last: { meeting: Meeting; possible: Possible } | undefined

  constructor(stage: Stage) {
    this.#stage = stage
  }

  async at(name: SituationName): Promise<{ meeting: Meeting; possible: Possible }> {
    if (this.#last?.meeting.situation !== name) {
      const meeting = await Meeting.prepare(this.#stage, name)
      this.#last = { meeting, possible: await possibleIn(meeting) }
    }
    return this.#last
  }
}
