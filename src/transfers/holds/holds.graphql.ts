/** Holds and their refunds in the API. */

import type { HoldStatus, RefundStatus } from '../../db/generated/enums.ts'
import { builder } from '../../graphql/builder.ts'
import { MoneyType } from '../../graphql/commonTypes.ts'
import { visibleHolds, visibleRefunds } from '../../visibility/moneyVisibility.ts'

// A hold has a refund or two; a hundred would need a hundred actions of staff.
const REFUNDS_SHOWN_MAX = 100

const HoldStatusEnum = builder.enumType('HoldStatus', {
  description: 'The status of a hold.',
  values: {
    PENDING: { description: 'The outcome of the payment is not known yet.' },
    HELD: { description: 'At least part of the money is held.' },
    RELEASED: { description: 'Nothing is left; at least part of it was released for the tasker.' },
    REFUNDED: { description: 'Nothing is left; all of it was refunded, or is being refunded.' },
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
    task: t.relation('task', { description: 'The task that it pays for.' }),
    amount: t.field({
      type: MoneyType,
      description: 'The amount of the payment.',
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    remaining: t.field({
      type: MoneyType,
      description: 'The amount that is still held: neither owed to the tasker nor being refunded.',
      select: { remainingMinor: true, currency: true },
      resolve: ({ remainingMinor, currency }) => ({ minorUnits: remainingMinor, currencyCode: currency }),
    }),
    status: t.expose('status', { type: HoldStatusEnum, description: 'The status.' }),
    clientSecret: t.string({
      nullable: true,
      description:
        "The provider's secret with which the client of the poster confirms the payment. Null until the provider has accepted it, and to all but the poster.",
      select: { clientSecret: true, task: { select: { posterId: true } } },
      resolve: ({ clientSecret, task }, _args, { caller }) => (task.posterId === caller?.id ? clientSecret : null),
    }),
    requiresAction: t.boolean({
      description:
        'True while the payment waits for the poster, whose client authenticates it with `clientSecret` (3-D Secure). The outcome follows by itself.',
      select: { status: true, authenticateBy: true },
      resolve: ({ status, authenticateBy }) => status === 'PENDING' && authenticateBy !== null,
    }),
    actionDueBy: t.expose('authenticateBy', {
      type: 'DateTime',
      nullable: true,
      description:
        'When a payment that waits for the poster is canceled, an hour after it was ordered. Null otherwise.',
    }),
    fundedAt: t.expose('fundedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the payment succeeded. Null until then.',
    }),
    holdableUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when the payment provider lets the money be held; by then the work should be approved, or the money refunded. The event `task.hold_expiring` is recorded 14 days before, while money is left. Null until the payment succeeded, and for a payment without a limit.',
      select: { holdableUntil: true, fundedAt: true },
      resolve: ({ holdableUntil, fundedAt }) => fundedAt && holdableUntil,
    }),
    frozen: t.exposeBoolean('frozen', { description: 'True while none of the money may leave the hold.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the payment was ordered.' }),
    refunds: t.relation('refunds', {
      description: `Its refunds, newest first, at most ${REFUNDS_SHOWN_MAX}.`,
      query: { orderBy: { id: 'desc' }, take: REFUNDS_SHOWN_MAX },
    }),
  }),
})

const RefundStatusEnum = builder.enumType('RefundStatus', {
  description: 'The status of a refund.',
  values: {
    PENDING: { description: 'It is waiting to be sent, for the first time or for a retry.' },
    PROCESSING: { description: 'It is being sent to the provider.' },
    IN_DOUBT: { description: 'It is not known yet whether the provider made it; the outcome is being looked up.' },
    SUCCEEDED: { description: 'The provider made it. In rare cases it comes back later, and is FAILED then.' },
    FAILED: {
      description:
        'The provider refused it for good or too often, or it came back later; the money is held again. Final.',
    },
  } satisfies Record<RefundStatus, object>,
})

export const RefundType = builder.prismaNode('Refund', {
  description: 'A refund from a hold to the poster.',
  id: { field: 'id', description: 'The id, `rfd_...`.' },
  nullable: true,
  findUnique: (id, { caller }) => ({ id, AND: [visibleRefunds(caller)] }),
  select: { id: true },
  fields: (t) => ({
    hold: t.relation('hold', { description: 'The hold that it was taken from.' }),
    amount: t.field({
      type: MoneyType,
      description: 'The amount.',
      select: { amountMinor: true, currency: true },
      resolve: ({ amountMinor, currency }) => ({ minorUnits: amountMinor, currencyCode: currency }),
    }),
    reason: t.exposeString('reason', { description: 'The reason.' }),
    status: t.expose('status', { type: RefundStatusEnum, description: 'The status.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was requested.' }),
  }),
})
