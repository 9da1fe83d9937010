/** The audit log: every mutation of staff and every sign-in has a record, and administrators find it. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { anonymousCaller, ask, refusal } from '../../support/ask.ts'
import { chargeAtSandbox, chargedBack } from '../../support/chargebacks.ts'
import { holdRows, moneyMoves, moneyWorld, taskAtWork, transferDue, type World } from '../../support/money.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { lost, refusedForGood } from '../../support/scriptedProvider.ts'
import { type Actor, actor } from '../../support/story.ts'
import { differenceRow } from '../../support/worlds/authorizationWorld.ts'

let world: World
let ada: Actor
let greta: Actor
let cara: Actor

beforeAll(async () => {
  world = await moneyWorld()
  ada = await actor(world.app, 'Ada', 'ADMIN')
  greta = await actor(world.app, 'Greta', 'AGENT')
  cara = await actor(world.app, 'Cara')
})
afterAll(async () => {
  await world.app.stop()
})

const reason = 'As agreed by telephone.'
const key = () => ({ idempotencyKey: randomUUID() })

async function failedTransfer(outcome: typeof lost) {
  const due = await transferDue(world)
  world.provider.ordersGet(due.transfer.id, outcome)
  await moneyMoves(world)
  return { transferId: due.transfer.id, ...key() }
}

async function queuedChat(): Promise<void> {
  await world.app.database.pool.query(`
    update chats set status = 'ENDED', end_reason = 'AGENT_ENDED', ended_at = errand_now(), agent_silent_since = null
    where kind = 'SUPPORT' and status <> 'ENDED'`)
  await ask(cara, 'mutation { startSupportChat(input: { message: "Help." }) { __typename } }')
}

async function assignedChat(): Promise<string> {
  await ask(greta, 'mutation { setAgentAvailability(input: { availability: BUSY }) { __typename } }')
  await queuedChat()
  const { claimNextChat } = await ask<{ claimNextChat: { chat: { id: string } } }>(
    greta,
    'mutation { claimNextChat(input: {}) { ... on SupportChatPayload { chat { id } } } }',
  )
  return claimNextChat.chat.id
}

/** A chargeback that both the sandbox and our server know. Returns its public id. */
async function chargeback(): Promise<string> {
  const task = await taskAtWork(world)
  const order = { chargeReference: await chargeAtSandbox(world, task), amount: undefined, reason: 'fraudulent' }
  const answer = await world.app.services.sandboxControls?.openChargeback(order)
  if (answer?.kind !== 'done') throw new Error('The sandbox opened no chargeback.')
  const { row } = await chargedBack(world, task, { providerReference: answer.providerReference })
  return toPublicId('cbk', (await row()).id)
}

interface Act {
  by: () => Actor
  input: () => Promise<object> | object
  action: string
  hasReason?: boolean
}

const onPerson = async () => ({ userId: (await actor(world.app, 'Somebody')).id, reason, ...key() })

/** A successful run of each mutation of staff, and the record that it leaves. */
const ACTS: Record<string, Act> = {
  setRoles: {
    by: () => ada,
    input: async () => ({ ...(await onPerson()), roles: ['AGENT'] }),
    action: 'role.agent_given',
    hasReason: true,
  },
  suspendUser: { by: () => ada, input: onPerson, action: 'user.suspended', hasReason: true },
  restoreUser: {
    by: () => ada,
    input: async () => {
      const { uuid, id } = await actor(world.app, 'Somebody')
      await world.app.database.pool.query('update users set suspended_at = errand_now() where id = $1', [uuid])
      return { userId: id, reason, ...key() }
    },
    action: 'user.restored',
    hasReason: true,
  },
  setSandboxPayoutReadiness: {
    by: () => ada,
    input: async () => ({ userId: (await actor(world.app, 'Somebody')).id, readiness: 'RESTRICTED' }),
    action: 'payout_readiness.restricted',
  },
  setFeeRule: {
    by: () => ada,
    input: () => ({ basisPoints: 1000, least: '1.00', effectiveFrom: '2100-01-01T00:00:00Z', reason }),
    action: 'fee_rule.set',
    hasReason: true,
  },
  setSandboxProvider: { by: () => ada, input: () => ({ mode: 'ACCEPT' }), action: 'sandbox_provider.accept' },
  advanceSandboxClock: { by: () => ada, input: () => ({ by: 'PT0S' }), action: 'sandbox_clock.advanced' },
  setAgentAvailability: { by: () => greta, input: () => ({ availability: 'BUSY' }), action: 'agent.busy' },
  claimNextChat: {
    by: () => greta,
    input: async () => {
      await queuedChat()
      return key()
    },
    action: 'support_chat.claimed',
  },
  assignChat: {
    by: () => ada,
    input: async () => {
      const chatId = await assignedChat()
      const other = await actor(world.app, 'Other', 'AGENT')
      await ask(other, 'mutation { setAgentAvailability(input: { availability: BUSY }) { __typename } }')
      return { chatId, agentId: toPublicId('agt', other.uuid), ...key() }
    },
    action: 'support_chat.assigned',
  },
  addNote: {
    by: () => greta,
    input: async () => ({ chatId: await assignedChat(), body: 'Kind.', ...key() }),
    action: 'support_chat.note_added',
  },
  resolveDispute: {
    by: () => world.fay,
    input: async () => {
      const dispute = await world.anna.disputes(await taskAtWork(world))
      return { disputeId: dispute.id, toTasker: { amount: '5', currencyCode: 'EUR' }, note: reason, ...key() }
    },
    action: 'dispute.resolved',
    hasReason: true,
  },
  refundHold: {
    by: () => world.fay,
    input: async () => {
      const [hold] = await holdRows(world, await taskAtWork(world))
      const amount = { amount: '1', currencyCode: 'EUR' }
      return { holdId: toPublicId('hld', hold?.id ?? ''), amount, reason, ...key() }
    },
    action: 'hold.refunded',
    hasReason: true,
  },
  cancelTransfer: {
    by: () => world.fay,
    input: async () => ({ ...(await failedTransfer(refusedForGood)), reason }),
    action: 'transfer.canceled',
    hasReason: true,
  },
  retryTransfer: {
    by: () => world.fay,
    input: async () => ({ ...(await failedTransfer(refusedForGood)), reason }),
    action: 'transfer.retried',
    hasReason: true,
  },
  reverseTransfer: {
    by: () => world.fay,
    input: async () => {
      const { transfer } = await transferDue(world)
      await moneyMoves(world)
      return { transferId: transfer.id, amount: { amount: '1', currencyCode: 'EUR' }, reason, ...key() }
    },
    action: 'transfer.reversed',
    hasReason: true,
  },
  resolveInDoubtTransfer: {
    by: () => world.fay,
    input: async () => ({ ...(await failedTransfer(lost)), finding: 'PROVIDER_HAS_IT', evidence: reason }),
    action: 'transfer.resolved',
    hasReason: true,
  },
  startReconciliation: {
    by: () => world.fay,
    input: () => ({ from: '2026-02-01T00:00:00Z', to: '2026-02-02T00:00:00Z', ...key() }),
    action: 'reconciliation.started',
  },
  settleDifference: {
    by: () => world.fay,
    input: async () => ({ differenceId: (await differenceRow(world.app)).differenceId, note: reason, ...key() }),
    action: 'difference.settled',
    hasReason: true,
  },
  openSandboxChargeback: {
    by: () => ada,
    input: async () => ({ holdId: await chargeAtSandbox(world, await taskAtWork(world)) }),
    action: 'sandbox_chargeback.opened',
  },
  submitChargebackEvidence: {
    by: () => world.fay,
    input: async () => ({ chargebackId: await chargeback(), statement: 'It was done.', submit: true, ...key() }),
    action: 'chargeback.evidence_submitted',
  },
  decideSandboxChargeback: {
    by: () => ada,
    input: async () => ({ chargebackId: await chargeback(), won: true }),
    action: 'sandbox_chargeback.won',
  },
}

const fields = () => Object.values(schema.getMutationType()?.getFields() ?? {})
const accessOf = (extensions: object): unknown =>
  (extensions as { pothosOptions?: { access?: unknown } }).pothosOptions?.access

const records = () => world.app.prisma.auditRecord.findMany({ orderBy: { id: 'asc' } })

describe('the audit log has a record', () => {
  test('for each mutation that is for a role', () => {
    const forStaff = fields()
      .filter(({ extensions }) => Array.isArray(accessOf(extensions)))
      .map(({ name }) => name)
    expect(Object.keys(ACTS).sort()).toEqual(forStaff.sort())
  })

  test.each(Object.entries(ACTS))('of %s, once, with actor, reason and request', async (name, act) => {
    const { by, input, action, hasReason = false } = act
    const value = await input()
    const before = await records()
    const field = schema.getMutationType()?.getFields()[name]
    const mutation = `mutation ($value: ${field?.args[0]?.type}) { ${name}(input: $value) { __typename } }`
    const send = () => ask<Record<string, { __typename: string }>>(by(), mutation, { value })
    expect((await send())[name]?.__typename).toMatch(/Payload$/)
    const added = (await records()).slice(before.length)
    expect(added).toMatchObject([
      { action, actorId: by().uuid, reason: hasReason ? reason : null, requestId: expect.any(String) },
    ])
    if (!('idempotencyKey' in value)) return
    expect((await send())[name]?.__typename).toMatch(/Payload$/)
    expect(await records()).toHaveLength(before.length + 1)
  })

  test('of the end of a support chat by staff, and none of its end by the customer', async () => {
    const end = 'mutation ($id: ID!) { endChat(input: { chatId: $id }) { __typename } }'
    const first = await assignedChat()
    await ask(greta, end, { id: first })
    expect((await records()).at(-1)).toMatchObject({ action: 'support_chat.ended', actorId: greta.uuid })
    const second = await assignedChat()
    const before = await records()
    await ask(cara, end, { id: second })
    expect(await records()).toHaveLength(before.length)
  })

  test('of each sign-in, failed, refused or successful', async () => {
    const email = `${randomUUID()}@example.com`
    const password = 'correct horse battery'
    const anonymous = anonymousCaller(world.app)
    const { length } = await records()
    await ask(anonymous, 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }', {
      input: { email, password, displayName: 'Nora' },
    })
    const signIn = (pass: string) =>
      ask(anonymous, 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
        input: { password: { email, password: pass } },
      })
    await signIn(password)
    await signIn('wrong horse battery')
    await world.app.database.pool.query('update users set suspended_at = errand_now() where email = $1', [email])
    await signIn(password)
    const actions = (await records()).slice(length).map(({ action }) => action)
    expect(actions).toEqual(['user.signed_up', 'sign_in.succeeded', 'sign_in.failed', 'sign_in.suspended'])
  })
})

const LOG = /* GraphQL */ `
  query ($subjectId: ID, $actorId: ID, $action: String, $first: Int, $after: String) {
    auditLog(subjectId: $subjectId, actorId: $actorId, action: $action, first: $first, after: $after) {
      nodes {
        id at action reason requestId subjectId
        actor { __typename ... on User { id } ... on System { name } }
        subject { __typename id }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`

interface LogPage {
  auditLog: {
    nodes: { id: string; action: string; actor: { id?: string }; subjectId: string | null; subject: object | null }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  }
}

describe('administrators', () => {
  test('read all of it, newest first, each record once', async () => {
    const found: string[] = []
    let after: string | null = null
    do {
      const { auditLog }: LogPage = await ask<LogPage>(ada, LOG, { first: 5, after })
      found.push(...auditLog.nodes.map(({ id }) => id))
      after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null
    } while (after)
    expect(found).toEqual((await records()).map(({ id }) => toPublicId('aud', id)).reverse())
  })

  test('find what was done to a person, by whom and why', async () => {
    const dora = await actor(world.app, 'Dora')
    const suspend = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { __typename } }'
    await ask(ada, suspend, { input: { userId: dora.id, reason } })
    const { auditLog } = await ask<LogPage>(ada, LOG, { subjectId: dora.id })
    expect(auditLog.nodes).toMatchObject([
      {
        action: 'user.suspended',
        reason,
        subjectId: dora.id,
        actor: { __typename: 'User', id: ada.id },
        subject: { __typename: 'User', id: dora.id },
      },
    ])
  })

  test('filter by actor, by action, and by several at once', async () => {
    const { auditLog: byActor } = await ask<LogPage>(ada, LOG, { actorId: greta.id })
    expect(byActor.nodes.length).toBeGreaterThan(3)
    expect(byActor.nodes.every(({ actor: { id } }) => id === greta.id)).toBe(true)
    const { auditLog: byAction } = await ask<LogPage>(ada, LOG, { action: 'user.suspended' })
    expect(byAction.nodes.length).toBeGreaterThan(1)
    expect(byAction.nodes.every(({ action }) => action === 'user.suspended')).toBe(true)
    const { auditLog: byBoth } = await ask<LogPage>(ada, LOG, { actorId: greta.id, action: 'agent.busy' })
    expect(byBoth.nodes.length).toBeGreaterThan(0)
    const { auditLog: nothing } = await ask<LogPage>(ada, LOG, { actorId: greta.id, action: 'user.suspended' })
    expect(nothing.nodes).toEqual([])
  })

  test('get an empty page for filters that match nothing, and a refusal of bad pages', async () => {
    for (const filter of [{ subjectId: 'nonsense' }, { actorId: 'tsk_1' }, { action: 'a\0b' }, { action: '' }]) {
      const { auditLog } = await ask<LogPage>(ada, LOG, filter)
      expect(auditLog.nodes).toEqual([])
    }
    expect(await refusal(ada, LOG, { first: 101 })).toBe('BAD_USER_INPUT')
    expect(await refusal(ada, LOG, { after: 'nonsense' })).toBe('BAD_USER_INPUT')
  })

  test('see the id of a subject that they may not see', async () => {
    await world.app.database.pool.query(`
      insert into audit_records (id, at, action, subject_type, subject_id)
      values (gen_random_uuid(), errand_now(), 'session.copied', 'ses', '${greta.sessionId}')`)
    const { auditLog } = await ask<LogPage>(ada, LOG, { action: 'session.copied' })
    expect(auditLog.nodes).toMatchObject([
      { subject: null, subjectId: toPublicId('ses', greta.sessionId), actor: { __typename: 'System', name: 'system' } },
    ])
  })

  test('alone: the log is null to all others, and to one who has lost the role', async () => {
    const former = await actor(world.app, 'Former', 'ADMIN')
    const demote = 'mutation ($input: SetRolesInput!) { setRoles(input: $input) { __typename } }'
    await ask(ada, demote, { input: { userId: former.id, roles: ['FINANCE'], reason } })
    for (const someone of [world.fay, greta, cara, former]) {
      expect(await ask(someone, LOG)).toEqual({ auditLog: null })
    }
  })
})

describe('psql', () => {
  test.each([
    ['update', `update audit_records set reason = 'changed'`],
    ['delete', 'delete from audit_records'],
    ['truncate', 'truncate audit_records'],
  ])('cannot %s records', async (_how, statement) => {
    const client = new pg.Client({ connectionString: world.app.connectionString })
    await client.connect()
    const before = await records()
    await expect(client.query(statement)).rejects.toMatchObject({ constraint: 'audit_records_are_append_only' })
    await client.end()
    expect(await records()).toEqual(before)
  })
})
