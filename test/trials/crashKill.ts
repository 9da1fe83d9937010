/** A kill of the trial `crash`, and the providers with which it runs. */
import type { Client } from '../../schema/sdk/index.ts'
import type { Ground, StartBetween } from './ground.ts'
import type { Movement, Payment } from './payments.ts'

type Someone = Client & { id: string }

/** The people of the stories. */
export interface Cast {
  poster: Someone
  tasker: Someone
  finance: Someone
  admin: Someone
}

export type StoryKind = 'approved' | 'disputed'

export interface Kill {
  point: string
  place: string
  story: StoryKind
  /** The step of the story during which the point comes. */
  step: string
}

/** The parts of the trial that depend on the provider. */
export interface CrashProvider<Any extends Kill = Kill> {
  /** The number of stories in a whole run. */
  seedsOfAll: number
  /** Processes and proxies of the ground. */
  stage: { worker: 'inline' | 'apart'; environment?: Record<string, string>; between: StartBetween }
  /** Prepares the people for payments. */
  begin(ground: Ground, cast: Cast): Promise<void>
  killOf(seed: number): Any
  /** Prepares everything for this kill when its step begins. The promise in the result resolves once the process is frozen at the point. */
  setTrap(kill: Any, cast: Cast): Promise<{ reached: Promise<void> }>
  /** Called while no process runs: compares the provider's book with the point. */
  afterKill(kill: Any): Promise<void>
  /** Called when the server runs again; later events of the story are no longer kept back. */
  afterStart(kill: Any, seed: number): Promise<void>
  /** Moves the clock so that timers become due. */
  moveClock(cast: Cast): Promise<void>
  /** The movements of these payments in the provider's own book. */
  movementsOf(payments: readonly Payment[]): Promise<Movement[]>
  /** Compares whole books at the end of all stories. */
  checkBooks(): Promise<void>
  /** Prints how often each point was hit, and in a whole run fails if one was hit too rarely. */
  report(hits: readonly Any[]): void
  end(): Promise<void>
}
