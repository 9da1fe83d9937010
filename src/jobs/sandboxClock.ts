/** The port by which a mutation moves the sandbox's clock. `src/background/advanceClock.ts` implements it. */
export interface SandboxClock {
  /** Moves it by this much. Resolves when all that became due is done, or after 30 s, and then goes on by itself. */
  advance(byMs: number): Promise<void>
  /** Ends what goes on at its next stop. */
  stop(): Promise<void>
}
