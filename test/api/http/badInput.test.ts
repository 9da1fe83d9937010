/**
 * Bad values in every place of an operation, as variables and as literals, from people and from anonymous callers: each is
 * reported as an error of the client. The places come from the schema, so new ones are tested automatically.
 */
import { isObjectType, type OperationTypeNode } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { badValuesOf, type GoodValues, type Place, placesOf } from '../../support/inputs/badInputs.ts'
import type { Person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { makeWorld, type World } from '../../support/worlds/authorizationWorld.ts'

const AT_ONCE = 8
const SERVERS_FAULTS = ['INTERNAL', 'UNAVAILABLE', 'OVERLOADED']

let app: TestApp
let world: World
let url: string
let places: Place[]

beforeAll(async () => {
  app = await startApp({ fastPath: true })
  url = await app.listen()
  world = await makeWorld(app)
  const good = await goodValues()
  places = placesOf(schema, good)
  app.logLines.length = 0
})
afterAll(async () => {
  await app.stop()
})

const signIn = ({ accessToken }: Person) => ({ authorization: `Bearer ${accessToken}` })

/** Returns valid values, with which each operation gets as far as possible. */
async function goodValues(): Promise<GoodValues> {
  const { make, ids, people } = world
  const [draft, open, assigned, submitted] = [
    await make.draft(),
    await make.open(),
    await make.assigned(),
    await make.submitted(),
  ]
  const taskOf: Record<string, string> = {
    updateTask: draft.id,
    publishTask: draft.id,
    cancelTask: open.id,
    withdrawFromTask: assigned.id,
    submitWork: assigned.id,
    requestChanges: submitted.id,
    approveWork: submitted.id,
  }
  const idOf: Record<string, string | undefined> = {
    chatId: ids.TaskChat,
    userId: people.stranger.id,
    inviteeId: people.assignee.id,
    posterId: people.poster.id,
    categoryId: ids.Category,
    transferId: ids.Transfer,
    holdId: ids.Hold,
    applicationId: (await world.makeApplication()).id,
    attachmentIds: ids.Attachment,
    agentId: ids.Agent,
    subjectId: ids.Task,
  }
  const ofScalar: Record<string, string | number | boolean> = {
    ...{ Boolean: true, Int: 1, Float: 1, String: 'A text.', ID: String(ids.Task) },
    ...{ URL: 'https://example.com/', EmailAddress: 'somebody@example.com', DateTime: '2100-01-01T00:00:00.000Z' },
    ...{ Duration: 'PT1S', Decimal: '20.00', BigInt: '1', CurrencyCode: 'EUR', EventCursor: 'ec_0' },
    ...{ IdempotencyKey: 'a key', Sha256: 'a'.repeat(64), Upload: 'a file' },
  }
  const ofSupport = ['endSupportChat', 'handOverChat', 'addNote', 'rateSupportChat', 'rateChat']
  return (name, type, operation) => {
    if (operation === 'node' && name === 'id') return ids[type] ?? 'none'
    if (type !== 'ID') return ofScalar[type] ?? 'none'
    if (name === 'taskId') return taskOf[operation] ?? String(ids.Task)
    if (name === 'chatId' && ofSupport.includes(operation)) return String(ids.SupportChat)
    return idOf[name] ?? String(ids.Task)
  }
}

/** Sends an operation, and returns the codes of its errors. Of a stream it reads only the first item. */
async function codesOf(
  place: Place,
  request: { query: string; variables: object },
  headers: object,
): Promise<unknown[]> {
  const accept = place.kind === 'subscription' ? 'text/event-stream' : 'application/json'
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify(request),
  })
  if (place.kind === 'subscription' && response.status < 500) {
    await response.body?.cancel()
    return []
  }
  expect(response.status).toBeLessThan(500)
  const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: unknown } }[] }
  return errors.map(({ extensions }) => extensions.code)
}

// The person who gets furthest in each operation; the poster in all others.
const BY: Readonly<Record<string, keyof World['people']>> = {
  ...{ acceptTask: 'stranger', applyToTask: 'stranger', withdrawApplication: 'applicant' },
  ...{ submitWork: 'assignee', withdrawFromTask: 'assignee', rateChat: 'stranger', startSupportChat: 'applicant' },
  ...{
    addNote: 'agent',
    claimNextChat: 'agent',
    endChat: 'agent',
    setAgentAvailability: 'agent',
    supportQueue: 'agent',
  },
  ...{
    assignChat: 'admin',
    advanceSandboxClock: 'admin',
    setFeeRule: 'admin',
    setRoles: 'admin',
    setSandboxProvider: 'admin',
  },
  ...{ setSandboxPayoutReadiness: 'admin', suspendUser: 'admin', restoreUser: 'admin', agents: 'admin' },
  ...{ cancelTransfer: 'finance', retryTransfer: 'finance', refundHold: 'finance', resolveInDoubtTransfer: 'finance' },
  ...{ reverseTransfer: 'finance', startReconciliation: 'finance', settleDifference: 'finance' },
  ...{ transfer: 'finance', transfers: 'finance', myAssignedChats: 'agent' },
}

/** Tries every bad value at this place, and returns descriptions of server errors. */
async function faultsAt(place: Place): Promise<string[]> {
  const faults: string[] = []
  const someone = signIn(world.people[BY[place.field] ?? 'poster'])
  for (const value of badValuesOf(place.type)) {
    const { query, variables } = place
    const byVariable = { query, variables: { ...variables, value: place.argument(value) } }
    const tries: [request: { query: string; variables: object }, headers: object][] = [
      [byVariable, {}],
      [byVariable, someone],
      [{ query: place.withLiteral(value), variables }, someone],
    ]
    for (const [request, headers] of tries) {
      const codes = await codesOf(place, request, headers)
      if (codes.some((code) => SERVERS_FAULTS.includes(String(code))))
        faults.push(`${place.name}, ${codes}: ${JSON.stringify(request).slice(0, 400)}`)
    }
  }
  return faults
}

describe('a bad value is always an error of the client', () => {
  const fieldsOf = (kind: OperationTypeNode) => Object.keys(schema.getRootType(kind)?.getFields() ?? {})
  const groups = [
    ...(['query', 'mutation', 'subscription'] as OperationTypeNode[]).flatMap((kind) =>
      fieldsOf(kind).map((field) => [`${kind} ${field}`, `${kind}.${field}(`]),
    ),
    ...Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !/^(?:Query|Mutation|Subscription|__)/.test(type.name))
      .map(({ name }) => [`the fields of ${name}`, `${name}.`]),
  ].filter(([, prefix = '']) => placesOf(schema, () => 'any').some(({ name }) => name.startsWith(prefix)))

  test.each(groups)('in %s', async (_where, prefix = '') => {
    const here = places.filter(({ name }) => name.startsWith(prefix))
    for (let index = 0; index < here.length; index += AT_ONCE)
      expect((await Promise.all(here.slice(index, index + AT_ONCE).map(faultsAt))).flat()).toEqual([])
    // An error in a stream that is no longer read appears only in the log.
    const troubles = app.logLines.filter(({ level }) => Number(level) >= 50)
    app.logLines.length = 0
    expect(troubles).toEqual([])
  })
})
