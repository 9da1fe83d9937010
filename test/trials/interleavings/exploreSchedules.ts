/**
 * Which schedules are run: all with a bounded number of preemptions, or random ones. A preemption is a switch away from a request that
 * could go on; switches away from one that waits or has ended are free. Most faults of concurrency need two preemptions at most
 * (M. Musuvathi, S. Qadeer: Iterative Context Bounding for Systematic Testing of Multithreaded Programs, 2007).
 */
import type { Choose, Decision, Run } from './runSchedule.ts'

/** The part of a run that tells which other schedules there are. */
export type Course = Pick<Run, 'decisions' | 'steps'>

/** Runs one schedule. */
export type RunOne = (choose: Choose) => Promise<Course>

/** Numbers of schedules: run, not run because they are equivalent to one that was, and not run because of the limit. */
export interface Explored {
  ran: number
  equivalent: number
  leftOut: number
}

interface Planned {
  /** The first choices. */
  prefix: readonly number[]
  /** Shared by schedules that may be equivalent. */
  group: { isSettled: boolean } | undefined
}

const WAITS_WITHIN_STEPS = 2

/** Goes on with the same request while it can, else with the first that can. */
export const goOn: Choose = (enabled, previous) =>
  previous !== undefined && enabled.includes(previous) ? previous : (enabled[0] ?? 0)

const isPreemption = ({ enabled, previous, chosen }: Decision): boolean =>
  previous !== undefined && chosen !== previous && enabled.includes(previous)

/**
 * Runs every schedule with at most `preemptionsMax` preemptions once, but no more than `schedulesMax`, those with early switches first.
 *
 * Of the schedules that interrupt the same transaction by the same request at one statement or another, only the earliest is run in which
 * the request comes to wait for a lock at once: from each later statement it would come to wait for the same lock, having read the same
 * committed rows, and less of the transaction would run while it waits.
 */
export async function exploreAll(
  { preemptionsMax, schedulesMax }: { preemptionsMax: number; schedulesMax: number },
  run: RunOne,
): Promise<Explored> {
  const queue: Planned[] = [{ prefix: [], group: undefined }]
  const explored: Explored = { ran: 0, equivalent: 0, leftOut: 0 }
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { prefix, group } = next
    if (group?.isSettled) explored.equivalent++
    else if (explored.ran === schedulesMax) explored.leftOut++
    else {
      const course = await run(following(prefix))
      explored.ran++
      if (group && waitsAtOnce(course, prefix.length - 1)) group.isSettled = true
      queue.push(...branches(course, prefix.length, preemptionsMax))
    }
  }
  return explored
}

/** The schedules that differ from this one in one choice after the prefix, within the bound. */
function branches({ decisions, steps }: Course, prefixLength: number, preemptionsMax: number): Planned[] {
  const planned: Planned[] = []
  const groups = new Map<string, { isSettled: boolean }>()
  let preemptions = 0
  // Counts the times that another request goes on, and the transactions that end.
  let stretch = 0
  decisions.forEach((decision, index) => {
    const { enabled, previous, chosen } = decision
    const last = steps[index - 1]
    if (last && (last.thread !== steps[index - 2]?.thread || /^(commit|rollback)$/.test(last.statement))) stretch++
    for (const other of index >= prefixLength ? enabled : []) {
      if (other === chosen) continue
      const preempts = isPreemption({ ...decision, chosen: other })
      if (preemptions + Number(preempts) > preemptionsMax) continue
      const key = `${previous} ${stretch} ${other}`
      const group = groups.get(key) ?? { isSettled: false }
      groups.set(key, group)
      const prefix = [...decisions.slice(0, index).map((one) => one.chosen), other]
      planned.push({ prefix, group: preempts ? group : undefined })
    }
    preemptions += Number(isPreemption(decision))
  })
  return planned
}

/**
 * True if the request that goes on at this decision comes to wait in its first step, or starts and comes to wait in its second: its first
 * statement locks nothing that others use.
 */
function waitsAtOnce({ decisions, steps }: Course, index: number): boolean {
  const request = decisions[index]?.chosen
  const most = steps[index]?.statement === 'start' ? WAITS_WITHIN_STEPS : 1
  for (let count = 1; count <= most; count++) {
    if (decisions[index + count - 1]?.chosen !== request) return false
    if (request !== undefined && decisions[index + count]?.waiting.includes(request)) return true
  }
  return false
}

/** Chooses as in these first decisions, then goes on. */
function following(prefix: readonly number[]): Choose {
  let index = 0
  return (enabled, previous) => {
    const planned = prefix[index++]
    return planned !== undefined && enabled.includes(planned) ? planned : goOn(enabled, previous)
  }
}

/** Runs this many random schedules. */
export async function exploreRandomly(
  { random, schedules }: { random: () => number; schedules: number },
  run: RunOne,
): Promise<Explored> {
  for (let count = 0; count < schedules; count++) await run(choosingRandomly(random))
  return { ran: schedules, equivalent: 0, leftOut: 0 }
}

/** Chooses at random, mostly to go on, so that the switches are spread over the whole schedule. */
const choosingRandomly =
  (random: () => number): Choose =>
  (enabled, previous) =>
    random() < 0.7 ? goOn(enabled, previous) : (enabled[Math.floor(random() * enabled.length)] ?? 0)
