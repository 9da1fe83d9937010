/**
 * Observers let other features react to a change of an account, in its transaction. Accounts do not import these features: each
 * registers an observer, and `src/api/observers.ts` lists them all.
 */
import type { Tx } from '../db/transaction.ts'

export interface AccountObserver {
  /** An account is about to be suspended and is not locked yet: take here any lock that precedes the lock on an account. */
  beforeSuspension?(tx: Tx, change: { userId: string }): Promise<void>
  /** A locked account was suspended. */
  onSuspended?(tx: Tx, change: { userId: string }): Promise<void>
  /** An account lost a role, a session or its right to act. `actorId` is null if the system took it. */
  onAccessLost?(tx: Tx, change: { userId: string; actorId: string | null }): Promise<void>
  /** A locked account became ready for payouts, or its suspension ended. */
  onPayable?(tx: Tx, change: { userId: string }): Promise<void>
}

let observers: readonly AccountObserver[] | undefined

/** Sets the observers of this process, in the order in which they are notified. */
export function observeAccounts(all: readonly AccountObserver[]): void {
  observers = all
}

/** Notifies the observers one after the other, so that their locks follow one order. Throws if none were registered. */
export async function notifyAccountObservers<Event extends keyof AccountObserver>(
  event: Event,
  tx: Tx,
  change: Parameters<NonNullable<AccountObserver[Event]>>[1],
): Promise<void> {
  if (!observers) throw new Error('This process has registered no account observers: import src/api/observers.ts.')
  for (const observer of observers) await observer[event]?.(tx, change as { userId: string; actorId: string | null })
}
