/** Money in tests: a server with a scripted payment provider, the people of one task, and checks of the ledger. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { moneyTimers } from '../../src/transfers/moneyTimers.ts'
import { ask } from './ask.ts'
import { parsePublicId } from './publicIds.ts'
import { ScriptedProvider } from './scriptedProvider.ts'
import { startApp, type TestApp } from './servers/app.ts'
import { type Actor, actor, type Named, type Outcome } from './story.ts'

export interface World {
  app: TestApp
  provider: ScriptedProvider
  /** Posts and pays. */
  anna: Actor
  /** Works. */
  ben: Actor
  /** Finance staff. */
  fay: Actor
}

/** A world with any provider. */
type AnyWorld = Omit<World, 'provider'> & Partial<Pick<World, 'provider'>>

/** Starts a server whose provider accepts every order without a script. */
export async function moneyWorld(): Promise<World> {
  const app = await startApp()
  const provider = new ScriptedProvider()
  app.services.payments = provider
  app.work.payments = provider
  const [anna, ben, fay] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Fay', 'FINANCE')]
  return { app, provider, anna, ben, fay }
}

/** Stops the server, and expects a sound ledger. */
export async function closeBooks({ app, fay }: AnyWorld): Promise<void> {
  const { ledgerHealth } = await ask<{ ledgerHealth: object }>(
    fay,
    '{ ledgerHealth { unbalancedTransactions accountsOffBySum tasksOutOfBalance ok } }',
  )
  await app.stop()
  expect(ledgerHealth).toEqual({ unbalancedTransactions: 0, accountsOffBySum: 0, tasksOutOfBalance: 0, ok: true })
}

/** Creates an accepted and funded task. */
export async function taskAtWork({ anna, ben }: AnyWorld, fields: Record<string, unknown> = {}): Promise<Named> {
  const task = await anna.posts(fields)
  await ben.accepts(task)
  await anna.funds(task)
  return task
}

/** Creates a due transfer: work submitted and approved. */
export async function transferDue(world: AnyWorld, fields: Record<string, unknown> = {}) {
  const task = await taskAtWork(world, fields)
  await world.ben.submits(task)
  return { task, transfer: await world.anna.approves(task) }
}

/** Runs the money timers until nothing is due. */
export async function moneyMoves({ app }: AnyWorld): Promise<void> {
  for (let rounds = 0; rounds < 20; rounds++) {
    let done = 0
    for (const timer of moneyTimers) done += await timer.runDue(app.work, 100)
    if (done === 0) return
  }
  throw new Error('The money timers never finish.')
}

/** Expires all leases, as if their workers had died some time ago. */
export const leasesRunOut = async ({ app }: AnyWorld): Promise<void> => {
  for (const table of ['transfers', 'reversals', 'refunds', 'holds']) {
    await app.database.pool.query(`update ${table} set lease_until = clock_timestamp() where lease_until is not null`)
  }
}

export const transferRow = ({ app }: Pick<World, 'app'>, { uuid }: Named) =>
  app.prisma.transfer.findUniqueOrThrow({
    where: { id: uuid },
    include: { attempts: { orderBy: { number: 'asc' } } },
  })

export const refundRows = ({ app }: AnyWorld, { uuid }: Named) =>
  app.prisma.refund.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })

export const reversalRows = ({ app }: AnyWorld, { uuid }: Named) =>
  app.prisma.reversal.findMany({ where: { transferId: uuid }, orderBy: { id: 'asc' } })

export const holdRows = ({ app }: AnyWorld, { uuid }: Named) =>
  app.prisma.hold.findMany({ where: { taskId: uuid }, orderBy: { id: 'asc' } })

export const taskStatus = async ({ app }: AnyWorld, { uuid }: Named): Promise<string> =>
  (await app.prisma.task.findUniqueOrThrow({ where: { id: uuid } })).status

/** Returns the postings of a task in order, e.g. `hold.funded: DEBIT PROVIDER_CLEARING 2000, CREDIT TASK_HOLD 2000`. */
export async function postingsOf({ app }: AnyWorld, { uuid }: Named): Promise<string[]> {
  const rows = await app.database.rows<{ posting: string }>`
    /* testPostings */
    select posting.kind || ': ' || string_agg(
      entry.direction || ' ' || account.kind || ' ' || entry.amount_minor, ', '
      order by entry.direction, account.kind
    ) as posting
    from ledger_transactions posting
    join ledger_entries entry on entry.transaction_id = posting.id
    join ledger_accounts account on account.id = entry.account_id
    where posting.task_id = ${uuid}
    group by posting.id
    order by posting.sequence`
  return rows.map(({ posting }) => posting)
}

/** Returns the non-zero parts of a task's money trail. */
export async function trailOf({ app }: AnyWorld, { uuid }: Named): Promise<Record<string, bigint | boolean>> {
  const row = await app.database.row<Record<string, bigint | boolean>>`
    /* testTrail */
    select *
    from money_trail(${uuid})`
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, part]) => part !== 0n))
}

/** Returns the types of the events of a task and its transfers, in order. */
export async function eventsOf({ app }: AnyWorld, { uuid }: Named): Promise<string[]> {
  const events = await app.prisma.event.findMany({ where: { taskId: uuid }, orderBy: { sequence: 'asc' } })
  return events.map(({ type }) => type)
}

const STAFF_MUTATIONS = {
  retryTransfer: ['TransferActionInput', '... on TransferPayload { replayed transfer { id status } }'],
  cancelTransfer: ['TransferActionInput', '... on TransferPayload { replayed transfer { id status } }'],
  resolveInDoubtTransfer: [
    'ResolveInDoubtTransferInput',
    '... on TransferPayload { replayed transfer { id status } } ... on TransferInDoubtError { transfer { id status } }',
  ],
  reverseTransfer: [
    'ReverseTransferInput',
    '... on ReversalPayload { replayed reversal { id status amount { amount } feeReturned { amount } failure { code } debt { amount } ledgerTransaction { id } } transfer { id status amountReversed { amount } reversals { id } } } ... on InsufficientFundsError { available { amount } required { amount } } ... on TransferInDoubtError { transfer { id } }',
  ],
  submitChargebackEvidence: [
    'SubmitChargebackEvidenceInput',
    '... on ChargebackPayload { replayed chargeback { id status statement submittedAt evidencePending evidenceFailure { code retryable } evidence { id } } }',
  ],
  resolveDispute: ['ResolveDisputeInput', '... on DisputePayload { replayed dispute { id status } }'],
  refundHold: [
    'RefundHoldInput',
    '... on RefundPayload { replayed refund { id status amount { amount } } hold { id status remaining { amount } } } ... on InsufficientFundsError { available { amount } required { amount } }',
  ],
} as const

/** Sends a mutation of finance staff, by default with a new key, and returns its payload or refusal. */
export async function acts(
  someone: Actor,
  mutation: keyof typeof STAFF_MUTATIONS,
  input: Record<string, unknown>,
): Promise<Outcome> {
  const [inputType, selection] = STAFF_MUTATIONS[mutation]
  const answer = await someone.send(
    `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { __typename ${selection} ... on Error { code } ... on ValidationError { fields { path message } } } }`,
    { input: { idempotencyKey: randomUUID(), ...input } },
  )
  const outcome: Outcome | undefined = answer.data?.[mutation]
  if (!outcome) throw new Error(`${mutation} had no answer: ${JSON.stringify(answer.errors)}`)
  return outcome
}

/** Returns the UUID of a node in a response. */
export function uuidIn(node: unknown): string {
  const parsed = parsePublicId((node as { id: string }).id)
  if (!parsed) throw new Error('This is not an id.')
  return parsed.uuid
}
