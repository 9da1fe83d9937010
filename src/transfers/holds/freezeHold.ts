/** Freezes and thaws the held money of a locked task. Nothing leaves a frozen hold. */
import type { Hold } from '../../db/generated/client.ts'
import type { Tx } from '../../db/transaction.ts'
import { lockHold, lockLiveHold, setFrozen, setFrozenIfStillSo, wakePaymentsOf } from './holds.sql.ts'

/** Locks and freezes the money held for a task in work. */
export async function freezeHold(tx: Tx, { taskId }: { taskId: string }): Promise<Hold> {
  const hold = await lockLiveHold(tx, { taskId })
  if (hold?.status !== 'HELD') throw new Error('No money is held for a task in work.')
  await setFrozen(tx, { holdId: hold.id })
  return { ...hold, frozen: true }
}

/** Freezes a locked hold in any status: its refunds and its transfer wait. */
export async function freezeLockedHold(tx: Tx, { hold }: { hold: Hold }): Promise<Hold> {
  if (!hold.frozen) await setFrozen(tx, { holdId: hold.id })
  return { ...hold, frozen: true }
}

/** Locks a frozen hold, whose task is locked. */
export async function lockFrozenHold(tx: Tx, { holdId }: { holdId: string }): Promise<Hold> {
  const locked = await lockHold(tx, { holdId })
  if (!locked) throw new Error('The hold no longer exists.')
  const { realNow: _, ...hold } = locked
  return hold
}

/**
 * Thaws a locked hold after the end of what froze it, unless something else freezes it, and makes the payments due that waited for this.
 * Returns the hold, which may still be frozen.
 */
export async function thawHold(tx: Tx, { hold, at }: { hold: Hold; at: Date }): Promise<Hold> {
  const frozen = (await setFrozenIfStillSo(tx, { holdId: hold.id }))?.frozen ?? true
  if (!frozen) await wakePaymentsOf(tx, { holdId: hold.id, at })
  return { ...hold, frozen }
}
