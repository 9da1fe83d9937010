/** The outcomes that stories have reached. */
import { VERBS } from './model.ts'
import { REFUSALS, type Verb } from './rules.ts'

/** Counts the outcomes of each verb: `done` or the code of a refusal. */
export type Coverage = Map<Verb, Map<string, number>>

/** The outcome of a step that is not refused. */
export const DONE = 'done'

export function count(coverage: Coverage, verb: Verb, outcome: string, times = 1): void {
  const outcomes = coverage.get(verb) ?? new Map<string, number>()
  coverage.set(verb, outcomes)
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times)
}

export function addTo(total: Coverage, coverage: Coverage): void {
  for (const [verb, outcomes] of coverage) for (const [outcome, times] of outcomes) count(total, verb, outcome, times)
}

const countsOf = (coverage: Coverage) => [...coverage.values()].flatMap((outcomes) => [...outcomes])
export const stepsIn = (coverage: Coverage) => countsOf(coverage).reduce((sum, [, times]) => sum + times, 0)

/** The verbs that never succeeded and the refusals that nobody got. */
export function missing(coverage: Coverage): string[] {
  const reached = new Set(countsOf(coverage).map(([outcome]) => outcome))
  const unsuccessful = VERBS.filter((verb) => !coverage.get(verb)?.has(DONE))
  return [...unsuccessful, ...REFUSALS.filter((code) => !reached.has(code))]
}

export function printCoverage(coverage: Coverage): void {
  console.log(`\nOutcomes of ${stepsIn(coverage)} steps`)
  for (const verb of VERBS) {
    const outcomes = [...(coverage.get(verb) ?? [])].toSorted(([, one], [, other]) => other - one)
    console.log(verb.padEnd(20), outcomes.map(([outcome, count]) => `${outcome} ${count}`).join(', '))
  }
}
