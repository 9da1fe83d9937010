/** Personal access tokens: their life, and what a request by one may do. */
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  AccessTokensDocument,
  ApproveWorkDocument,
  CreateAccessTokenDocument,
  CreateTaskDocument,
  RevokeAccessTokenDocument,
  SendMessageDocument,
  SetRolesDocument,
  SuspendUserDocument,
  UpdateProfileDocument,
} from '../../../schema/sdk/generated.ts'
import { isAccessToken } from '../../../src/accounts/accessTokens/accessTokenText.ts'
import { accessTokenTimers } from '../../../src/accounts/accessTokens/accessTokenTimers.ts'
import { accountsOf, fiveSecondsPass, freshEmail, PASSWORD } from '../../support/accounts.ts'
import { ask } from '../../support/ask.ts'
import { mailsTo } from '../../support/mails.ts'
import { type GraphqlResult, type Person, person, send } from '../../support/people.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { Subscription } from '../../support/servers/streams.ts'
import { actor } from '../../support/story.ts'

let app: TestApp
let url: string
let accounts: ReturnType<typeof accountsOf>

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  accounts = accountsOf(app)
})
afterAll(async () => {
  await app.stop()
})
afterEach(() => vi.restoreAllMocks())

type Sender = Pick<Person, 'send'>

const asToken = (token: string): Sender => ({
  send: (query, variables) => send(app, query, variables, { authorization: `Bearer ${token}` }),
})
const outcomeOf = (result: GraphqlResult): Record<string, unknown> => {
  if (!result.data) throw new Error(JSON.stringify(result.errors))
  return Object.values(result.data)[0] as unknown as Record<string, unknown>
}
const create = async (someone: Sender, input: object = {}) =>
  outcomeOf(
    await someone.send(CreateAccessTokenDocument.text, {
      input: { name: 'Nightly report', scopes: ['TASKS_READ'], ...input },
    }),
  )
async function tokenOf(someone: Sender, ...scopes: string[]): Promise<{ token: string; id: string } & Sender> {
  const { token, accessToken } = (await create(someone, { scopes })) as { token: string; accessToken: { id: string } }
  return { token, id: accessToken.id, ...asToken(token) }
}
const revoke = async (someone: Sender, accessTokenId: string) =>
  outcomeOf(await someone.send(RevokeAccessTokenDocument.text, { input: { accessTokenId } }))
const listOf = async (someone: Sender) => {
  const { viewer } = (await someone.send(AccessTokensDocument.text)).data as unknown as {
    viewer: { accessTokens: { nodes: { id: string; lastUsedAt: string | null }[] } }
  }
  return viewer.accessTokens.nodes
}
const actionsOf = async ({ uuid }: Pick<Person, 'uuid'>) => {
  const records = await app.prisma.auditRecord.findMany({ where: { actorId: uuid }, orderBy: { id: 'asc' } })
  return records.map(({ action }) => action)
}
const NAME = '{ viewer { user { displayName } } }'
/** Whether the token is accepted, five seconds later. */
const isAccepted = async (token: Sender): Promise<boolean> => {
  fiveSecondsPass()
  const { data, errors } = await token.send(NAME)
  if (!data?.viewer) expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  return Boolean(data?.viewer)
}
const refusalOf = async (token: Sender, query: string, variables = {}) => {
  const { errors } = await token.send(query, variables)
  return [errors?.[0]?.extensions?.code, errors?.[0]?.message]
}

describe('a personal access token', () => {
  test('is shown once, kept as its hash, listed, recorded and mailed', async () => {
    const ada = await person(app, 'Ada')
    const { email } = await app.prisma.user.findUniqueOrThrow({ where: { id: ada.uuid } })
    const created = await create(ada, { scopes: ['TASKS_READ', 'CHATS_WRITE', 'TASKS_READ'] })
    const token = String(created.token)
    expect(token).toMatch(/^errand_[0-9a-hjkmnp-tv-z]{33}$/)
    const summary = {
      id: expect.stringMatching(/^pat_/),
      name: 'Nightly report',
      scopes: ['TASKS_READ', 'CHATS_WRITE'],
      hint: token.slice(-4),
      expiresAt: null,
      lastUsedAt: null,
    }
    expect(created.accessToken).toMatchObject(summary)
    expect(await listOf(ada)).toMatchObject([summary])
    const row = await app.prisma.accessToken.findFirstOrThrow({ where: { userId: ada.uuid } })
    expect(Buffer.from(row.tokenHash)).toEqual(createHash('sha256').update(token).digest())
    const [mail] = await mailsTo(app, email)
    expect(mail).toMatchObject({ subject: 'An access token was created for your account' })
    expect(mail?.text).toContain(`"Nightly report", which ends in ${token.slice(-4)}`)
    expect(await actionsOf(ada)).toEqual(['access_token.created'])
    expect(JSON.stringify([mail, app.logLines])).not.toContain(token.slice(7, 33))
    expect((await asToken(token).send(NAME)).data).toEqual({ viewer: { user: { displayName: 'Ada' } } })
  })

  test('with a wrong character is refused without a statement', async () => {
    const { token } = await tokenOf(await person(app, 'Ada'), 'TASKS_READ')
    const wrong = [...Array(33).keys()].map((index) => {
      const at = index + 7
      return token.slice(0, at) + (token[at] === '0' ? '1' : '0') + token.slice(at + 1)
    })
    expect(wrong.filter(isAccessToken)).toEqual([])
    const statements = vi.spyOn(app.database.pool, 'connect')
    for (const text of [...wrong.slice(0, 3), 'errand_', `${token}0`]) {
      expect((await asToken(text).send(NAME)).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    }
    expect(statements).not.toHaveBeenCalled()
  })

  test('is refused with an invalid name, no scope, a scope above the roles, or an expiry in the past', async () => {
    const ada = await person(app, 'Ada')
    const refused = [
      [{ name: ' ' }, { fields: [{ path: ['input', 'name'] }] }],
      [{ scopes: [] }, { fields: [{ path: ['input', 'scopes'] }] }],
      [{ scopes: ['ADMIN'] }, { __typename: 'ForbiddenError' }],
      [{ expiresAt: '2020-01-01T00:00:00.000Z' }, { fields: [{ path: ['input', 'expiresAt'] }] }],
    ] as const
    for (const [input, refusal] of refused) expect(await create(ada, input)).toMatchObject(refusal)
    expect(await app.prisma.accessToken.count({ where: { userId: ada.uuid } })).toBe(0)
    expect(await create(await person(app, 'Root', 'ADMIN'), { scopes: ['ADMIN'] })).toHaveProperty('token')
  })

  test('is refused as the 51st of a person, also to requests at once', async () => {
    const ada = await person(app, 'Ada')
    await app.database.run`
      /* testTokens */
      insert into access_tokens (id, user_id, name, scopes, token_hash, hint, created_at)
      select gen_random_uuid(), ${ada.uuid}, 'Old', '{TASKS_READ}', sha256(number::text::bytea || ${ada.uuid}::text::bytea), '0000', now()
      from generate_series(1, 48) as number`
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => create(ada)))
    expect(outcomes.map(({ __typename }) => __typename).toSorted()).toEqual([
      ...Array(2).fill('AccessTokenPayload'),
      ...Array(3).fill('ForbiddenError'),
    ])
    expect((await listOf(ada)).length).toBe(20)
  })

  test('ends when it is revoked, by its person alone, and again without effect', async () => {
    const [ada, ben] = [await person(app, 'Ada'), await person(app, 'Ben')]
    const [token, other] = [await tokenOf(ada, 'TASKS_READ'), await tokenOf(ada, 'TASKS_READ')]
    expect(await revoke(ben, token.id)).toMatchObject({ __typename: 'NotFoundError' })
    expect(await revoke(ada, toPublicId('pat', newId()))).toMatchObject({ __typename: 'NotFoundError' })
    expect(await isAccepted(token)).toBe(true)
    expect(await revoke(ada, token.id)).toMatchObject({ __typename: 'OkPayload' })
    expect((await token.send(NAME)).data?.viewer).toBeUndefined()
    expect(await isAccepted(token)).toBe(false)
    expect(await isAccepted(other)).toBe(true)
    expect(await revoke(ada, token.id)).toMatchObject({ __typename: 'OkPayload' })
    expect(await actionsOf(ada)).toEqual(['access_token.created', 'access_token.created', 'access_token.revoked'])
    const node = 'query ($id: ID!) { node(id: $id) { id } }'
    expect((await ada.send(node, { id: token.id })).data).toEqual({ node: null })
    expect((await ada.send(node, { id: other.id })).data).toEqual({ node: { id: other.id } })
    expect((await ben.send(node, { id: other.id })).data).toEqual({ node: null })
  })

  test('expires, and the sweep deletes it thirty days later', async () => {
    const ada = await person(app, 'Ada')
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const { token } = (await create(ada, { expiresAt })) as { token: string }
    const inserted = async (fate: 'expired' | 'revoked', ago: string) => {
      const id = newId()
      await app.database.run`
        /* testDead */
        insert into access_tokens (id, user_id, name, scopes, token_hash, hint, created_at, expires_at, revoked_at)
        values (
          ${id}, ${ada.uuid}, 'Dead', '{TASKS_READ}', sha256(${id}::text::bytea), '0000', now() - interval '90 days',
          case ${fate}::text when 'expired' then now() - ${ago}::interval end,
          case ${fate}::text when 'revoked' then now() - ${ago}::interval end
        )`
      return id
    }
    const kept = [await inserted('expired', '29 days'), await inserted('revoked', '29 days')]
    const gone = [await inserted('expired', '31 days'), await inserted('revoked', '31 days')]
    expect(await isAccepted(asToken(token))).toBe(true)
    vi.spyOn(Date, 'now').mockImplementation(() => Date.parse(expiresAt))
    expect((await asToken(token).send(NAME)).data?.viewer).toBeUndefined()
    vi.restoreAllMocks()
    expect(await listOf(ada)).toMatchObject([{ expiresAt }])
    for (const timer of accessTokenTimers) await timer.runDue(app.work, 100)
    const left = await app.prisma.accessToken.findMany({ where: { id: { in: [...kept, ...gone] } } })
    expect(left.map(({ id }) => id).toSorted()).toEqual(kept.toSorted())
  })

  test('ends with a new password and with a suspension, for good', async () => {
    const email = freshEmail()
    const signed = await accounts.signUp({ email })
    const session = asToken(signed.accessToken)
    const first = await tokenOf(session, 'TASKS_READ')
    await accounts.changePassword(signed.accessToken, PASSWORD, 'another password')
    expect(await isAccepted(first)).toBe(false)

    const [root, ben] = [await person(app, 'Root', 'ADMIN'), await person(app, 'Ben')]
    const second = await tokenOf(ben, 'TASKS_READ')
    const input = { userId: ben.id, reason: 'Spam.' }
    await root.send(SuspendUserDocument.text, { input })
    expect(await isAccepted(second)).toBe(false)
    await root.send(SuspendUserDocument.text.replaceAll('suspendUser', 'restoreUser'), { input })
    expect(await isAccepted(second)).toBe(false)
  })

  test('never returns and never gains a right, by the rules of the database', async () => {
    const ada = await person(app, 'Ada')
    const { id } = await tokenOf(ada, 'TASKS_READ')
    await revoke(ada, id)
    const changes = ['revoked_at = null', "scopes = '{ADMIN}'", "expires_at = '2100-01-01'", "token_hash = sha256('a')"]
    for (const change of changes) {
      const attack = app.database.pool.query(`update access_tokens set ${change} where user_id = $1`, [ada.uuid])
      await expect(attack).rejects.toMatchObject({ constraint: 'an_access_token_only_ends' })
    }
  })

  test('has its use recorded once a minute, in batches, and not by its requests', async () => {
    const ada = await person(app, 'Ada')
    const token = await tokenOf(ada, 'TASKS_READ')
    const lastUse = async () => (await listOf(ada))[0]?.lastUsedAt
    const record = vi.spyOn(app.accessTokenUses, 'record')
    await Promise.all([token.send(NAME), token.send(NAME)])
    expect(record).toHaveBeenCalledTimes(1)
    await app.accessTokenUses.flush()
    const first = await lastUse()
    expect(first).toEqual(expect.any(String))
    expect(await isAccepted(token)).toBe(true)
    await app.accessTokenUses.flush()
    expect([record.mock.calls.length, await lastUse()]).toEqual([1, first])
    await app.database
      .run`/* testAge */ update access_tokens set last_used_at = now() - interval '61 seconds' where user_id = ${ada.uuid}`
    expect(await isAccepted(token)).toBe(true)
    await app.accessTokenUses.flush()
    expect(await lastUse()).not.toBe(first)
  })
})

describe('a request by a personal access token', () => {
  test('reads what its scopes cover, by every path, and is told which scope is missing', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts()
    await ben.accepts(task)
    await anna.funds(task)
    const { id: holdUuid } = await app.prisma.hold.findFirstOrThrow({ where: { taskId: task.uuid } })
    const hold = toPublicId('hld', holdUuid)
    const { id: chatUuid } = await app.prisma.chat.findFirstOrThrow({ where: { taskId: task.uuid } })
    const chat = toPublicId('tch', chatUuid)
    const reader = await tokenOf(anna, 'TASKS_READ')
    const TASK = 'query ($id: ID!) { task(id: $id) { title agreedPrice { amount } } }'
    expect((await reader.send(TASK, { id: task.id })).data?.task).toMatchObject({ agreedPrice: { amount: '20.00' } })
    const node = (id: string) => [`{ node(id: "${id}") { id } }`, `{ nodes(ids: ["${id}"]) { id } }`]
    const money = [
      `{ task(id: "${task.id}") { hold { id } } }`,
      `{ t: task(id: "${task.id}") { transfers { nodes { id } } } }`,
      `{ tasks { nodes { moneyTrail { balanced } } } }`,
      `{ viewer { balances { currencyCode } } }`,
      '{ transfers { nodes { id } } }',
      ...node(hold),
    ]
    const chats = [
      `{ task(id: "${task.id}") { chat { id } } }`,
      `{ task(id: "${task.id}") { chats { nodes { messages { nodes { body } } } } } }`,
      '{ viewer { unread { messages } } }',
      '{ viewer { chats { nodes { id } } } }',
      ...node(chat),
    ]
    for (const [scope, queries] of [
      ['MONEY_READ', money],
      ['CHATS_READ', chats],
    ] as const) {
      const wide = await tokenOf(anna, 'TASKS_READ', scope)
      for (const query of queries) {
        const [code, message] = await refusalOf(reader, query)
        expect([query, code, message]).toEqual([
          query,
          'FORBIDDEN',
          expect.stringContaining(`needs the scope ${scope} for`),
        ])
        expect([query, (await wide.send(query)).errors]).toEqual([query, undefined])
      }
    }
    expect(await refusalOf(reader, '{ events { nodes { type } } }')).toEqual([
      'FORBIDDEN',
      'This access token needs the scopes CHATS_READ and MONEY_READ for Query.events.',
    ])
    // A file may be of a chat.
    expect((await refusalOf(reader, `{ node(id: "${toPublicId('att', newId())}") { id } }`))[0]).toBe('FORBIDDEN')
  })

  test('is refused alike on the fast path, from the first request to the next ones', async () => {
    const anna = await person(app, 'Anna')
    const token = await tokenOf(anna, 'TASKS_READ')
    const query = 'query Fast { viewer { transfers { nodes { id } } } }'
    const answerTo = async (bearer: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
      return (await response.json()) as GraphqlResult
    }
    for (let turn = 0; turn < 3; turn++) {
      expect((await answerTo(anna.accessToken)).data?.viewer).toEqual({ transfers: { nodes: [] } })
      expect((await answerTo(token.token)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    }
  })

  test('changes what its scopes cover; a refused mutation changes nothing', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts()
    await ben.accepts(task)
    await anna.funds(task)
    await ben.submits(task)
    const writer = await tokenOf(anna, 'TASKS_WRITE')
    const draft = { title: 'Mow the lawn', description: 'All of it.', budget: { amount: '40', currencyCode: 'EUR' } }
    expect(outcomeOf(await writer.send(CreateTaskDocument.text, { input: draft }))).toMatchObject({
      __typename: 'TaskPayload',
    })
    const count = () => app.prisma.event.count()
    const before = await count()
    const approval = { taskId: task.id, expectedVersion: 1, idempotencyKey: 'k' }
    expect(outcomeOf(await writer.send(ApproveWorkDocument.text, { input: approval }))).toMatchObject({
      __typename: 'ForbiddenError',
      code: 'FORBIDDEN',
      message: 'This access token needs the scope MONEY_WRITE for Mutation.approveWork.',
    })
    const message = { chatId: 'tch_x', body: 'Hello', idempotencyKey: 'k' }
    expect(outcomeOf(await writer.send(SendMessageDocument.text, { input: message }))).toMatchObject({
      message: 'This access token needs the scope CHATS_WRITE for Mutation.sendMessage.',
    })
    // The mutation alone would be allowed; its payload is not.
    const peek =
      'mutation ($input: CreateTaskInput!) { createTask(input: $input) { ... on TaskPayload { task { hold { id } } } ... on Error { message } } }'
    expect(outcomeOf(await writer.send(peek, { input: draft }))).toMatchObject({
      message: 'This access token needs the scope MONEY_READ for Task.hold.',
    })
    // A union without ForbiddenError.
    expect(await refusalOf(writer, UpdateProfileDocument.text, { input: { displayName: 'Eve' } })).toEqual([
      'FORBIDDEN',
      'A personal access token cannot use Mutation.updateProfile. Sign in to do this.',
    ])
    expect(await count()).toBe(before)
    expect(await app.prisma.user.findUniqueOrThrow({ where: { id: anna.uuid } })).toMatchObject({ displayName: 'Anna' })
  })

  test('never makes tokens, sessions or passwords, whatever its scopes', async () => {
    const root = await person(app, 'Root', 'ADMIN')
    const token = await tokenOf(root, 'TASKS_WRITE', 'CHATS_WRITE', 'MONEY_WRITE', 'SUPPORT', 'ADMIN', 'WEBHOOKS')
    const closed: [string, object][] = [
      [CreateAccessTokenDocument.text, { name: 'More', scopes: ['TASKS_READ'] }],
      [RevokeAccessTokenDocument.text, { accessTokenId: token.id }],
      [SetRolesDocument.text, { userId: root.id, roles: ['ADMIN', 'FINANCE'], reason: 'More.' }],
      ...[
        ['changePassword', { currentPassword: PASSWORD, newPassword: 'another password' }],
        ['changeEmail', { currentPassword: PASSWORD, newEmail: freshEmail() }],
        ['signIn', { password: { email: freshEmail(), password: PASSWORD } }],
        ['signUp', { email: freshEmail(), password: PASSWORD, displayName: 'Eve' }],
        ['revokeOtherSessions', {}],
      ].map(([name, input]): [string, object] => {
        const type = `${String(name).charAt(0).toUpperCase()}${String(name).slice(1)}Input`
        return [`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, input as object]
      }),
    ]
    const users = await app.prisma.user.count()
    for (const [mutation, input] of closed) {
      const name = /(\w+)\(input/.exec(mutation)?.[1]
      expect([name, outcomeOf(await token.send(mutation, { input })).__typename]).toEqual([name, 'ForbiddenError'])
    }
    expect(await app.prisma.user.count()).toBe(users)
    expect(await app.prisma.accessToken.count({ where: { userId: root.uuid } })).toBe(1)
    expect((await refusalOf(token, '{ viewer { sessions { id } } }'))[0]).toBe('FORBIDDEN')
  })

  test('has the roles of its person only within its scopes', async () => {
    const [root, ada] = [await person(app, 'Root', 'ADMIN'), await person(app, 'Ada')]
    const query = `{ user(id: "${ada.id}") { email } viewer { roles } }`
    const narrow = await tokenOf(root, 'TASKS_READ', 'MONEY_READ')
    expect((await narrow.send(query)).data).toEqual({ user: { email: null }, viewer: { roles: ['USER'] } })
    const wide = await tokenOf(root, 'ADMIN')
    expect((await wide.send(query)).data).toMatchObject({ user: { email: expect.stringContaining('@') } })
    const suspend = { userId: ada.id, reason: 'Spam.' }
    expect(outcomeOf(await narrow.send(SuspendUserDocument.text, { input: suspend }))).toMatchObject({
      message: 'This access token needs the scope ADMIN for Mutation.suspendUser.',
    })
    const finance = await person(app, 'Fay', 'FINANCE')
    const reader = await tokenOf(finance, 'MONEY_READ')
    expect((await reader.send('{ ledgerHealth { ok } }')).data?.ledgerHealth).toMatchObject({ ok: true })
    await app.database.run`/* testRoles */ update users set roles = ${['USER']}::role[] where id = ${finance.uuid}`
    fiveSecondsPass()
    expect((await reader.send('{ ledgerHealth { ok } }')).data).toEqual({ ledgerHealth: null })
  })

  test('gets links to files that work until it is revoked', async () => {
    const anna = await actor(app, 'Anna')
    const token = await tokenOf(anna, 'MONEY_READ')
    const query = `{ viewer { statement(currencyCode: "EUR", from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z") { csvUrl } } }`
    const { viewer } = await ask<{ viewer: { statement: { csvUrl: string } } }>(token, query)
    const { csvUrl } = viewer.statement
    expect((await fetch(csvUrl)).status).toBe(200)
    await revoke(anna, token.id)
    expect((await fetch(csvUrl)).status).toBe(404)
  })

  test('opens the streams of its scopes, which end when it is revoked', async () => {
    const [anna, ben] = [await actor(app, 'Anna'), await actor(app, 'Ben')]
    const task = await anna.posts()
    const token = await tokenOf(anna, 'TASKS_READ')
    const EVENTS = 'subscription { events { __typename } }'
    const refused = await Subscription.open(url, token.token, EVENTS, {})
    expect((await refused.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
    const TASK = 'subscription ($id: ID!) { task(id: $id) { ... on TaskEvent { type } } }'
    const stream = await Subscription.open(url, token.token, TASK, { id: task.id })
    await ben.accepts(task)
    expect((await stream.next())?.data?.task).toMatchObject({ type: 'task.accepted' })
    await revoke(anna, token.id)
    let last = await stream.next()
    while (last && !last.errors) last = await stream.next()
    expect(last?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await stream.next()).toBeUndefined()
  })
})
