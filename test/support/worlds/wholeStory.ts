/** One scenario through most of the API, from sign-up to the payout of a tasker, for tests of the layers below. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import {
  AgentsDocument,
  EventsDocument,
  LedgerHealthDocument,
  MoneyTrailDocument,
  MyAssignedChatsDocument,
  MyChatsDocument,
  MyTasksDocument,
  type Operation,
  SignInDocument,
  SignUpDocument,
  TaskDocument,
  TaskHistoryDocument,
  TasksDocument,
  TransferDocument,
  TransfersDocument,
  ViewerDocument,
} from '../../../schema/sdk/index.ts'
import { anonymousCaller, ask, type Caller } from '../ask.ts'
import { asksChat, says } from '../chatting.ts'
import { someone } from '../customerService.ts'
import { send } from '../people.ts'
import type { TestApp } from '../servers/app.ts'
import { type Actor, actor, type Named } from '../story.ts'

const PASSWORD = 'a long enough password'
const TITLE = 'Paint the Wall of Café Ünique'
const PLACE = { latitude: '52.52', longitude: '13.405' }

const reads = <Data>(caller: Caller, { text }: Operation<Data, never>, variables: object = {}): Promise<Data> =>
  ask<Data>(caller, text, { ...variables })

/** Runs the scenario, and checks each step. Do not run it concurrently on one server. */
export async function runWholeStory(app: TestApp): Promise<void> {
  await signsUp(app)
  const [anna, ben, fay] = [await actor(app, 'Anna'), await actor(app, 'Ben'), await actor(app, 'Fay', 'FINANCE')]
  const { task, transfer } = await worksForMoney(anna, ben)
  await moneyMoves(app)
  await isPaid({ anna, ben, fay, task, transfer })
  await changesTheirMind(anna, ben)
  await getsHelp(app)
}

async function signsUp(app: TestApp): Promise<void> {
  const email = `Clara.${randomUUID()}@Example.com`
  const { signUp } = await ask<Record<'signUp', object>>(anonymousCaller(app), SignUpDocument.text, {
    input: { email, password: PASSWORD, displayName: 'Clara İpek' },
  })
  expect(signUp).toMatchObject({ __typename: 'AuthPayload' })
  const input = { password: { email: email.toUpperCase(), password: PASSWORD } }
  const { signIn } = await ask<Record<'signIn', { accessToken: string }>>(anonymousCaller(app), SignInDocument.text, {
    input,
  })
  const clara: Caller = {
    send: (query, variables) => send(app, query, variables, { authorization: `Bearer ${signIn.accessToken}` }),
  }
  expect(await reads(clara, ViewerDocument)).toMatchObject({ viewer: { user: { displayName: 'Clara İpek' } } })
}

async function worksForMoney(anna: Actor, ben: Actor): Promise<{ task: Named; transfer: Named }> {
  const deadline = new Date(Date.now() + 86_400_000).toISOString()
  const task = await anna.posts({
    title: TITLE,
    acceptanceMode: 'POSTER_CHOICE',
    deadline,
    location: { label: 'Berlin', ...PLACE },
  })
  const application = await ben.applies(task, { message: 'I have a brush.' })
  const chat = await anna.accepts(application)
  await anna.funds(task)
  await says(anna, chat, 'When do you come?')
  const { sequence } = await says(ben, chat, 'Tomorrow.')
  expect(await asksChat(anna, 'markRead', { chatId: chat.id, upToSequence: sequence })).not.toHaveProperty('code')
  await ben.submits(task)
  await anna.does('requestChanges', { taskId: task.id, reason: 'The left corner.' })
  await ben.submits(task)
  const transfer = await anna.approves(task)
  const found = await reads(ben, TasksDocument, {
    filter: { text: 'wall', near: { ...PLACE, radiusKm: 5 }, status: ['COMPLETED'] },
    sort: 'NEAREST',
    first: 100,
  })
  expect(found).toMatchObject({ tasks: { nodes: expect.arrayContaining([expect.objectContaining({ id: task.id })]) } })
  return { task, transfer }
}

async function moneyMoves(app: TestApp): Promise<void> {
  for (const timer of app.timers) while ((await timer.runDue(app.work, 100)) > 0);
}

async function isPaid(of: { anna: Actor; ben: Actor; fay: Actor; task: Named; transfer: Named }): Promise<void> {
  const { anna, ben, fay, task, transfer } = of
  await expect
    .poll(() => reads(ben, TransferDocument, { id: transfer.id }), { timeout: 10_000 })
    .toMatchObject({ transfer: { status: 'SUCCEEDED' } })
  expect(await reads(anna, TaskDocument, { id: task.id })).toMatchObject({
    task: { title: TITLE, status: 'COMPLETED' },
  })
  await expect
    .poll(async () => JSON.stringify(await reads(anna, TaskHistoryDocument, { taskId: task.id })))
    .toContain('"type":"task.approved"')
  expect(await reads(anna, MoneyTrailDocument, { taskId: task.id })).toMatchObject({
    task: { moneyTrail: { held: { amount: '0.00' }, balanced: true } },
  })
  expect(await reads(anna, MyTasksDocument, { as: 'POSTER' })).toHaveProperty('viewer.tasks.nodes')
  expect(await reads(ben, MyChatsDocument)).toHaveProperty('viewer.chats.nodes')
  expect(await reads(ben, EventsDocument, { first: 5 })).toHaveProperty('events.nodes')
  expect(await reads(fay, TransfersDocument, { first: 5 })).toHaveProperty('transfers.nodes')
  expect(await reads(fay, LedgerHealthDocument)).toMatchObject({ ledgerHealth: { ok: true } })
}

async function changesTheirMind(anna: Actor, ben: Actor): Promise<void> {
  const task = await anna.drafts()
  await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, title: 'Paint the door' })
  await anna.does('publishTask', { taskId: task.id })
  await ben.accepts(task)
  await anna.funds(task)
  await ben.withdrawsFrom(task)
  await anna.cancels(task)
}

async function getsHelp(app: TestApp): Promise<void> {
  const [cleo, gus] = [await someone(app, 'Cleo'), await someone(app, 'Gus', 'AGENT')]
  await gus.is('BUSY')
  const chat = await cleo.seeksHelp()
  expect(await gus.claims()).toEqual(chat)
  await gus.writes(chat, 'What is it?')
  await cleo.writes(chat, 'Nothing any more.')
  await gus.does('addNote', { chatId: chat.id, body: 'Was in doubt.' })
  expect(await reads(gus, MyAssignedChatsDocument)).toHaveProperty('myAssignedChats.nodes')
  expect(await reads(gus, AgentsDocument)).toHaveProperty('agents')
  await gus.ends(chat)
  await cleo.does('rateChat', { chatId: chat.id, score: 5 })
}

/** Returns the warnings and errors in the log, except slow operations, which a busy machine causes. */
export const failuresOf = ({ logLines }: TestApp) =>
  logLines.filter(({ level, msg }) => Number(level) >= 40 && msg !== 'slow operation')
