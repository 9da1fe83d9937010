import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask } from '../../support/ask.ts'
import { type Person, person, send } from '../../support/people.ts'
import { toPublicId } from '../../support/publicIds.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { files, upload } from '../../support/uploads.ts'
import { anyTask, type Row } from '../../support/worlds/taskRows.ts'

let app: TestApp
let url: string
let anna: Person
let ben: Person

beforeAll(async () => {
  app = await startApp({ corsOrigins: ['https://app.example.com'] })
  url = await app.listen()
  anna = await person(app, 'Anna')
  ben = await person(app, 'Ben')
})
afterAll(async () => {
  await app.stop()
})

const FILE = `query ($id: ID!) { node(id: $id) { ... on Attachment { url urlExpiresAt } } }`

async function linkFor(viewer: Person | undefined, id: string): Promise<string | null | undefined> {
  if (!viewer) return ((await send(app, FILE, { id })).data as { node: { url: string } | null } | undefined)?.node?.url
  return (await ask<{ node: { url: string | null } | null }>(viewer, FILE, { id })).node?.url
}

const uploaded = async (content: Buffer | string, filename?: string, owner = anna) =>
  (await upload(url, owner, content, {}, filename)).attachment

const statusOf = async (link: string | null | undefined, init?: RequestInit) => {
  const response = await fetch(link ?? '', init)
  await response.arrayBuffer()
  return response.status
}

/** A file that is attached to a task, as the rules would store it. */
async function onTask(task: Row): Promise<string> {
  const { id } = await uploaded(files.png())
  const last = await app.prisma.attachment.findFirstOrThrow({ orderBy: { id: 'desc' } })
  expect(toPublicId('att', last.id)).toBe(id)
  await app.prisma.attachment.update({ where: { id: last.id }, data: { taskId: task.uuid, unattachedUntil: null } })
  return id
}

describe('a download', () => {
  test('is an attachment with its type and name that no browser renders or runs', async () => {
    const { url: link } = await uploaded(files.png(), String.raw`Grüße 東京 \"x\"; a.png`)
    const response = await fetch(link)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '500',
      'accept-ranges': 'bytes',
      'content-disposition': `attachment; filename="Gr__e __ _x__ a.png"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%E6%9D%B1%E4%BA%AC%20%22x%22%3B%20a.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    await response.arrayBuffer()
  })

  test('has a filename whose extension matches its content', async () => {
    const { url: link } = await uploaded('Just a text.', 'page.html')
    const response = await fetch(link)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('content-disposition')).toContain('filename="page.html.txt"')
    await response.text()
  })

  test('supports ranges', async () => {
    const content = files.pdf(200_000)
    const { url: link, sha256 } = await uploaded(content)
    const part = async (range: string, headers: Record<string, string> = {}) => {
      const response = await fetch(link, { headers: { range, ...headers } })
      const bytes = Buffer.from(await response.arrayBuffer())
      return { status: response.status, range: response.headers.get('content-range'), bytes }
    }
    const whole = { status: 200, range: null, bytes: content }
    expect(await part('bytes=0-0')).toEqual({ status: 206, range: 'bytes 0-0/200000', bytes: content.subarray(0, 1) })
    expect(await part('bytes=70000-140000')).toEqual({
      status: 206,
      range: 'bytes 70000-140000/200000',
      bytes: content.subarray(70_000, 140_001),
    })
    expect(await part('bytes=199999-')).toMatchObject({ status: 206, bytes: content.subarray(-1) })
    expect(await part('bytes=-5')).toMatchObject({ status: 206, bytes: content.subarray(-5) })
    expect(await part('bytes=-999999')).toMatchObject({ status: 206, bytes: content })
    expect(await part('bytes=10-999999')).toMatchObject({ status: 206, range: 'bytes 10-199999/200000' })
    expect(await part('bytes=200000-')).toMatchObject({ status: 416, range: 'bytes */200000' })
    expect(await part('bytes=-0')).toMatchObject({ status: 416 })
    for (const odd of ['bytes=5-2', 'bytes=-', 'bytes=a-b', 'bytes=0-1,5-6', 'lines=1-2'])
      expect(await part(odd)).toEqual(whole)
    expect(await part('bytes=0-0', { 'if-range': `"${sha256}"` })).toMatchObject({ status: 206 })
    expect(await part('bytes=0-0', { 'if-range': '"another"' })).toEqual(whole)
  })

  test('has no body for a conditional request that matches, or for HEAD', async () => {
    const { url: link, sha256 } = await uploaded(files.png())
    expect(await statusOf(link, { headers: { 'if-none-match': `"${sha256}"` } })).toBe(304)
    const head = await fetch(link, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '500'])
    expect(await statusOf(link, { method: 'POST' })).toBe(405)
  })

  test('is allowed for pages of listed origins only', async () => {
    const { url: link } = await uploaded(files.png())
    const allowed = async (origin: string) => {
      const response = await fetch(link, { headers: { origin } })
      await response.arrayBuffer()
      return response.headers.get('access-control-allow-origin')
    }
    expect(await allowed('https://app.example.com')).toBe('https://app.example.com')
    expect(await allowed('https://evil.example.com')).toBeNull()
  })

  test('flows at the speed of its reader, and survives readers that disconnect', async () => {
    const { url: link } = await uploaded(files.pdf(9_000_000))
    const abort = new AbortController()
    const response = await fetch(link, { signal: abort.signal })
    await response.body?.getReader().read()
    abort.abort()
    expect(await statusOf(link)).toBe(200)
    expect(app.logLines.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })
})

describe('a link', () => {
  test('is invalid after a change of any part', async () => {
    const one = new URL((await uploaded(files.png())).url)
    const other = new URL((await uploaded(files.png())).url)
    expect(await statusOf(one.href)).toBe(200)
    const changed = (change: (link: URL) => unknown) => {
      const link = new URL(one)
      change(link)
      return statusOf(link.href)
    }
    const set = (name: string, value: string) => changed(({ searchParams }) => searchParams.set(name, value))
    expect(await changed((link) => Object.assign(link, { pathname: other.pathname }))).toBe(404)
    expect(await set('viewer', 'anybody')).toBe(404)
    expect(await set('viewer', toPublicId('ses', ben.sessionId))).toBe(404)
    expect(await set('expires', '9999999999')).toBe(404)
    expect(await set('signature', '')).toBe(404)
    expect(await changed((link) => Object.assign(link, { search: '' }))).toBe(404)
    expect(await statusOf(`${url}/files/`)).toBe(404)
    expect(await statusOf(`${url}/files/../../etc/passwd`)).toBe(404)
  })

  test('expires after 5 minutes, as urlExpiresAt says', async () => {
    const { url: link, urlExpiresAt } = await uploaded(files.png())
    const leftMs = Date.parse(urlExpiresAt) - Date.now()
    expect(leftMs).toBeGreaterThan(200_000)
    expect(leftMs).toBeLessThanOrEqual(300_000)
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.parse(urlExpiresAt))
    expect(await statusOf(link)).toBe(404)
    later.mockRestore()
    expect(await statusOf(link)).toBe(200)
  })

  test('needs no header, and is valid while its viewer is signed in', async () => {
    const cleo = await person(app, 'Cleo')
    const { url: link } = await uploaded(files.png(), 'a', cleo)
    expect(await statusOf(link)).toBe(200)
    await app.prisma.session.update({ where: { id: cleo.sessionId }, data: { revokedAt: new Date() } })
    expect(await statusOf(link)).toBe(404)
  })

  test('of a suspended person is invalid', async () => {
    const dora = await person(app, 'Dora')
    const { url: link } = await uploaded(files.png(), 'a', dora)
    await app.prisma.user.update({ where: { id: dora.uuid }, data: { suspendedAt: new Date() } })
    expect(await statusOf(link)).toBe(404)
  })

  test('is null, like its file, for a viewer who may not see it', async () => {
    const { id } = await uploaded(files.png())
    expect(await linkFor(ben, id)).toBeUndefined()
    expect(await linkFor(undefined, id)).toBeUndefined()
  })

  test('to a file of a task is valid for a viewer who may currently see the task', async () => {
    const task = await anyTask(app, { poster: anna })
    const id = await onTask(task)
    const links = { anna: await linkFor(anna, id), ben: await linkFor(ben, id), nobody: await linkFor(undefined, id) }
    for (const link of Object.values(links)) expect(await statusOf(link)).toBe(200)
    await app.prisma.task.update({ where: { id: task.uuid }, data: { status: 'CANCELED', endedAt: new Date() } })
    expect(await statusOf(links.anna)).toBe(200)
    expect(await statusOf(links.ben)).toBe(404)
    expect(await statusOf(links.nobody)).toBe(404)
  })

  test('to a file of a draft is valid for its poster only', async () => {
    const id = await onTask(await anyTask(app, { poster: anna, status: 'DRAFT' }))
    expect(await linkFor(ben, id)).toBeUndefined()
    expect(await statusOf(await linkFor(anna, id))).toBe(200)
  })

  test('to a file that was deleted, or whose bytes are missing, is invalid', async () => {
    const { id, url: link } = await uploaded(files.png())
    const file = await app.prisma.attachment.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect(toPublicId('att', file.id)).toBe(id)
    await app.services.files.store.remove(file.id)
    expect(await statusOf(link)).toBe(404)
    const { url: another } = await uploaded(files.png())
    const next = await app.prisma.attachment.findFirstOrThrow({ orderBy: { id: 'desc' } })
    await app.prisma.attachment.update({ where: { id: next.id }, data: { status: 'DELETED', unattachedUntil: null } })
    expect(await statusOf(another)).toBe(404)
  })
})
