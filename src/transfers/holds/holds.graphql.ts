/** What was paid in for a task, and what goes back of it. */

import type { HoldStatus, RefundStatus } from '../../db/generated/enums.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { visibleHolds, visibleRefunds } from '../../visibility/moneyVisibility.ts'

// A hold has a refund or two; a hundred would need a hundred acts of staff.
const REFUNDS_SHOWN_MAX = 100

const HoldStatusEnum = builder.enumType('HoldStatus', {
  description: 'What became of money paid in.',
  values: {
    PENDING: { description: 'The provider has not said yet whether the payment went through.' },
    HELD: { description: 'Something of it is held.' },
    RELEASED: { description: 'Nothing is left, and something of it was paid to the tasker.' },
    REFUNDED: { description: 'Nothing is left, and all of it went back.' },
    FAILED: { description: 'The payment was refused; nothing was paid in. Final.' },
  } satisfies Record<HoldStatus, object>,
})

export const HoldType = builder.prismaNode('Hold', {
  description: 'Money that the poster has paid in for one task.',
  id: { field: 'id', description: 'The id, `hld_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleHolds(caller)] }),
  select: { id: true },
  fields: (t) => ({
    task: t.relation('task', { description: 'What it is for.' }),
    amount: t.field({
      type: MoneyType,
      description: 'What was paid in, or is to be.',
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    remaining: t.field({
      type: MoneyType,
      description: 'What of it is still held: neither owed to the tasker nor on its way back.',
      select: { remainingMinor: true, currency: true },
      resolve: ({ remainingMinor, currency }) => ({ minorUnits: remainingMinor, currencyCode: currency }),
    }),
    status: t.expose('status', { type: HoldStatusEnum, description: 'What became of it.' }),
    clientSecret: t.string({
      nullable: true,
      description: 'For the client of the poster, to confirm the payment with the provider. Null to everybody else.',
      select: { clientSecret: true, task: { select: { posterId: true } } },
      resolve: ({ clientSecret, task }, _args, { caller }) => (task.posterId === caller?.id ? clientSecret : null),
    }),
    fundedAt: t.expose('fundedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the money came. Null while it has not.',
    }),
    frozen: t.exposeBoolean('frozen', { description: 'Whether nothing of it may leave for now.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the payment was ordered.' }),
    refunds: t.relation('refunds', {
      description: `What goes back of it, the newest first, at most ${REFUNDS_SHOWN_MAX}.`,
      query: { orderBy: { id: 'desc' }, take: REFUNDS_SHOWN_MAX },
    }),
  }),
})

const RefundStatusEnum = builder.enumType('RefundStatus', {
  description: 'What became of money that goes back.',
  values: {
    PENDING: { description: 'It waits to be sent, for the first time or again.' },
    PROCESSING: { description: 'The provider is being asked to do it.' },
    IN_DOUBT: { description: 'Nobody knows yet whether the provider did it; it is being asked.' },
    SUCCEEDED: { description: 'It has arrived. Final.' },
    FAILED: { description: 'The provider will not do it; the money is held again. Final.' },
  } satisfies Record<RefundStatus, object>,
})

export const RefundType = builder.prismaNode('Refund', {
  description: 'Money that goes from a hold back to the poster.',
  id: { field: 'id', description: 'The id, `rfd_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleRefunds(caller)] }),
  select: { id: true },
  fields: (t) => ({
    hold: t.relation('hold', { description: 'Where it comes from.' }),
    amount: t.field({
      type: MoneyType,
      description: 'What goes back.',
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    reason: t.exposeString('reason', { description: 'Why.' }),
    status: t.expose('status', { type: RefundStatusEnum, description: 'What became of it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
  }),
})
