/** Uploads during failures: full disks, unwritable folders, database errors, and clients that disconnect. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { keeping } from '../support/servers/storedFiles.ts'
import { beginUpload, files, received, sendForm, upload, uploadForm } from '../support/uploads.ts'
import { cutUploads, mutatedBodies } from '../trials/uploads.ts'

const run = promisify(execFile)

let app: TestApp
let url: string
let anna: Person

beforeAll(async () => {
  app = await startApp({ uploadSilenceMs: 1_000 })
  url = await app.listen()
  anna = await person(app, 'Anna')
})
afterEach(async () => {
  // The server must be alive, and no unexpected error logged.
  expect(await upload(url, anna, files.png())).toMatchObject({ __typename: 'AttachmentPayload' })
  expect(app.logLines.filter(({ level }) => Number(level) >= 50)).toEqual([])
})
afterAll(async () => {
  await app.stop()
})

const signedIn = (someone: Person) => ({ authorization: `Bearer ${someone.accessToken}` })

async function isUnavailable(address: string, someone: Person, content: Buffer): Promise<void> {
  const { status, body } = await sendForm(address, uploadForm(content), signedIn(someone))
  expect(status).toBe(200)
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
}

/** Mounts a small disk, if this process has the permission. */
async function mountSmallDisk(): Promise<{ folder: string; unmount(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-disk-'))
  const unmount = async () => {
    await run('umount', ['--lazy', folder]).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
    return { folder, unmount }
  } catch {
    await unmount()
    return undefined
  }
}

const disk = await mountSmallDisk()
afterAll(() => disk?.unmount())

describe.skipIf(!disk)('a disk', () => {
  test('that is full, then read-only, is UNAVAILABLE, stores nothing, and works again afterwards', async () => {
    const folder = disk?.folder ?? ''
    const second = await startApp({ filesDirectory: folder })
    try {
      const address = await second.listen()
      const ben = await person(second, 'Ben')
      const kept = async () =>
        (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
      await isUnavailable(address, ben, files.pdf(3_000_000))
      expect(await kept()).toEqual([])
      expect(await second.prisma.attachment.count()).toBe(0)
      expect(await upload(address, ben, files.pdf(100_000))).toMatchObject({ __typename: 'AttachmentPayload' })
      await run('mount', ['-o', 'remount,ro', folder])
      await isUnavailable(address, ben, files.png())
      await run('mount', ['-o', 'remount,rw', folder])
      expect(await upload(address, ben, files.png())).toMatchObject({ __typename: 'AttachmentPayload' })
      expect(await kept()).toHaveLength(2)
      expect(second.logLines.filter(({ level }) => Number(level) >= 50)).toEqual([])
    } finally {
      await second.stop()
    }
  })
})

test('a path that is not a folder is UNAVAILABLE', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'errand-none-'))
  const path = join(folder, 'file')
  await writeFile(path, '')
  const second = await startApp({ filesDirectory: path })
  try {
    await isUnavailable(await second.listen(), await person(second, 'Ben'), files.png())
  } finally {
    await second.stop()
    await rm(folder, { recursive: true })
  }
})

test('a file whose row is refused by the database is not stored', async () => {
  const trigger = `
    create function refuse_files() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '40P01'; end $$;
    create trigger refuse_files before insert on attachments for each row execute function refuse_files()`
  await app.database.pool.query(trigger)
  const { body } = await keeping(app, 'nothing', () => sendForm(url, uploadForm(files.png()), signedIn(anna)))
  await app.database.pool.query('drop trigger refuse_files on attachments; drop function refuse_files')
  expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', retryable: true })
})

test('no transaction and no pooled connection waits for a slow sender', async () => {
  const form = uploadForm(files.pdf(50_000))
  const socket = await beginUpload(url, anna, form.length)
  socket.write(form.subarray(0, 30_000))
  await expect.poll(() => readdir(join(app.config.filesDirectory, 'unfinished'))).toHaveLength(1)
  const { freeCount, totalCount } = app.database.pool
  expect(freeCount).toBe(totalCount)
  const openTransactions = await app.database.rows<{ count: bigint }>`
    /* openTransactions */
    select count(*)
    from pg_stat_activity
    where datname = current_database()
      and state like 'idle in transaction%'`
  expect(openTransactions).toEqual([{ count: 0n }])
  socket.write(form.subarray(30_000))
  expect(await received(socket)).toContain('AttachmentPayload')
})

describe('clients that disconnect', () => {
  test.each(['destroy', 'reset'] as const)('by %s leave no files', async (how) => {
    const form = uploadForm(files.pdf(200_000))
    await keeping(app, 'nothing', async () => {
      const sockets = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const socket = await beginUpload(url, anna, form.length)
          socket.write(form.subarray(0, 150_000))
          return socket
        }),
      )
      await expect
        .poll(() => readdir(join(app.config.filesDirectory, 'unfinished')), { timeout: 10_000 })
        .toHaveLength(10)
      for (const socket of sockets) how === 'reset' ? socket.resetAndDestroy() : socket.destroy()
      await expect
        .poll(() => readdir(join(app.config.filesDirectory, 'unfinished')), { timeout: 10_000 })
        .toHaveLength(0)
    })
  })
})

test('a server that drains lets an upload finish', async () => {
  const second = await startApp()
  await mkdir(second.config.filesDirectory, { recursive: true })
  const address = await second.listen()
  const ben = await person(second, 'Ben')
  const form = uploadForm(files.pdf(200_000))
  const socket = await beginUpload(address, ben, form.length)
  socket.write(form.subarray(0, 100_000))
  await expect.poll(() => readdir(join(second.config.filesDirectory, 'unfinished')).catch(() => [])).toHaveLength(1)
  const drained = second.drain(10_000)
  socket.write(form.subarray(100_000))
  expect(await received(socket)).toContain('AttachmentPayload')
  await drained
  await second.stop()
})

test('a small run of the trial: uploads cut at random bytes in four ways, and randomly mutated bodies', async () => {
  const ground = { url, person: anna }
  await keeping(app, 'nothing', () => cutUploads(ground, { seed: 1, count: 24 }))
  const { taken } = await mutatedBodies(ground, { seed: 1, count: 100 })
  expect(taken).toBeLessThan(100)
})
