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

// Thousands by READER_CASES; a failure names the seed and the path that repeat it.
const CASES = Number(process.env.READER_CASES ?? 300)
const SEED = Number(process.env.READER_SEED ?? 20_261_125)
const CASE_MS_MAX = 1_000 // Nothing is judged by it: a run of thousands may only last longer.

type Headers = Record<string, string>

let sql: TestApp
let prisma: App
let schema: GraphQLSchema
let words: Words
let callers: Headers[]

beforeAll(async () => {
  sql = await startApp({ reader: 'sql' })
  const { createApp } = await import('../../src/app.ts')
  const config = { ...readConfig({ RATE_LIMITS: 'off' }), reader: 'prisma' as const }
  const { connectionString, authSecret } = sql
  prisma = createApp({ config, connectionString, authSecret, log: pino({ level: 'silent' }) })
  schema = (await import('../../src/api/schema.ts')).schema
  await makeReaderWorld(sql.database)
  await everyEventIsNumbered()
  callers = [{}, ...(await Promise.all((await uuidsOf(sql.database, 'user', 4)).map((id) => signInTo(sql, id))))]
  words = { ids: await idsOfTheWorld(), cursors: new Map() }
  words = { ...words, cursors: await cursorsOfTheWorld() }
})

afterAll(async () => {
  await prisma.stop()
  await sql.stop()
})

// The sequencer of either server gives positions to what has none, and a feed that grows is no ground for comparing.
const everyEventIsNumbered = () =>
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

// The cursors of every list that a staff member's walk through the schema comes upon.
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
  const beneath = (typeName: string, wrap: (fields: string) => string) => {
    const type = schema.getType(typeName)
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
    const lists = fields.filter(({ args }) => args.some(({ name }) => name === 'after'))
    return lists.map(({ name, args }) => {
      const given = args.some((argument) => argument.name === 'as') ? '(first: 5, as: POSTER)' : '(first: 5)'
      return { place: `${typeName}.${name}`, query: wrap(`${name}${given} { edges { cursor } }`) }
    })
  }
  return [
    ...beneath('Query', (fields) => `{ ${fields} }`),
    ...beneath('Viewer', (fields) => `{ viewer { ${fields} } }`),
    ...beneath('Task', (fields) => `{ nodes(ids: ${JSON.stringify(task)}) { ... on Task { ${fields} } } }`),
    ...beneath('Chat', (fields) => `{ nodes(ids: ${JSON.stringify(chat)}) { ... on Chat { ${fields} } } }`),
  ]
}

const documents = () =>
  fc.gen().map((generate) => {
    const chance: Chance = (max) => generate(fc.nat, { max })
    return { caller: chance(callers.length - 1), document: new DocumentWriter(schema, words, chance).write() }
  })

type Sent = Pick<WrittenDocument, 'query' | 'variables'>

async function answers({ query, variables }: Sent, caller: Headers) {
  const [ours, theirs] = await Promise.all([
    send(sql, query, variables, caller),
    send({ ...sql, yoga: prisma.yoga }, query, variables, caller),
  ])
  return { ours, theirs }
}

// The order in which fields fail is chance, and each answer has a request id of its own.
function comparable({ data, errors }: Awaited<ReturnType<typeof send>>) {
  const faults = errors?.map(({ message, path, extensions }) => JSON.stringify([path, message, extensions?.code]))
  return { data, errors: faults?.sort() }
}

test('answers as Prisma does, whatever is asked by whomever', { timeout: CASES * CASE_MS_MAX }, async () => {
  let withData = 0
  await fc.assert(
    fc.asyncProperty(documents(), async ({ caller, document }) => {
      expect(validate(schema, parse(document.query)).map(({ message }) => message)).toEqual([])
      const { query, variables, again } = document
      for (const sent of [variables, again]) {
        const { ours, theirs } = await answers({ query, variables: sent }, callers[caller] ?? {})
        expect(comparable(ours), query).toEqual(comparable(theirs))
        if (theirs.data) withData++
      }
    }),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  )
  // Refusals are alike easily.
  expect(withData).toBeGreaterThan(2 * CASES * 0.8)
})

test('answers each of them so when all ask the same, one after the other and again', {
  timeout: CASES * CASE_MS_MAX,
}, async () => {
  await fc.assert(
    fc.asyncProperty(documents(), async ({ document }) => {
      const { query, variables } = document
      const theirs = await Promise.all(
        callers.map((caller) => send({ ...sql, yoga: prisma.yoga }, query, variables, caller)),
      )
      for (const _ of [1, 2]) {
        for (const [place, caller] of callers.entries()) {
          const ours = await send(sql, query, variables, caller)
          expect(comparable(ours), query).toEqual(comparable(theirs[place] ?? {}))
        }
      }
    }),
    { numRuns: Math.ceil(CASES / 10), seed: SEED, endOnFailure: true },
  )
})

// The viewer's own application comes whole from a loader of the request; what it refers to is read after it, for all rows.
const BEHIND_LOADERS = /^TaskApplication\./

test('left none of it to plugin-prisma', () => {
  expect([...readerFallbacks().keys()].filter((place) => !BEHIND_LOADERS.test(place))).toEqual([])
})
