/** The demo world and the saved operations of GraphiQL: run in order, all succeed. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Kind, parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMO_PASSWORD, seedDemoWorld } from '../../prisma/seed.ts'
import { createClient, orThrow, SignInDocument } from '../../schema/sdk/index.ts'
import { readSavedOperations, type SavedOperation } from '../../src/examples/savedOperations.ts'
import { GraphiqlOperations } from '../../src/http/graphiql/graphiqlTabs.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { post } from '../support/servers/http.ts'
import { Subscription } from '../support/servers/streams.ts'

const OPERATIONS = resolve(import.meta.dirname, '../../schema/operations')

// Operations that cannot have working variables, with the reason.
const NOT_SAVED: Record<string, string> = {
  AuthenticateSandboxPayment: 'its secret is in the answer of a payment',
  ConfirmTotp: 'its code is made by an authenticator app',
  FinishPasskeyRegistration: 'its answer is made by a browser',
  RemoveSecondFactor: 'nobody in the demo world has one, so that their passwords suffice',
  NotificationFeed: 'it has notifications from now on only',
  ResetPassword: 'its token is in a mail',
  UploadFile: 'a file is sent as a form',
  VerifyEmail: 'its token is in a mail',
}

let app: TestApp
let url: string
let operations: GraphiqlOperations
let saved: SavedOperation[]

beforeAll(async () => {
  app = await startApp({ rateLimits: false })
  url = await app.listen()
  await seedDemoWorld(app)
  operations = await GraphiqlOperations.read()
  saved = await readSavedOperations(app.database)
})
afterAll(() => app.stop())

async function namesOfOperations(): Promise<string[]> {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'))
  const documents = await Promise.all(files.map(async (name) => parse(await readFile(join(OPERATIONS, name), 'utf8'))))
  return documents.flatMap(({ definitions }) =>
    definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? [one.name?.value ?? ''] : [])),
  )
}

async function tokenOf(name: string): Promise<string> {
  const input = { password: { email: `${name}@demo.test`, password: DEMO_PASSWORD } }
  return orThrow((await createClient({ url: `${url}/graphql` }).send(SignInDocument, { input })).signIn).accessToken
}

/** Returns the field of the data, or the first item of the stream. */
async function run({ operation, variables }: SavedOperation, token: string | undefined): Promise<unknown> {
  const query = operations.textOf(operation)
  if (query.startsWith('subscription')) {
    const stream = await Subscription.open(url, token ?? null, query, variables)
    const { data, errors } = (await stream.next()) ?? {}
    stream.close()
    return errors ?? Object.values(data ?? {})[0]
  }
  const { body } = await post(url, { query, variables }, { headers: token ? { authorization: `Bearer ${token}` } : {} })
  return body.errors ?? Object.values(body.data ?? {})[0]
}

const asks = async <Data>(name: string, query: string): Promise<Data> => {
  const { body } = await post(url, { query }, { headers: { authorization: `Bearer ${await tokenOf(name)}` } })
  return body.data as Data
}

/** Returns the status of each transfer, by the title of its task. */
async function transferStatuses(): Promise<Record<string, string>> {
  const { transfers } = await asks<{ transfers: { nodes: { status: string; task: { title: string } }[] } }>(
    'finance',
    '{ transfers(first: 20) { nodes { status task { title } } } }',
  )
  return Object.fromEntries(transfers.nodes.map(({ status, task }) => [task.title, status]))
}

test('the demo world has a file of each allowed type', async () => {
  const { viewer } = await asks<{
    viewer: { chats: { nodes: { messages: { nodes: { attachments: { contentType: string }[] }[] } }[] } }
  }>(
    'poster',
    '{ viewer { chats(first: 20) { nodes { messages(last: 20) { nodes { attachments { contentType } } } } } } }',
  )
  const messages = viewer.chats.nodes.flatMap((chat) => chat.messages.nodes)
  const contentTypes = messages.flatMap(({ attachments }) => attachments.map(({ contentType }) => contentType))
  expect(contentTypes.sort()).toEqual([
    'application/msword',
    'application/pdf',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'image/gif',
    'image/jpeg',
    'image/png',
    'image/webp',
    'text/plain',
  ])
})

test('the demo world has failed and reversed transfers and one in doubt, and a sound ledger', async () => {
  expect(await transferStatuses()).toEqual({
    'Move a piano': 'REVERSED',
    'Clean the windows': 'SUCCEEDED',
    'Sharpen the knives': 'SUCCEEDED',
    'Repair a bicycle': 'FAILED',
    'Wash the car': 'FAILED',
    'Deliver a parcel': 'IN_DOUBT',
    'Carry a sofa upstairs': 'PENDING', // Only until a worker runs.
    'Tune the piano': 'PENDING',
    'Polish the parquet': 'PENDING',
  })
  expect(await asks('finance', '{ ledgerHealth { inDoubtTransfers ok } }')).toEqual({
    ledgerHealth: { inDoubtTransfers: 1, ok: true },
  })
  expect(await asks('poster', '{ sandbox { provider } }')).toEqual({ sandbox: { provider: 'ACCEPT' } })
})

test('every operation is saved, or has a reason not to be', async () => {
  const missing = (await namesOfOperations()).filter((name) => !saved.some(({ operation }) => operation === name))
  expect(missing.sort()).toEqual(Object.keys(NOT_SAVED).sort())
  const titles = saved.map(({ title }) => title)
  expect(new Set(titles).size).toBe(titles.length)
})

test('all saved operations succeed, in order', async () => {
  const names = new Set(saved.flatMap(({ as }) => as ?? []))
  const tokens = new Map<string, string>()
  for (const name of names) tokens.set(name, await tokenOf(name))
  const failed: unknown[] = []
  for (const one of saved) {
    const answer = await run(one, one.as && tokens.get(one.as))
    const isSuccess =
      typeof answer === 'object' && answer !== null && !Array.isArray(answer) && !('retryable' in answer)
    const isList =
      Array.isArray(answer) && answer.every((entry) => ['id', 'user', 'documentHash'].some((field) => field in entry))
    if (!isSuccess && !isList) failed.push({ title: one.title, answer })
  }
  expect(failed).toEqual([])
})

test('they leave a sound ledger and succeeded transfers', async () => {
  expect(await transferStatuses()).toEqual({
    'Move a piano': 'REVERSED',
    'Clean the windows': 'SUCCEEDED',
    'Sharpen the knives': 'SUCCEEDED',
    'Repair a bicycle': 'SUCCEEDED',
    'Wash the car': 'CANCELED',
    'Deliver a parcel': 'SUCCEEDED',
    'Carry a sofa upstairs': 'SUCCEEDED',
    'Tune the piano': 'SUCCEEDED',
    'Hang wallpaper': 'SUCCEEDED',
    'Polish the parquet': 'SUCCEEDED',
    'Translate a rental contract': 'SUCCEEDED',
  })
  expect(await asks('finance', '{ ledgerHealth { ok } }')).toEqual({ ledgerHealth: { ok: true } })
})

test('a server without demo people has none', async () => {
  const empty = await startApp()
  expect(await readSavedOperations(empty.database)).toEqual([])
  await empty.stop()
})
