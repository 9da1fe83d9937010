/** Files belong to their uploader until they are attached: once, to a row of the uploader, in its transaction. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { type Person, person, send } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { files, upload } from '../../support/uploads.ts'
import { anyApplication, anyTask } from '../../support/worlds/taskRows.ts'

let app: TestApp
let url: string
let anna: Person
let ben: Person
let cleo: Person
let finance: Person

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben')
  cleo = await person(app, 'Cleo')
  finance = await person(app, 'Fiona', 'FINANCE')
})
afterAll(async () => {
  await app.stop()
})

type Answer = { __typename: string; [field: string]: unknown }

const REFUSAL = `__typename ... on Error { code } ... on NotFoundError { id } ... on ValidationError { fields { path } }`
const TASK = `task { id version attachments { id } }`
const CREATE = `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ${REFUSAL} ... on TaskPayload { ${TASK} } } }`
const UPDATE = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ${REFUSAL} ... on TaskPayload { ${TASK} } } }`
const SUBMIT = `mutation ($input: SubmitWorkInput!) {
  submitWork(input: $input) { ${REFUSAL} ... on TaskPayload { task { id submission { attachments { id } } } } }
}`
const PROFILE = `mutation ($input: UpdateProfileInput!) {
  updateProfile(input: $input) { ${REFUSAL} ... on ProfilePayload { viewer { user { avatar { id contentType } } } } }
}`
const FILE = `query ($id: ID!) { node(id: $id) { id ... on Attachment { filename status url } } }`

const fileOf = async (owner: Person, purpose = 'TASK'): Promise<string> =>
  (await upload(url, owner, files.png(), { purpose })).attachment.id

async function does(who: Person, mutation: string, input: object): Promise<Answer> {
  const [answer] = Object.values(await ask<Record<string, Answer>>(who, mutation, { input }))
  if (!answer) throw new Error('No answer.')
  return answer
}

const task = { title: 'Paint', description: 'White.', budget: { amount: '20.00', currencyCode: 'EUR' } }
const posts = async (attachmentIds: string[], more: object = {}) =>
  does(anna, CREATE, { ...task, attachmentIds, ...more })
const idsOf = (ids: string[]) => ids.map((id) => ({ id }))
const statusOf = async (id: string, viewer: Person = anna) =>
  (await ask<{ node: { status: string; url: string | null } | null }>(viewer, FILE, { id })).node

describe('a new task', () => {
  test('has the named files in the given order', async () => {
    const ids = [await fileOf(anna), await fileOf(anna), await fileOf(anna)].reverse()
    expect(await posts(ids)).toMatchObject({ task: { attachments: idsOf(ids) } })
  })

  test.each([
    ['another user’s file', async () => fileOf(ben)],
    [
      'an attached file',
      async () => {
        const id = await fileOf(anna)
        await posts([id])
        return id
      },
    ],
    ['an unknown file', async () => 'att_00000000000000000000000000'],
    ['an id of another type', async () => anna.id],
  ])('is refused with %s: NotFoundError, and the other files stay unattached', async (_name, badId) => {
    const [good, bad] = [await fileOf(anna), await badId()]
    const before = await app.prisma.task.count()
    expect(await posts([good, bad])).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', id: bad })
    expect(await app.prisma.task.count()).toBe(before)
    expect(await posts([good])).toMatchObject({ __typename: 'TaskPayload' })
  })

  test('is refused with a file of another purpose, a repeated one, or too many', async () => {
    const avatar = await fileOf(anna, 'AVATAR')
    expect(await posts([avatar])).toMatchObject({ fields: [{ path: ['input', 'attachmentIds', '0'] }] })
    const id = await fileOf(anna)
    expect(await posts([id, id])).toMatchObject({ fields: [{ path: ['input', 'attachmentIds'] }] })
    const many = Array.from({ length: 21 }, (_, index) => `att_${index}`)
    expect(await posts(many)).toMatchObject({ fields: [{ path: ['input', 'attachmentIds'] }] })
  })

  test('succeeds only once if 50 concurrent ones name the same file', async () => {
    const id = await fileOf(anna)
    const answers = await Promise.all(Array.from({ length: 50 }, () => posts([id])))
    expect(answers.filter(({ __typename }) => __typename === 'TaskPayload')).toHaveLength(1)
    expect(answers.filter(({ __typename }) => __typename === 'NotFoundError')).toHaveLength(49)
  })
})

test('updateTask keeps the named files, attaches new ones, deletes the rest, and without the field keeps all', async () => {
  const [first, second, third] = [await fileOf(anna), await fileOf(anna), await fileOf(anna)] as const
  const created = await posts([first, second])
  const { id: taskId } = created.task as { id: string }
  const update = (input: object) => does(anna, UPDATE, { taskId, ...input })
  expect(await update({ expectedVersion: 1, title: 'Repaint' })).toMatchObject({
    task: { attachments: idsOf([first, second]) },
  })
  expect(await update({ expectedVersion: 2, attachmentIds: [third, second] })).toMatchObject({
    task: { attachments: idsOf([third, second]) },
  })
  expect(await statusOf(first)).toMatchObject({ status: 'DELETED', url: null })
  expect(await update({ expectedVersion: 3, attachmentIds: [first] })).toMatchObject({
    __typename: 'NotFoundError',
    id: first,
  })
  expect(await update({ expectedVersion: 3, attachmentIds: null })).toMatchObject({ task: { attachments: [] } })
  expect(await statusOf(third)).toMatchObject({ status: 'DELETED' })
})

test('the files of submitted work are visible to the poster and staff only', async () => {
  const row = await anyTask(app, { poster: anna, assignee: ben, status: 'ASSIGNED' })
  await anyApplication(app, { task: row, applicant: cleo })
  const id = await fileOf(ben)
  expect(await does(ben, SUBMIT, { taskId: row.id, attachmentIds: [await fileOf(anna)] })).toMatchObject({
    __typename: 'NotFoundError',
  })
  expect(await does(ben, SUBMIT, { taskId: row.id, attachmentIds: [id] })).toMatchObject({
    task: { submission: { attachments: [{ id }] } },
  })
  for (const viewer of [anna, ben, finance]) expect(await statusOf(id, viewer)).toMatchObject({ status: 'AVAILABLE' })
  expect(await statusOf(id, cleo)).toBeNull()
})

test('an avatar is visible to everyone, is replaced by the next one, and deleted with null', async () => {
  const avatarOf = async (viewer?: Person) => {
    const query = `query ($id: ID!) { user(id: $id) { avatar { id url } } }`
    const { data } = viewer ? await viewer.send(query, { id: ben.id }) : await send(app, query, { id: ben.id })
    return (data as { user: { avatar: { id: string; url: string } | null } } | null | undefined)?.user.avatar
  }
  const [first, second] = [await fileOf(ben, 'AVATAR'), await fileOf(ben, 'AVATAR')] as const
  expect(await does(ben, PROFILE, { avatarId: first })).toMatchObject({ viewer: { user: { avatar: { id: first } } } })
  for (const viewer of [undefined, anna, ben]) {
    const avatar = await avatarOf(viewer)
    expect(avatar?.id).toBe(first)
    expect((await fetch(avatar?.url ?? '')).status).toBe(200)
  }
  expect(await does(ben, PROFILE, { avatarId: await fileOf(anna, 'AVATAR') })).toMatchObject({
    __typename: 'NotFoundError',
  })
  expect(await does(ben, PROFILE, { avatarId: await fileOf(ben, 'CHAT') })).toMatchObject({
    fields: [{ path: ['input', 'avatarId'] }],
  })
  expect(await does(ben, PROFILE, { displayName: 'Benno' })).toMatchObject({
    viewer: { user: { avatar: { id: first } } },
  })
  expect(await does(ben, PROFILE, { avatarId: second })).toMatchObject({ viewer: { user: { avatar: { id: second } } } })
  expect(await statusOf(first, ben)).toMatchObject({ status: 'DELETED' })
  expect(await does(ben, PROFILE, { avatarId: null })).toMatchObject({ viewer: { user: { avatar: null } } })
  expect(await statusOf(second, ben)).toMatchObject({ status: 'DELETED' })
})

test('database constraints refuse a second owner, another owner, and undeletion', async () => {
  const [id, taskId] = [await fileOf(anna), (await anyTask(app, { poster: anna })).uuid]
  const other = (await anyTask(app, { poster: anna })).uuid
  const file = { uploadedById: anna.uuid, taskId: null }
  const { id: uuid } = await app.prisma.attachment.findFirstOrThrow({ where: file, orderBy: { id: 'desc' } })
  expect(id).toMatch(/^att_/)
  const change = (data: object) => app.prisma.attachment.update({ where: { id: uuid }, data })
  await expect(change({ taskId, avatarOfId: anna.uuid, unattachedUntil: null })).rejects.toThrow(
    'an_attachment_is_attached_once',
  )
  await expect(change({ taskId })).rejects.toThrow('an_attachment_waits_until_it_is_attached_or_deleted')
  await change({ taskId, unattachedUntil: null })
  await expect(change({ taskId: other })).rejects.toThrow('one owner')
  await expect(change({ taskId: null, unattachedUntil: new Date() })).rejects.toThrow('one owner')
  await change({ status: 'DELETED' })
  await expect(change({ status: 'AVAILABLE' })).rejects.toThrow('one end')
})
