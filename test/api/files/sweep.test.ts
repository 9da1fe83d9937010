/** The file sweep: unattached files, bytes of deleted files, bytes without a row, rows without bytes. */
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOfWalk, sweepFiles } from '../../../src/files/sweepFiles.ts'
import { type Person, person } from '../../support/people.ts'
import { fromPublicId, newId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { files, upload } from '../../support/uploads.ts'
import { anyTask } from '../../support/worlds/taskRows.ts'

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

const store = () => app.services.files.store
const sweep = () => sweepFiles({ database: app.database, store: store(), log: app.log }, startOfWalk())
const rowOf = (id: string) => app.prisma.attachment.findUniqueOrThrow({ where: { id } })

async function uploaded(): Promise<string> {
  const { attachment } = await upload(url, anna, files.png())
  return fromPublicId('att', attachment.id) ?? ''
}

async function* bytes() {
  yield [Buffer.from('bytes')]
}

/** Writes bytes without a row, with a modification time in the past. */
async function unknownBytes(hoursAgo: number): Promise<string> {
  const key = newId()
  await store().write(key, bytes())
  const at = new Date(Date.now() - hoursAgo * 3_600_000)
  await utimes(join(app.config.filesDirectory, key.slice(-2), key), at, at)
  return key
}

test('a file that is not attached within a day of real time is deleted and can no longer be attached; an attached one stays', async () => {
  const [fresh, old, attached] = [await uploaded(), await uploaded(), await uploaded()] as const
  const task = await anyTask(app, { poster: anna })
  await app.prisma.attachment.update({ where: { id: attached }, data: { taskId: task.uuid, unattachedUntil: null } })
  const { unattachedUntil } = await rowOf(old)
  expect(Math.abs(Number(unattachedUntil) - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000)
  await app.prisma.attachment.update({ where: { id: old }, data: { unattachedUntil: new Date(Date.now() - 1) } })
  await sweep()
  expect(await rowOf(old)).toMatchObject({ status: 'DELETED', bytesRemovedAt: expect.any(Date) })
  expect(await store().has(old)).toBe(false)
  for (const id of [fresh, attached]) {
    expect(await rowOf(id)).toMatchObject({ status: 'AVAILABLE' })
    expect(await store().has(id)).toBe(true)
  }
})

test('the bytes of a deleted file are removed', async () => {
  const id = await uploaded()
  await app.prisma.attachment.update({ where: { id }, data: { status: 'DELETED', unattachedUntil: null } })
  await sweep()
  expect(await store().has(id)).toBe(false)
  expect(await rowOf(id)).toMatchObject({ bytesRemovedAt: expect.any(Date) })
})

test('bytes without a row are removed after a day, not earlier, because their row may follow', async () => {
  const [young, old] = [await unknownBytes(23), await unknownBytes(25)]
  await sweep()
  expect([await store().has(young), await store().has(old)]).toEqual([true, false])
})

test('a row without bytes is deleted, unless so many are missing that the store must be the wrong one', async () => {
  const anHourAgo = { createdAt: new Date(Date.now() - 2 * 3_600_000) }
  const ids = await Promise.all(Array.from({ length: 12 }, uploaded))
  for (const id of ids) await app.prisma.attachment.update({ where: { id }, data: anHourAgo })
  for (const id of ids) await store().remove(id)
  await sweep()
  for (const id of ids) expect(await rowOf(id)).toMatchObject({ status: 'AVAILABLE' })
  expect(app.logLines).toContainEqual(expect.objectContaining({ level: 50, missing: 12 }))
  for (const id of ids.slice(2)) await store().write(id, bytes())
  await sweep()
  for (const [index, id] of ids.entries())
    expect(await rowOf(id)).toMatchObject({ status: index < 2 ? 'DELETED' : 'AVAILABLE' })
})

test('a scan of more than one batch reaches its end and restarts', async () => {
  const keys = await Promise.all(Array.from({ length: 130 }, () => unknownBytes(25)))
  const walk = startOfWalk()
  const sweeping = { database: app.database, store: store(), log: app.log }
  await sweepFiles(sweeping, walk)
  expect(walk.key).toBeDefined()
  await sweepFiles(sweeping, walk)
  expect(walk.key).toBeUndefined()
  for (const key of keys) expect(await store().has(key)).toBe(false)
})
