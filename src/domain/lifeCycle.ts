/** A life cycle: the transitions of each status, their actors and their timers. The constraints of the database hold the same. */
export interface Transition<Status extends string> {
  /** A mutation, or the name of what a timer or the payment provider does. */
  name: string
  from: readonly Status[]
  to: readonly Status[]
  actors: readonly string[]
  /** Delay of an automatic transition after `from` was entered, as an ISO 8601 duration. */
  after?: string
}

export interface LifeCycle<Status extends string> {
  subject: string
  states: readonly Status[]
  transitions: readonly Transition<Status>[]
}

/** The distinct status changes that the transitions allow; staying in a status is not a change. */
export function movesOf<Status extends string>({ transitions }: LifeCycle<Status>): { from: Status; to: Status }[] {
  const moves = new Map<string, { from: Status; to: Status }>()
  for (const transition of transitions) {
    for (const from of transition.from) {
      for (const to of transition.to) {
        if (from !== to) moves.set(`${from} ${to}`, { from, to })
      }
    }
  }
  return [...moves.values()]
}
