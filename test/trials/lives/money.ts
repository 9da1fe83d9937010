/** The money of a task in the model: how it is held, paid, refunded, taken back and charged back. */
import { found, type Person, type Task } from './state.ts'

export interface Hold {
  status: 'HELD' | 'FAILED' | 'RELEASED' | 'REFUNDED'
  amount: number
  remaining: number
  /** The part that went to a tasker and has not returned. */
  released: number
  /** Taken whole before anything was released. Money that returns to it can only be refunded. */
  isSuperseded?: boolean
  /** The newest one. It is about the whole payment, so there is no other beside an open or lost one. */
  chargeback?: { status: 'OPEN' | 'WON' | 'LOST'; lostAt: number; tasker: Person | undefined; isDecided?: boolean }
  /** Of a lost chargeback: the amount that was not held any more, and the part of it that the tasker owes. */
  loss: number
  debt: number
}

export interface Transfer {
  hold: Hold
  payee: Person
  status: 'PENDING' | 'SUCCEEDED' | 'REVERSED' | 'CANCELED'
  gross: number
  net: number
  fee: number
  /** Of net: requested to be reversed, reversed, and reversed with its share of the fee. */
  reversing: number
  reversed: number
  reversedWithFee: number
  feeReturned: number
}

/** An order to the payment provider that is on its way. */
export interface Order {
  kind: 'transfer' | 'refund' | 'reversal'
  hold: Hold
  succeed(): void
  /** A lost chargeback calls back what has not left yet. */
  callBack?(): void
}

export type Trail = typeof NO_MONEY
export const NO_MONEY = { paidIn: 0, held: 0, payable: 0, transferred: 0, fees: 0, refunding: 0, refunded: 0 }

/** Banks wait two weeks for evidence. */
const EVIDENCE_WITHIN = 14 * 24

export const feeOf = (price: number): number => (price < 1000 ? 100 : Math.floor(price / 10))

/** The live hold of a task. */
export const liveHold = (task: Task) => task.holds.find((one) => one.status === 'HELD' && !one.isSuperseded)
/** The live hold of a task, else its newest. */
export const holdOf = (task: Task) => liveHold(task) ?? task.holds.at(-1)
/** An open dispute or chargeback lets nothing out of a hold. */
export const isFrozen = (task: Task, hold: Hold | undefined): boolean =>
  hold?.chargeback?.status === 'OPEN' || (task.status === 'DISPUTED' && hold !== undefined && hold === liveHold(task))

export function payIn(task: Task, amount: number, status: 'HELD' | 'FAILED'): void {
  const [held, { trail }] = [status === 'HELD' ? amount : 0, task]
  task.holds.push({ status, amount, remaining: held, released: 0, loss: 0, debt: 0 })
  trail.paidIn += held
  trail.held += held
}

/** Moves money out of a hold, or with a negative amount back into it. */
function take(task: Task, hold: Hold, amount: number, released = 0): void {
  hold.remaining -= amount
  hold.released += released
  task.trail.held -= amount
  hold.status = hold.remaining > 0 ? 'HELD' : hold.released > 0 ? 'RELEASED' : 'REFUNDED'
  if (hold.status === 'REFUNDED') hold.isSuperseded = true
}

export function refund(task: Task, hold: Hold | undefined, amount = hold?.remaining ?? 0): void {
  if (!hold || amount === 0) return
  const { trail } = task
  take(task, hold, amount)
  trail.refunding += amount
  const succeed = () => {
    trail.refunding -= amount
    trail.refunded += amount
  }
  const callBack = () => {
    trail.refunding -= amount
    take(task, hold, -amount)
  }
  task.orders.push({ kind: 'refund', hold, succeed, callBack })
}

/** Pays the tasker out of the live hold, less the share of the fee, and refunds the rest. */
export function pay(task: Task, gross: number): void {
  const [hold, payee, { price = 0, trail }] = [found(liveHold(task)), found(task.assignee), task]
  const fee = Math.floor((feeOf(price) * gross) / price)
  const [net, back] = [gross - fee, { reversing: 0, reversed: 0, reversedWithFee: 0, feeReturned: 0 }]
  const transfer: Transfer = { hold, payee, status: 'PENDING', gross, net, fee, ...back }
  task.transfer = transfer
  take(task, hold, gross, gross)
  trail.payable += net
  trail.fees += fee
  const succeed = () => {
    transfer.status = 'SUCCEEDED'
    trail.payable -= net
    trail.transferred += net
  }
  const callBack = () => {
    transfer.status = 'CANCELED'
    trail.payable -= net
    trail.fees -= fee
    take(task, hold, -gross, -gross)
  }
  task.orders.push({ kind: 'transfer', hold, succeed, callBack })
  refund(task, hold)
}

/** Takes money back from a paid tasker into the hold. It first repays the loss by a chargeback. */
export function reverse(task: Task, amount: number, withFee: boolean): void {
  const [transfer, { trail }] = [found(task.transfer), task]
  const { hold, net, fee } = transfer
  transfer.reversing += amount
  const succeed = () => {
    if (withFee) transfer.reversedWithFee += amount
    const feeBack = Math.floor((fee * transfer.reversedWithFee) / net) - transfer.feeReturned
    const repaid = Math.min(amount + feeBack, hold.loss)
    transfer.feeReturned += feeBack
    transfer.reversed += amount
    if (transfer.reversed === net) transfer.status = 'REVERSED'
    trail.transferred -= amount
    trail.fees -= feeBack
    take(task, hold, -amount - feeBack, -amount - feeBack)
    if (repaid > 0) take(task, hold, repaid)
    trail.refunded += repaid
    hold.loss -= repaid
    hold.debt -= Math.min(hold.debt, repaid)
  }
  task.orders.push({ kind: 'reversal', hold, succeed })
}

/** The payer's bank wants the whole payment back. It decides against us after two weeks, or when it says so. */
export function chargeBack(task: Task, hold: Hold, now: number): void {
  const payee = task.transfer?.hold === hold ? task.transfer.payee : undefined
  const tasker = payee ?? (hold.isSuperseded ? undefined : task.assignee)
  hold.chargeback = { status: 'OPEN', lostAt: now + EVIDENCE_WITHIN, tasker }
}

/** A lost chargeback takes what is held or still on its way. What was paid already is a loss, and a debt of the tasker. */
export function lose(task: Task, hold: Hold): void {
  for (const order of task.orders) if (order.hold === hold) order.callBack?.()
  task.orders = task.orders.filter((order) => order.hold !== hold)
  const [taken, { transfer }] = [hold.remaining, task]
  if (taken > 0) take(task, hold, taken)
  task.trail.refunded += taken
  hold.loss = hold.amount - taken
  const paid = transfer?.hold === hold && transfer.status === 'SUCCEEDED' ? transfer.net - transfer.reversed : 0
  hold.debt = Math.min(hold.loss, paid)
  if (hold.chargeback) hold.chargeback.status = 'LOST'
}
