/** The requests that meet: mutations of people, and timers of the worker. Each is sent as a client or the worker would. */
import type { Timer } from '../../../src/jobs/timer.ts'
import { taskTimers } from '../../../src/tasks/actions/taskTimers.ts'
import { lookUpCharge } from '../../../src/transfers/holds/lookUpCharge.ts'
import { moneyTimers } from '../../../src/transfers/moneyTimers.ts'
import { acts } from '../../support/money.ts'
import type { Mutation, Named } from '../../support/story.ts'
import type { Scene } from './situations.ts'
import type { Cast } from './stage.ts'

/** A request in a scene. `turn` is 0, 1 or 2, so that the same request may meet itself with other people or amounts. */
export type Send = (cast: Cast, scene: Scene, turn: number) => Promise<unknown>

export interface Request {
  send: Send
  /** The object without which it cannot be sent. */
  needs?: 'hold' | 'dispute' | 'transfer'
  /** True if the worker sends it: it skips what is locked, and is sent again. */
  isTimer?: boolean
}

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' })

const pick = <Value>(turn: number, ...values: [Value, ...Value[]]): Value => values[turn % values.length] ?? values[0]

const by =
  (
    mutation: Mutation,
    {
      who,
      input,
    }: {
      who: (cast: Cast, turn: number) => Cast['anna']
      input: (scene: Scene, turn: number, cast: Cast) => Record<string, unknown>
    },
  ): Send =>
  (cast, scene, turn) =>
    who(cast, turn).asks(mutation, input(scene, turn, cast))

const onTask = ({ task }: Scene) => ({ taskId: task.id })
const anna = ({ anna }: Cast) => anna
const ben = ({ ben }: Cast) => ben
const staff = ({ fay, flo }: Cast, turn: number) => pick(turn, fay, flo)
const idOf = (object: Named | undefined): string => object?.id ?? ''
const key = (name: string, turn: number) => ({ idempotencyKey: `${name} ${turn}` })

/** Runs a timer for one row, so that one transaction is open at a time. */
function timer(name: string, timers: readonly Timer[]): Send {
  const found = timers.find((one) => one.name === name)
  if (!found) throw new Error(`There is no timer ${name}.`)
  return async ({ app }) => ({ done: await found.runDue(app.work, 1) })
}

export const REQUESTS = {
  acceptTask: {
    send: by('acceptTask', { who: ({ ben, dora, cleo }, turn) => pick(turn, ben, dora, cleo), input: onTask }),
  },
  acceptApplication: {
    send: by('acceptApplication', {
      who: anna,
      input: ({ applications: [first, second] }, turn) => ({ applicationId: pick(turn, first, second).id }),
    }),
  },
  applyToTask: { send: by('applyToTask', { who: ({ dora }) => dora, input: onTask }) },
  updateTask: {
    send: by('updateTask', {
      who: anna,
      input: ({ task, taskVersion, hold }, turn) => ({
        taskId: task.id,
        expectedVersion: taskVersion,
        // The budget cannot change once it is paid.
        ...(hold ? { title: pick(turn, 'One', 'Two') } : { budget: euros(pick(turn, '30.00', '40.00')) }),
      }),
    }),
  },
  inviteOnly: {
    send: by('updateTask', {
      who: anna,
      input: ({ task, taskVersion }, _turn, { cleo }) => ({
        taskId: task.id,
        expectedVersion: taskVersion,
        acceptanceMode: 'INVITE_ONLY',
        inviteeId: cleo.id,
      }),
    }),
  },
  updateApplication: {
    send: by('updateApplication', {
      who: ben,
      input: ({ applications: [first], taskVersion }, turn) => ({
        applicationId: first.id,
        expectedTaskVersion: taskVersion,
        price: euros(pick(turn, '25.00', '26.00')),
      }),
    }),
  },
  withdrawApplication: {
    send: by('withdrawApplication', { who: ben, input: ({ applications: [first] }) => ({ applicationId: first.id }) }),
  },
  rejectApplication: {
    send: by('rejectApplication', {
      who: anna,
      input: ({ applications: [first, second] }, turn) => ({ applicationId: pick(turn, first, second).id }),
    }),
  },
  withdrawFromTask: { send: by('withdrawFromTask', { who: ben, input: onTask }) },
  cancelTask: { send: by('cancelTask', { who: anna, input: onTask }) },
  deadlinePasses: { send: timer('taskDeadline', taskTimers), isTimer: true },
  fundingLapses: { send: timer('taskFundingWindow', taskTimers), isTimer: true },
  fundTask: {
    send: by('fundTask', {
      who: anna,
      input: ({ task }, turn) => ({ taskId: task.id, paymentMethodId: 'pm_ok', ...key('fund', turn) }),
    }),
  },
  settleCharge: {
    needs: 'hold',
    send: async ({ app }, { hold }) => {
      await lookUpCharge(app.work, { holdId: hold?.uuid ?? '' })
      return 'settled'
    },
  },
  submitWork: { send: by('submitWork', { who: ben, input: onTask }) },
  requestChanges: { send: by('requestChanges', { who: anna, input: onTask }) },
  approveWork: {
    send: by('approveWork', { who: anna, input: ({ task }, turn) => ({ taskId: task.id, ...key('approve', turn) }) }),
  },
  approvalByTime: { send: timer('taskApprovalWindow', taskTimers), isTimer: true },
  openDispute: {
    send: by('openDispute', {
      who: ({ ben, anna }, turn) => pick(turn, ben, anna),
      input: ({ task }) => ({ taskId: task.id, reason: 'The paint is grey.' }),
    }),
  },
  addEvidence: {
    needs: 'dispute',
    send: by('addEvidence', {
      who: anna,
      input: ({ dispute }) => ({ disputeId: idOf(dispute), statement: 'It is grey.' }),
    }),
  },
  withdrawDispute: {
    needs: 'dispute',
    send: by('withdrawDispute', { who: ben, input: ({ dispute }) => ({ disputeId: idOf(dispute) }) }),
  },
  resolveDispute: {
    needs: 'dispute',
    send: by('resolveDispute', {
      who: staff,
      input: ({ dispute }, turn) => ({
        disputeId: idOf(dispute),
        toTasker: euros(pick(turn, '5.00', '15.00', '0.00')),
        note: 'Decided.',
        ...key('resolve', turn),
      }),
    }),
  },
  refundHold: {
    needs: 'hold',
    send: (cast, { hold }, turn) =>
      acts(staff(cast, turn), 'refundHold', {
        holdId: idOf(hold),
        // The first and the second do not fit into the hold together.
        amount: euros(pick(turn, '7.00', '14.00', '3.00')),
        reason: 'Agreed.',
        ...key('refund', turn),
      }),
  },
  sendTransfer: { needs: 'transfer', send: timer('transfersDue', moneyTimers), isTimer: true },
  cancelTransfer: {
    needs: 'transfer',
    send: (cast, { transfer }, turn) =>
      acts(staff(cast, turn), 'cancelTransfer', {
        transferId: idOf(transfer),
        reason: 'Stop.',
        ...key('cancel', turn),
      }),
  },
  reverseTransfer: {
    needs: 'transfer',
    send: (cast, { transfer }, turn) =>
      acts(staff(cast, turn), 'reverseTransfer', {
        transferId: idOf(transfer),
        amount: euros(pick(turn, '7.00', '8.00', '3.00')),
        returnFee: turn === 0,
        reason: 'Agreed.',
        ...key('reverse', turn),
      }),
  },
  sendReversal: { needs: 'transfer', send: timer('reversalsDue', moneyTimers), isTimer: true },
  sendRefund: { needs: 'hold', send: timer('refundsDue', moneyTimers), isTimer: true },
} satisfies Record<string, Request>

export type RequestName = keyof typeof REQUESTS
