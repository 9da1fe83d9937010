/** Reconciliation in tests: a server with the sandbox's book, movements of money, and faults that are planted in either book. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { readClock } from '../../src/db/clock.ts'
import type { BookLine, BookSpan } from '../../src/payments/port/book.ts'
import type { PaymentProvider } from '../../src/payments/port/provider.ts'
import { reconciliationTimers } from '../../src/reconciliation/reconciliationTimers.ts'
import { moneyTimers } from '../../src/transfers/moneyTimers.ts'
import { ask } from './ask.ts'
import { newId, parsePublicId, toPublicId } from './publicIds.ts'
import { startApp, type TestApp } from './servers/app.ts'
import { type Actor, actor, type Outcome, timePasses } from './story.ts'

export interface World {
  app: TestApp
  /** Posts and pays. */
  anna: Actor
  /** Works. */
  ben: Actor
  /** Finance staff. */
  fay: Actor
}

/** Starts a server with the sandbox provider. */
export async function reconciliationWorld(): Promise<World> {
  const app = await startApp()
  return { app, anna: await actor(app, 'Anna'), ben: await actor(app, 'Ben'), fay: await actor(app, 'Fay', 'FINANCE') }
}

/** The public ids of the movements of one task. */
export interface Movements {
  hold: string
  transfer: string
  reversal: string
  refund: string
}

/** Moves money in all four ways: paid in, paid out, taken back, refunded. */
export async function moveMoney(world: World): Promise<Movements> {
  const { app, anna, ben, fay } = world
  const task = await anna.posts()
  await ben.accepts(task)
  await anna.funds(task)
  await ben.submits(task)
  const transfer = await anna.approves(task)
  await settleMoney(app)
  const amount = { amount: '5.00', currencyCode: 'EUR' }
  const reason = 'The paint is grey.'
  await succeeds(fay, 'reverseTransfer', 'ReverseTransferInput', { transferId: transfer.id, amount, reason })
  await settleMoney(app)
  const hold = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
  await succeeds(fay, 'refundHold', 'RefundHoldInput', { holdId: toPublicId('hld', hold.id), amount, reason })
  await settleMoney(app)
  const reversal = await app.prisma.reversal.findFirstOrThrow({ where: { taskId: task.uuid } })
  const refund = await app.prisma.refund.findFirstOrThrow({ where: { taskId: task.uuid } })
  return {
    hold: toPublicId('hld', hold.id),
    transfer: transfer.id,
    reversal: toPublicId('rvs', reversal.id),
    refund: toPublicId('rfd', refund.id),
  }
}

async function succeeds(someone: Actor, mutation: string, inputType: string, input: object): Promise<void> {
  const document = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { __typename ... on Error { message } } }`
  const answer = await ask<Record<string, { __typename: string }>>(someone, document, {
    input: { idempotencyKey: randomUUID(), ...input },
  })
  expect(answer[mutation]?.__typename).toMatch(/Payload$/)
}

async function settleMoney(app: TestApp): Promise<void> {
  for (let done = 1; done > 0; ) {
    done = 0
    for (const timer of moneyTimers) done += await timer.runDue(app.work, 100)
  }
}

/** A span of the last time, long enough for a test, that ends now. */
export async function spanUntilNow(app: TestApp, hours = 1): Promise<BookSpan> {
  await timePasses(app, '1 second')
  const to = await readClock(app.database)
  return { from: new Date(to.getTime() - hours * 3_600_000), to }
}

/** Changes either book past all constraints, as a fault would. */
export async function plant(app: TestApp, statement: string, values: readonly unknown[] = []): Promise<void> {
  const client = await app.database.pool.connect()
  try {
    await client.query('set session_replication_role = replica')
    const { rowCount } = await client.query(statement, [...values])
    expect(rowCount).toBe(1)
  } finally {
    await client.query('set session_replication_role = origin')
    client.release()
  }
}

/** Copies a movement of the sandbox, by default with the same amount and our reference. */
export async function copyMovement(
  app: TestApp,
  reference: string,
  changes: { reference?: string; kind?: string; at?: Date } = {},
): Promise<string> {
  const id = `xx_${newId().replaceAll('-', '')}`
  const copy = `
    insert into sandbox.movements (id, kind, our_reference, idempotency_key, amount_minor, currency, charge_id, transfer_id, created_at)
    select
      split_part(id, '_', 1) || $2, coalesce($4::sandbox.movement_kind, kind), $3, $2, amount_minor, currency, charge_id, transfer_id,
      coalesce($5::timestamptz, created_at)
    from sandbox.movements
    where our_reference = $1`
  await plant(app, copy, [
    reference,
    id.slice(2),
    changes.reference ?? reference,
    changes.kind ?? null,
    changes.at ?? null,
  ])
  return id
}

export interface Reconciliation {
  id: string
  status: string
  linesCompared: number
  openDifferences: number
  finishedAt: string | null
}

export interface Difference {
  id: string
  kind: string
  subject: { id: string } | null
  providerReference: string | null
  ours: { amount: string; currencyCode: string } | null
  theirs: { amount: string; currencyCode: string } | null
  settledAt: string | null
  note: string | null
}

const RUN = 'id from to status startedAt finishedAt linesCompared openDifferences'
const DIFFERENCE =
  'id kind subject { id } providerReference ours { amount currencyCode } theirs { amount currencyCode } foundAt settledAt note'

/** Sends startReconciliation, and returns its payload or refusal. */
export async function starts(someone: Actor, span: BookSpan, more: object = {}): Promise<Outcome> {
  const document = `mutation ($input: StartReconciliationInput!) {
    startReconciliation(input: $input) {
      __typename
      ... on ReconciliationPayload { replayed reconciliation { ${RUN} } }
      ... on Error { code message }
      ... on ValidationError { fields { path message } }
    }
  }`
  const { startReconciliation } = await ask<{ startReconciliation: Outcome }>(someone, document, {
    input: { ...span, ...more },
  })
  return startReconciliation
}

/** Sends settleDifference, and returns its payload or refusal. */
export async function settles(someone: Actor, differenceId: string, more: object = {}): Promise<Outcome> {
  const document = `mutation ($input: SettleDifferenceInput!) {
    settleDifference(input: $input) {
      __typename ... on DifferencePayload { replayed difference { ${DIFFERENCE} } } ... on Error { code message }
    }
  }`
  const { settleDifference } = await ask<{ settleDifference: Outcome }>(someone, document, {
    input: { differenceId, note: 'Booked by hand.', ...more },
  })
  return settleDifference
}

/** Runs what is due of reconciliation, as a worker would. */
export async function reconciliationsRun({ app }: Pick<World, 'app'>): Promise<void> {
  for (let done = 1; done > 0; ) {
    done = 0
    for (const timer of reconciliationTimers) done += await timer.runDue(app.work, 100)
  }
}

/** Reconciles a span to its end, and returns the run with its differences, newest first. */
export async function reconcile(world: World, span: BookSpan): Promise<Reconciliation & { differences: Difference[] }> {
  const { reconciliation } = (await starts(world.fay, span)) as unknown as { reconciliation: { id: string } }
  await reconciliationsRun(world)
  return readRun(world, reconciliation.id)
}

/** Reads a run with its differences, all or only those open or settled. */
export async function readRun(
  { fay }: World,
  id: string,
  open: boolean | null = null,
): Promise<Reconciliation & { differences: Difference[] }> {
  const document = `query ($id: ID!, $open: Boolean) {
    node(id: $id) { ... on Reconciliation { ${RUN} differences(open: $open, first: 100) { nodes { ${DIFFERENCE} } } } }
  }`
  const { node } = await ask<{ node: Reconciliation & { differences: { nodes: Difference[] } } }>(fay, document, {
    id,
    open,
  })
  return { ...node, differences: node.differences.nodes }
}

/** The differences as `KIND subject`, in alphabetical order. */
export const kindsOf = (differences: readonly Difference[]): string[] =>
  differences.map(({ kind, subject }) => `${kind} ${subject?.id ?? 'nothing'}`).sort()

/** The sandbox with another book: `change` sees each line before the run does. */
export const withBook = (
  payments: PaymentProvider,
  change: (line: BookLine, number: number) => Promise<void>,
): PaymentProvider => ({
  ...payments,
  async *book(span) {
    let number = 0
    for await (const line of payments.book(span)) {
      await change(line, ++number)
      yield line
    }
  },
})

/** Returns the UUID of a public id. */
export function uuidOf(id: string): string {
  const parsed = parsePublicId(id)
  if (!parsed) throw new Error(`${id} is not an id.`)
  return parsed.uuid
}
