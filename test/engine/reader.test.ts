import fc from 'fast-check'
import { type GraphQLSchema, isInterfaceType, isObjectType, parse, validate } from 'graphql'
import pino from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { readerFallbacks } from '../../src/engine/reader/prismaFallbacks.ts'
import { type Chance, DocumentWriter, type Words, type WrittenDocument } from '../support/inputs/documentCases.ts'
import { send } from '../support/people.ts'
import { toPublicId } from '../support/publicIds.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { makeReaderWorld, signInTo, TASKS, uuidsOf } from '../support/worlds/readerWorld.ts'

// READER_CASES runs thousands; a failure prints the seed and the path to repeat it.
const CASES = Number(process.env.READER_CASES ?? 300)
const SEED = Number(process.env.READER_SEED ?? 20_261_125)
const CASE_MS_MAX = 1_000 // Only the time-out, so that a run of thousands may take longer.

type Headers = Record<string, string>

let sql: TestApp
let prisma: App
let schema: GraphQLSchema
let words: Words
let callers: Headers[]

beforeAll(async () => {
  sql = await startApp({ reader: 'sql' })
  const { createApp } = await import('../../src/app.ts')
  const config = { ...readConfig({ RATE_LIMITS: 'off', REQUIRE_VERIFIED_EMAIL: 'off' }), reader: 'prisma' as const }
  const { connectionString, authSecret } = sql
  prisma = createApp({ config, connectionString, authSecret, log: pino({ level: 'silent' }) })
  schema = (await import('../../src/api/schema.ts')).schema
  await makeReaderWorld(sql.database)
  await allEventsAreSequenced()
  callers = [{}, ...(await Promise.all((await uuidsOf(sql.database, 'user', 4)).map((id) => signInTo(sql, id))))]
  words = { ids: await idsOfTheWorld(), cursors: new Map() }
  words = { ...words, cursors: await cursorsOfTheWorld() }
})

afterAll(async () => {
  await prisma.stop()
  await sql.stop()
})

// The sequencer of either server assigns positions, and a feed that grows between two reads cannot be compared.
const allEventsAreSequenced = () =>
  vi.waitFor(async () => expect(await sql.prisma.eventInbox.count()).toBe(0), { timeout: 20_000, interval: 100 })

async function idsOfTheWorld(): Promise<Words['ids']> {
  const { prisma: reads } = sql
  const idsOf = (rows: { id: string }[], prefix: Parameters<typeof toPublicId>[0]) =>
    rows.map(({ id }) => toPublicId(prefix, id))
  const some = { take: 12, orderBy: { id: 'asc' }, select: { id: true } } as const
  const events = { ...some, select: { id: true, kind: true } } as const
  const chats = (kind: 'TASK' | 'SUPPORT') => reads.chat.findMany({ ...some, where: { kind } })
  const ofKind = async (kind: 'TASK' | 'CHAT' | 'TRANSFER') => reads.event.findMany({ ...events, where: { kind } })
  return new Map([
    ['User', idsOf(await reads.user.findMany(some), 'usr')],
    ['Task', idsOf(await reads.task.findMany({ ...some, take: TASKS }), 'tsk')],
    ['Category', idsOf(await reads.category.findMany(some), 'cat')],
    ['TaskApplication', idsOf(await reads.taskApplication.findMany(some), 'app')],
    ['TaskChat', idsOf(await chats('TASK'), 'tch')],
    ['SupportChat', idsOf(await chats('SUPPORT'), 'sch')],
    ['Agent', idsOf(await reads.agent.findMany(some), 'agt')],
    ['Note', idsOf(await reads.note.findMany(some), 'not')],
    ['Attachment', idsOf(await reads.attachment.findMany(some), 'att')],
    ['LedgerAccount', idsOf(await reads.ledgerAccount.findMany(some), 'lac')],
    ['LedgerTransaction', idsOf(await reads.ledgerTransaction.findMany(some), 'ltx')],
    ['Message', idsOf(await reads.message.findMany(some), 'msg')],
    ['Hold', idsOf(await reads.hold.findMany(some), 'hld')],
    ['Transfer', idsOf(await reads.transfer.findMany(some), 'trf')],
    ['Refund', idsOf(await reads.refund.findMany(some), 'rfd')],
    ['TaskEvent', idsOf(await ofKind('TASK'), 'tev')],
    ['ChatEvent', idsOf(await ofKind('CHAT'), 'cev')],
    ['TransferEvent', idsOf(await ofKind('TRANSFER'), 'xev')],
  ])
}

// The cursors of all lists that the callers can read.
async function cursorsOfTheWorld(): Promise<Words['cursors']> {
  const found = new Map<string, string[]>()
  for (const caller of callers.slice(1)) {
    for (const { place, query } of listQueries()) {
      const { data } = await send(sql, query, {}, caller)
      const cursors = [...JSON.stringify(data ?? {}).matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) =>
        String(cursor),
      )
      found.set(place, [...new Set([...(found.get(place) ?? []), ...cursors])].slice(0, 12))
    }
  }
  return found
}

function listQueries(): { place: string; query: string }[] {
  const task = words.ids.get('Task')?.slice(0, 30) ?? []
  const chat = [...(words.ids.get('TaskChat') ?? []), ...(words.ids.get('SupportChat') ?? [])]
  const listsOf = (typeName: string, wrap: (fields: string) => string) => {
    const type = schema.getType(typeName)
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
    const lists = fields.filter(({ args }) => args.some(({ name }) => name === 'after'))
    return lists.map(({ name, args }) => {
      const argumentsText = args.some((argument) => argument.name === 'as') ? '(first: 5, as: POSTER)' : '(first: 5)'
      return { place: `${typeName}.${name}`, query: wrap(`${name}${argumentsText} { edges { cursor } }`) }
    })
  }
  return [
    ...listsOf('Query', (fields) => `{ ${fields} }`),
    ...listsOf('Viewer', (fields) => `{ viewer { ${fields} } }`),
    ...listsOf('Task', (fields) => `{ nodes(ids: ${JSON.stringify(task)}) { ... on Task { ${fields} } } }`),
    ...listsOf('Chat', (fields) => `{ nodes(ids: ${JSON.stringify(chat)}) { ... on Chat { ${fields} } } }`),
  ]
}

const documents = () =>
  fc.gen().map((generate) => {
    const chance: Chance = (max) => generate(fc.nat, { max })
    return { caller: chance(callers.length - 1), document: new DocumentWriter(schema, words, chance).write() }
  })

type Request = Pick<WrittenDocument, 'query' | 'variables'>

async function responses({ query, variables }: Request, caller: Headers) {
  const [ours, theirs] = await Promise.all([
    send(sql, query, variables, caller),
    send({ ...sql, yoga: prisma.yoga }, query, variables, caller),
  ])
  return { ours, theirs }
}

// The order of errors is random, and each response has a request id of its own.
function comparable({ data, errors }: Awaited<ReturnType<typeof send>>) {
  const comparableErrors = errors?.map(({ message, path, extensions }) =>
    JSON.stringify([path, message, extensions?.code]),
  )
  return { data, errors: comparableErrors?.sort() }
}

test('returns what Prisma returns, for any document and caller', { timeout: CASES * CASE_MS_MAX }, async () => {
  let withData = 0
  await fc.assert(
    fc.asyncProperty(documents(), async ({ caller, document }) => {
      expect(validate(schema, parse(document.query)).map(({ message }) => message)).toEqual([])
      const { query, variables, again } = document
      for (const sent of [variables, again]) {
        const { ours, theirs } = await responses({ query, variables: sent }, callers[caller] ?? {})
        expect(comparable(ours), query).toEqual(comparable(theirs))
        if (theirs.data) withData++
      }
    }),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
  // Comparing refusals would prove little.
  expect(withData).toBeGreaterThan(2 * CASES * 0.8)
})

test('returns each caller their own result of the same document, also the second time', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  await fc.assert(
    fc.asyncProperty(documents(), async ({ document }) => {
      const { query, variables } = document
      const theirs = await Promise.all(
        callers.map((caller) => send({ ...sql, yoga: prisma.yoga }, query, variables, caller)),
      )
      for (const _ of [1, 2]) {
        for (const [index, caller] of callers.entries()) {
          const ours = await send(sql, query, variables, caller)
          expect(comparable(ours), query).toEqual(comparable(theirs[index] ?? {}))
        }
      }
    }),
    { numRuns: Math.ceil(CASES / 10), seed: SEED, endOnFailure: true },
  )
})

// A loader reads the viewer's own applications as whole rows; plugin-prisma reads what they refer to, in one query for all of them.
const AFTER_LOADERS = /^TaskApplication\./

test('none of these reads fell back to plugin-prisma', () => {
  expect([...readerFallbacks().keys()].filter((place) => !AFTER_LOADERS.test(place))).toEqual([])
})
