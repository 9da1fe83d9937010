/** The people of a story at a real server: they send the mutations of the model, and show what each of them sees. */
import { randomUUID } from 'node:crypto'
import * as sdk from '../../../schema/sdk/index.ts'
import { noticeChargeback } from '../../../src/chargebacks/noticeChargeback.ts'
import { type Person as Caller, person, signInAgain } from '../../support/people.ts'
import { newId, parsePublicId, toPublicId } from '../../support/publicIds.ts'
import type { TestApp } from '../../support/servers/app.ts'
import type { Model } from './model.ts'
import type { Verb } from './rules.ts'
import { type Action, ADMIN, applicationOf, FINANCE, PEOPLE, type Person } from './state.ts'

const HOUR_MS = 3_600_000

const SEEN = /* GraphQL */ `
  fragment Seen on Task {
    status version acceptanceMode budget { minorUnits } applicationCount
    viewerApplication { status version outdated price { minorUnits } applicant { displayName } }
    assignee { displayName } agreedPrice { minorUnits }
    hold { status amount { minorUnits } remaining { minorUnits } frozen chargebacks { status } }
    transfers(first: 2) { nodes { status net { minorUnits } fee { minorUnits } amountReversed { minorUnits } } }
    dispute { status }
    moneyTrail {
      balanced paidIn { minorUnits } held { minorUnits } payable { minorUnits } transferred { minorUnits }
      fees { minorUnits } refunding { minorUnits } refunded { minorUnits }
    }
    reviews { author { displayName } }
    nextAutomaticTransition { at }
    availableActions { action blockedBy { code } }
  }`
const VIEWER = 'viewer { balances { pending { minorUnits } paid { minorUnits } owed { minorUnits } } }'

/** The rows of tasks and people that a refusal must not change. */
const ROWS = [
  'select id::text, to_jsonb(row) as content from tasks row where id = any($1)',
  ...['task_applications', 'work_submissions', 'chats', 'holds', 'transfers', 'reversals', 'refunds'].map(rowsOfTasks),
  ...['disputes', 'chargebacks', 'reviews', 'ledger_transactions', 'events'].map(rowsOfTasks),
  `select row.id::text, to_jsonb(row)
    from ledger_transactions posting join ledger_entries row on row.transaction_id = posting.id
    where posting.task_id = any($1)`,
  'select row.key, to_jsonb(row) from idempotency_keys row where caller_id = any($2)',
  'select row.id::text, to_jsonb(row) from sandbox.chargebacks row where row.id = any($3)',
]
const DIGEST = `
  select md5(string_agg(content::text, ',' order by id, content)) as digest
  from (${ROWS.join(' union all ')}) rows`

function rowsOfTasks(table: string): string {
  return `select id::text, to_jsonb(row) from ${table} row where task_id = any($1)`
}

type Prefix = 'tsk' | 'app' | 'dsp' | 'hld' | 'trf' | 'cbk'
type Member = { __typename: string; code?: string } & Record<string, unknown>
interface Money {
  minorUnits: string
}
interface Named {
  displayName: string
}
interface SeenTask {
  status: string
  version: number
  acceptanceMode: string
  budget: Money
  applicationCount: number
  viewerApplication: { status: string; version: number; outdated: boolean; price: Money; applicant: Named } | null
  assignee: Named | null
  agreedPrice: Money | null
  hold: { status: string; amount: Money; remaining: Money; frozen: boolean; chargebacks: { status: string }[] } | null
  transfers: { nodes: { status: string; net: Money; fee: Money; amountReversed: Money }[] }
  dispute: { status: string } | null
  moneyTrail: (Record<string, Money> & { balanced: boolean }) | null
  reviews: { author: Named }[]
  nextAutomaticTransition: { at: string } | null
  availableActions: { action: string; blockedBy: { code: string } | null }[]
}

interface Viewer {
  viewer: { balances: { pending: Money; paid: Money; owed: Money }[] }
}

/** One story's people and tasks. */
export interface World {
  /** Sends an action, and returns the code of its refusal. Undefined: it succeeded. */
  send(action: Action, model: Model): Promise<string | undefined>
  /** What a person sees of these tasks and of their earnings. */
  seenBy(who: Person, numbers: readonly number[]): Promise<{ tasks: [number, unknown][]; earnings: unknown }>
  /** Whether a row of the story has changed since the last call. */
  hasChanged(): Promise<boolean>
  ledgerIsSound(): Promise<boolean>
}

/** Creates new people at this server. */
export async function createWorld(app: TestApp): Promise<World> {
  const roles = { [FINANCE]: ['FINANCE'], [ADMIN]: ['ADMIN'] } as const
  const names = [...PEOPLE, ADMIN] as const
  const entries = names.map(async (name) => [
    name,
    await person(app, name, ...(roles[name as keyof typeof roles] ?? [])),
  ])
  const people: Record<Action['who'], Caller> = Object.fromEntries(await Promise.all(entries))
  const admin = people[ADMIN]
  const tasks = new Map<number, string>()
  const chargebacks: string[] = []
  const clock = async () =>
    Date.parse((await query<{ sandbox: { now: string } }>(admin, sdk.SandboxDocument.text)).sandbox.now)
  const startedAt = await clock()
  let digest: string | null = null

  /** Waits for an advance of the clock that a slow machine continues after its answer. */
  async function reach(hours: number): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      if ((await clock()) >= startedAt + hours * HOUR_MS) return
      await query(admin, sdk.AdvanceSandboxClockDocument.text, { input: { by: 'PT0S' } })
    }
    throw new Error('The clock does not reach its goal.')
  }

  const unknownId = (prefix: Prefix) => toPublicId(prefix, newId())

  async function newest(prefix: Prefix, table: string, task: string, more = 'true', ...values: unknown[]) {
    const { rows } = await app.database.pool.query(
      `select id from ${table} where task_id = $1 and ${more} order by id desc limit 1`,
      [parsePublicId(task)?.uuid, ...values],
    )
    return rows[0] ? toPublicId(prefix, rows[0].id) : unknownId(prefix)
  }

  /** The version that the caller of an action expects. */
  function versionOf({ verb, task, other, expected }: Action, model: Model): number | undefined {
    const it = model.tasks.get(task)
    const isOfApplication = verb.endsWith('Application') && verb !== 'updateApplication'
    const version = (isOfApplication ? it && applicationOf(it, other) : it)?.version ?? 2
    return expected && version - (expected === 'STALE' ? 1 : 0)
  }

  async function send(action: Action, model: Model): Promise<string | undefined> {
    const { verb, who, other, amount, mode, hours, yes } = action
    const taskId = tasks.get(action.task) ?? unknownId('tsk')
    const money = amount === undefined ? undefined : { amount: (amount / 100).toFixed(2), currencyCode: 'EUR' }
    const expectedVersion = versionOf(action, model)
    const key = { idempotencyKey: randomUUID() }
    const invitee = mode === 'INVITE_ONLY' && { inviteeId: people[other].id }
    const deadline = hours && new Date(startedAt + (model.now + hours) * HOUR_MS).toISOString()
    const applicationId = async () =>
      newest('app', 'task_applications', taskId, 'applicant_id = $2', people[other].uuid)
    const dispute = async () => ({ disputeId: await newest('dsp', 'disputes', taskId) })
    const onTask = { taskId, expectedVersion }
    const onApplication = async () => ({ applicationId: await applicationId(), expectedVersion })
    const mutations: Record<
      Verb,
      () => Promise<[sdk.Operation<unknown, never>, object]> | [sdk.Operation<unknown, never>, object]
    > = {
      time: () => [sdk.AdvanceSandboxClockDocument, { by: `PT${Math.round((hours ?? 0) * 60)}M` }],
      createTask: () => [
        sdk.CreateTaskDocument,
        {
          title: 'Paint',
          description: 'White.',
          budget: money,
          acceptanceMode: mode,
          ...invitee,
          deadline,
          publish: yes,
        },
      ],
      updateTask: () => [
        sdk.UpdateTaskDocument,
        amount !== undefined
          ? { ...onTask, budget: money }
          : hours !== undefined
            ? { ...onTask, deadline }
            : mode !== undefined
              ? { ...onTask, acceptanceMode: mode, ...invitee }
              : { ...onTask, title: `Paint ${randomUUID()}` },
      ],
      publishTask: () => [sdk.PublishTaskDocument, onTask],
      cancelTask: () => [sdk.CancelTaskDocument, onTask],
      applyToTask: () => [sdk.ApplyToTaskDocument, { ...onTask, price: money }],
      acceptTask: () => [sdk.AcceptTaskDocument, { ...onTask, expectedPrice: money }],
      fundTask: () => [sdk.FundTaskDocument, { ...onTask, ...key, paymentMethodId: yes ? 'pm_ok' : 'pm_refused' }],
      withdrawFromTask: () => [sdk.WithdrawFromTaskDocument, onTask],
      submitWork: () => [sdk.SubmitWorkDocument, { taskId, message: 'Done.' }],
      requestChanges: () => [sdk.RequestChangesDocument, onTask],
      approveWork: () => [sdk.ApproveWorkDocument, { ...onTask, ...key }],
      openDispute: () => [sdk.OpenDisputeDocument, { taskId, reason: 'It is grey.' }],
      reviewTask: () => [sdk.ReviewTaskDocument, { taskId, rating: 4 }],
      updateApplication: async () => [
        sdk.UpdateApplicationDocument,
        { applicationId: await applicationId(), expectedTaskVersion: expectedVersion, price: money },
      ],
      withdrawApplication: async () => [sdk.WithdrawApplicationDocument, await onApplication()],
      rejectApplication: async () => [sdk.RejectApplicationDocument, await onApplication()],
      acceptApplication: async () => [sdk.AcceptApplicationDocument, await onApplication()],
      withdrawDispute: async () => [sdk.WithdrawDisputeDocument, await dispute()],
      resolveDispute: async () => [
        sdk.ResolveDisputeDocument,
        { ...(await dispute()), ...key, toTasker: money, note: 'So be it.' },
      ],
      refundHold: async () => [
        sdk.RefundHoldDocument,
        { holdId: await newest('hld', 'holds', taskId), ...key, amount: money, reason: 'Goodwill.' },
      ],
      reverseTransfer: async () => [
        sdk.ReverseTransferDocument,
        {
          transferId: await newest('trf', 'transfers', taskId),
          ...key,
          amount: money,
          reason: 'Goodwill.',
          returnFee: yes,
        },
      ],
      openSandboxChargeback: async () => [
        sdk.OpenSandboxChargebackDocument,
        { holdId: await newest('hld', 'holds', taskId) },
      ],
      decideSandboxChargeback: async () => [
        sdk.DecideSandboxChargebackDocument,
        { chargebackId: await newest('cbk', 'chargebacks', taskId), won: yes },
      ],
      suspendUser: () => [sdk.SuspendUserDocument, { userId: people[other].id, reason: 'Spam.', ...key }],
      restoreUser: () => [sdk.RestoreUserDocument, { userId: people[other].id, reason: 'A mistake.', ...key }],
    }
    const [{ text }, input] = await mutations[verb]()
    const { data, errors } = await people[who].send(text, { input })
    if (errors?.[0]?.extensions?.code === 'UNAUTHENTICATED') return 'UNAUTHENTICATED'
    const outcome = (data as Record<string, Member> | null)?.[verb === 'time' ? 'advanceSandboxClock' : verb]
    if (errors || !outcome) throw new Error(`${verb} failed: ${JSON.stringify(errors)}`)
    if (outcome.__typename.endsWith('Error')) return outcome.code
    if (verb === 'time') await reach(model.now + (hours ?? 0))
    if (verb === 'createTask') tasks.set(action.task, (outcome.task as { id: string }).id)
    if (verb === 'restoreUser') people[other] = await signInAgain(app, people[other])
    if (verb.endsWith('SandboxChargeback')) {
      const { providerReference } = outcome as unknown as { providerReference: string }
      chargebacks.push(providerReference)
      // The server does not listen, so it gets no webhook.
      await noticeChargeback(app.work, { providerReference })
    }
    return undefined
  }

  async function seenBy(who: Person, numbers: readonly number[]) {
    // By variables, so that the server finds the documents in its cache.
    const ids = numbers.map((number) => `$t${number}: ID!`)
    const fields = numbers.map((number) => `t${number}: task(id: $t${number}) { ...Seen }`)
    const data = await query<Record<string, SeenTask | null> & Viewer>(
      people[who],
      `query (${ids.join(' ')}) { ${fields.join(' ')} ${VIEWER} } ${SEEN}`,
      Object.fromEntries(numbers.map((number) => [`t${number}`, tasks.get(number)])),
    )
    const [balance] = data.viewer.balances
    return {
      tasks: numbers.map((number): [number, unknown] => [number, seen(data[`t${number}`], startedAt)]),
      earnings: balance
        ? { pending: amountOf(balance.pending), paid: amountOf(balance.paid), owed: amountOf(balance.owed) }
        : null,
    }
  }

  async function hasChanged(): Promise<boolean> {
    const uuids = [...tasks.values()].map((id) => parsePublicId(id)?.uuid)
    const callers = Object.values(people).map(({ uuid }) => uuid)
    const { rows } = await app.database.pool.query(DIGEST, [uuids, callers, chargebacks])
    const before = digest
    digest = rows[0].digest
    return digest !== before
  }

  await hasChanged()
  return {
    send,
    seenBy,
    hasChanged,
    async ledgerIsSound() {
      const { ledgerHealth } = await query<sdk.LedgerHealthQuery>(admin, sdk.LedgerHealthDocument.text)
      return Boolean(ledgerHealth?.ok)
    },
  }
}

async function query<Data>(caller: Caller, text: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await caller.send(text, { ...variables })
  if (errors || !data) throw new Error(`The server failed: ${JSON.stringify(errors)}`)
  return data as Data
}

const amountOf = (money: Money | null | undefined): number | null => (money ? Number(money.minorUnits) : null)
const nameOf = (someone: Named | null | undefined) => someone?.displayName ?? null

/** Brings what a person sees of a task into the form of the model. */
function seen(task: SeenTask | null | undefined, startedAt: number) {
  if (!task) return null
  const { viewerApplication: application, hold, moneyTrail, nextAutomaticTransition: next } = task
  const [transfer] = task.transfers.nodes
  return {
    status: task.status,
    version: task.version,
    mode: task.acceptanceMode,
    budget: amountOf(task.budget),
    applicationCount: task.applicationCount,
    application: application && {
      applicant: nameOf(application.applicant),
      status: application.status,
      version: application.version,
      price: amountOf(application.price),
      isOutdated: application.outdated,
    },
    assignee: nameOf(task.assignee),
    price: amountOf(task.agreedPrice),
    hold: hold && {
      status: hold.status,
      amount: amountOf(hold.amount),
      remaining: amountOf(hold.remaining),
      isFrozen: hold.frozen,
      chargeback: hold.chargebacks[0]?.status.replace('NEEDS_RESPONSE', 'OPEN') ?? null,
    },
    transfer: transfer
      ? {
          status: transfer.status,
          net: amountOf(transfer.net),
          fee: amountOf(transfer.fee),
          reversed: amountOf(transfer.amountReversed),
        }
      : null,
    dispute: task.dispute?.status ?? null,
    trail:
      moneyTrail &&
      Object.fromEntries(
        Object.entries(moneyTrail).map(([part, money]) => [part, typeof money === 'boolean' ? money : amountOf(money)]),
      ),
    reviewers: task.reviews.map(({ author }) => nameOf(author)),
    due: next ? Math.round(((Date.parse(next.at) - startedAt) / HOUR_MS) * 2) / 2 : null,
    actions: Object.fromEntries(
      task.availableActions.map(({ action, blockedBy }) => [action, blockedBy?.code ?? null]),
    ),
  }
}
