/** A life cycle: which moves a status allows, who makes them, and what time alone does. Pure; the database holds the same. */
export interface Transition<Status extends string> {
  /** What makes the move: a mutation, or what a timer or the provider does. */
  name: string
  from: readonly Status[]
  to: readonly Status[]
  actors: readonly string[]
  /** When time alone makes it: how long after entering `from`, by ISO 8601. */
  after?: string
}

export interface LifeCycle<Status extends string> {
  subject: string
  states: readonly Status[]
  transitions: readonly Transition<Status>[]
}

/** Every pair of statuses that some transition allows; staying in a status is not a move. */
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
