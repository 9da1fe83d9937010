/** The situations of a task in which requests meet. Each is created once, saved, and restored before each schedule. */

import { acts, moneyMoves } from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { lost, type ScriptedProvider } from '../../support/scriptedProvider.ts'
import { type Named, timePasses } from '../../support/story.ts'
import type { Cast } from './stage.ts'

/** The objects of a situation. */
export interface Scene {
  task: Named
  taskVersion: number
  /** The applications of Ben and Cleo. */
  applications: [Named, Named]
  hold: Named | undefined
  dispute: Named | undefined
  transfer: Named | undefined
}

interface Objects {
  task: Named
  applications: [Named, Named]
}

interface Situation {
  /** What is true before the requests are sent. */
  description: string
  /** Creates it through the API. */
  create(cast: Cast, objects: Objects, provider: ScriptedProvider): Promise<void>
}

const EARLIER = { reason: 'Earlier.', idempotencyKey: 'earlier' }

/** In all of them Anna has posted a first-come task for 20.00 EUR, to which Ben and Cleo have applied. */
export const SITUATIONS = {
  open: {
    description: 'the task is open',
    async create() {},
  },
  openFunded: {
    description: 'the task is open, and its budget is held',
    create: ({ anna }, { task }) => anna.funds(task),
  },
  openPaying: {
    description: 'the task is open, and the answer to its charge was lost',
    async create({ anna }, { task }, provider) {
      provider.chargesGet(lost)
      await anna.funds(task)
    },
  },
  openOverdue: {
    description: 'the task is open, its budget is held, and its deadline has passed',
    async create({ app, anna }, { task }) {
      const deadline = new Date(Date.now() + 3_600_000).toISOString()
      await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, deadline })
      await anna.funds(task)
      await timePasses(app, '2 hours')
    },
  },
  awaitingFunds: {
    description: 'Ben has accepted the task, and the time to fund it has passed',
    async create({ app, ben }, { task }) {
      await ben.accepts(task)
      await timePasses(app, '25 hours')
    },
  },
  awaitingCharge: {
    description: 'the same, and the answer to its charge was lost',
    async create({ app, anna, ben }, { task }, provider) {
      await ben.accepts(task)
      provider.chargesGet(lost)
      await anna.funds(task)
      await timePasses(app, '25 hours')
    },
  },
  assigned: {
    description: 'Ben is at work, and the money is held',
    async create({ anna, ben }, { task }) {
      await ben.accepts(task)
      await anna.funds(task)
    },
  },
  submitted: {
    description: 'Ben has submitted the work, and the time to approve it has passed',
    async create({ app, anna, ben }, { task }) {
      await ben.accepts(task)
      await anna.funds(task)
      await ben.submits(task)
      await timePasses(app, '6 days')
    },
  },
  disputed: {
    description: 'Ben has submitted the work and opened a dispute',
    async create({ anna, ben }, { task }) {
      await ben.accepts(task)
      await anna.funds(task)
      await ben.submits(task)
      await ben.disputes(task)
    },
  },
  payable: {
    description: 'a part was refunded, the work is approved, and the transfer and the refund are due',
    async create({ app, anna, ben, fay }, { task }) {
      await ben.accepts(task)
      await anna.funds(task)
      const { id } = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
      const amount = { amount: '3.00', currencyCode: 'EUR' }
      await acts(fay, 'refundHold', { holdId: toPublicId('hld', id), amount, ...EARLIER })
      await ben.submits(task)
      await anna.approves(task)
    },
  },
  paid: {
    description: 'a dispute was resolved: Ben was paid for 15.00 EUR, and the rest was refunded',
    async create({ app, anna, ben, fay }, { task }, provider) {
      await ben.accepts(task)
      await anna.funds(task)
      await ben.submits(task)
      const dispute = await ben.disputes(task)
      const toTasker = { amount: '15.00', currencyCode: 'EUR' }
      await fay.does('resolveDispute', {
        disputeId: dispute.id,
        toTasker,
        note: 'Most.',
        idempotencyKey: EARLIER.idempotencyKey,
      })
      await moneyMoves({ app, provider, anna, ben, fay })
    },
  },
  reversed: {
    description: 'Ben was paid, 8.00 EUR were taken back into the hold, and 2.00 EUR are to follow',
    async create({ app, anna, ben, fay }, { task }, provider) {
      await ben.accepts(task)
      await anna.funds(task)
      await ben.submits(task)
      const { id: transferId } = await anna.approves(task)
      await moneyMoves({ app, provider, anna, ben, fay })
      const takesBack = (amount: string) =>
        acts(fay, 'reverseTransfer', {
          transferId,
          amount: { amount, currencyCode: 'EUR' },
          returnFee: false,
          ...EARLIER,
          idempotencyKey: amount,
        })
      await takesBack('8.00')
      await moneyMoves({ app, provider, anna, ben, fay })
      await takesBack('2.00')
    },
  },
} satisfies Record<string, Situation>

export type SituationName = keyof typeof SITUATIONS

/** Creates the situation on an empty stage, and returns its objects. */
export async function create(name: SituationName, cast: Cast, provider: ScriptedProvider): Promise<Scene> {
  const { app, anna, ben, cleo } = cast
  const task = await anna.posts()
  const applications: [Named, Named] = [await ben.applies(task), await cleo.applies(task)]
  const situation: Situation = SITUATIONS[name]
  await situation.create(cast, { task, applications }, provider)
  const where = { taskId: task.uuid }
  const [{ version }, hold, dispute, transfer] = await Promise.all([
    app.prisma.task.findUniqueOrThrow({ where: { id: task.uuid } }),
    app.prisma.hold.findFirst({ where }),
    app.prisma.dispute.findFirst({ where }),
    app.prisma.transfer.findFirst({ where }),
  ])
  const named = (prefix: 'hld' | 'dsp' | 'trf', row: { id: string } | null): Named | undefined =>
    row ? { id: toPublicId(prefix, row.id), uuid: row.id } : undefined
  return {
    task,
    taskVersion: version,
    applications,
    hold: named('hld', hold),
    dispute: named('dsp', dispute),
    transfer: named('trf', transfer),
  }
}
