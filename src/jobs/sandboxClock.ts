/** Port: a mutation advances the sandbox's clock through it. `src/background/advanceClock.ts` implements it. */
export interface SandboxClock {
  /** Advances the clock. Resolves when all due work is done, or after 30 s; the rest then continues in the background. */
  advance(byMs: number): Promise<void>
  /** Ends running advances at their next stop. */
  stop(): Promise<void>
}
