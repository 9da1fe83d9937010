/** Statements as CSV: the same lines, by a signed link, streamed as they are read. */
import { get, type IncomingMessage } from 'node:http'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { csvRecord, textCell } from '../../../src/domain/csv.ts'
import { statementCsv } from '../../../src/transfers/ledger/statements/statementCsv.ts'
import { ask } from '../../support/ask.ts'
import { moneyMoves, moneyWorld, taskAtWork, transferDue, type World } from '../../support/money.ts'
import { addLines, EVER, type Span, type Whose, wholeStatement } from '../../support/statements.ts'
import { type Actor, actor, type Named } from '../../support/story.ts'

let world: World
let url: string

beforeAll(async () => {
  world = await moneyWorld()
  url = await world.app.listen()
})
afterAll(async () => {
  await world.app.stop()
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function linkFor(viewer: Actor, whose: Whose = 'own', span: Span = EVER): Promise<string> {
  const { csvUrl } = await wholeStatement(viewer, whose, span)
  expect(csvUrl.startsWith(`${url}/statements/`)).toBe(true)
  return csvUrl
}

const statusOf = async (link: string, init?: RequestInit) => {
  const response = await fetch(link, init)
  await response.arrayBuffer()
  return response.status
}

const textAt = async (link: string) => (await fetch(link)).text()

/** Reads CSV by RFC 4180, strictly: every record ends with CRLF, and quotes are only around whole cells. */
function recordsOf(csv: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
  while (cell.lastIndex < csv.length) {
    const found = cell.exec(csv)
    if (!found) throw new Error('This is not CSV.')
    const [, quoted, plain = '', end] = found
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    records.push(record)
    record = []
  }
  return records
}

const major = (minorUnits: string) => (Number(minorUnits) / 100).toFixed(2)

describe('the file', () => {
  test('has the opening, the lines and the closing of the statement', async () => {
    const ben = await actor(world.app, 'Ben')
    await transferDue({ ...world, ben })
    await moneyMoves(world)
    const { lines } = await wholeStatement(ben, 'own', EVER)
    const response = await fetch(await linkFor(ben))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': expect.stringContaining(
        'attachment; filename="statement EUR 2000-01-01 to 2100-01-01.csv"',
      ),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cache-control': 'no-store',
    })
    expect(recordsOf(await response.text())).toEqual([
      ['at', 'kind', 'task', 'title', 'subject', 'amount', 'currency', 'balance'],
      [EVER.from, 'opening', '', '', '', '', 'EUR', '0.00'],
      ...lines.map(({ at, kind, task, subject, amount, balance }) => [
        at,
        kind,
        task?.id,
        task?.title,
        subject?.id,
        major(amount.minorUnits),
        'EUR',
        major(balance.minorUnits),
      ]),
      [EVER.to, 'closing', '', '', '', '', 'EUR', '0.00'],
    ])
  })

  test('has the same lines whatever the size of its pages', async () => {
    const span = { ownerId: world.anna.uuid, currency: 'EUR', from: new Date(EVER.from), to: new Date(EVER.to) }
    for (let count = 0; count < 2; count++) await taskAtWork(world)
    const whole = await textAt(await linkFor(world.anna))
    for (const linesPerPage of [1, 2, 3]) {
      let text = ''
      const opened = { span, viewerId: world.anna.uuid }
      for await (const page of statementCsv(world.app.database, opened, { linesPerPage })) text += page
      expect(text).toBe(whole)
    }
  })

  test('runs no formula of a title in a spreadsheet, and keeps every title', async () => {
    const titles = ['=1+1', '+1', '-1', '@SUM(A1)', 'a "quoted", title', 'Grüße 東京 🎨', '=HYPERLINK("http://x","y")']
    const anna = await actor(world.app, 'Anna')
    for (const title of titles) await taskAtWork({ ...world, anna, ben: await actor(world.app, 'Ben') }, { title })
    const records = recordsOf(await textAt(await linkFor(anna)))
    expect(records.slice(2, -1).map(([, , , title]) => title)).toEqual(
      titles.map((title) => (/^[=+\-@]/.test(title) ? `'${title}` : title)),
    )
    expect(csvRecord([textCell('\tx'), textCell('a\r\nb'), '-5.00'])).toBe(`'\tx,"a\r\nb",-5.00\r\n`)
  })

  test('of the platform hides task and subject of the viewer’s own matters, not their amounts', async () => {
    const fin = await actor(world.app, 'Fin', 'FINANCE')
    const { task } = await transferDue({ ...world, ben: fin })
    const [, kind, id, title, subject, amount] = recordsOf(await textAt(await linkFor(fin, 'platform'))).at(-2) ?? []
    expect([kind, id, title, subject, amount]).toEqual(['transfer.created', '', '', '', '2.00'])
    expect(recordsOf(await textAt(await linkFor(world.fay, 'platform'))).at(-2)?.[2]).toBe(task.id)
  })

  test('has no body for HEAD, and other methods are refused', async () => {
    const link = await linkFor(world.anna)
    const head = await fetch(link, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(await statusOf(link, { method: 'POST' })).toBe(405)
  })
})

describe('a link', () => {
  test('is invalid after a change of any part', async () => {
    const one = new URL(await linkFor(world.fay))
    expect(await statusOf(one.href)).toBe(200)
    const changed = (change: (link: URL) => unknown) => {
      const link = new URL(one)
      change(link)
      return statusOf(link.href)
    }
    const set = (name: string, value: string) => changed(({ searchParams }) => searchParams.set(name, value))
    expect(await changed((link) => Object.assign(link, { pathname: '/statements/platform.csv' }))).toBe(404)
    const viewer = new URL(await linkFor(world.ben)).searchParams.get('viewer') ?? ''
    for (const [name, value] of Object.entries({
      ...{ viewer, currency: 'JPY', from: '2001-01-01T00:00:00.000Z', to: '2001-01-01T00:00:00.000Z' },
      ...{ expires: '9999999999', signature: '' },
    }))
      expect([name, await set(name, value)]).toEqual([name, 404])
    expect(await changed((link) => Object.assign(link, { search: '' }))).toBe(404)
    expect(await statusOf(`${url}/statements/`)).toBe(404)
  })

  test('expires after 5 minutes', async () => {
    const link = await linkFor(world.anna)
    const expiresAt = Number(new URL(link).searchParams.get('expires')) * 1_000
    expect(expiresAt - Date.now()).toBeGreaterThan(200_000)
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(300_000)
    vi.spyOn(Date, 'now').mockReturnValue(expiresAt)
    expect(await statusOf(link)).toBe(404)
    vi.restoreAllMocks()
    expect(await statusOf(link)).toBe(200)
  })

  test('is valid while its viewer is signed in and has the right', async () => {
    const fin = await actor(world.app, 'Fin', 'FINANCE')
    const links = [await linkFor(fin), await linkFor(fin, 'platform')]
    for (const link of links) expect(await statusOf(link)).toBe(200)
    await world.app.prisma.user.update({ where: { id: fin.uuid }, data: { roles: ['USER'] } })
    expect(await Promise.all(links.map((link) => statusOf(link)))).toEqual([200, 404])
    await world.app.prisma.session.update({ where: { id: fin.sessionId }, data: { revokedAt: new Date() } })
    expect(await Promise.all(links.map((link) => statusOf(link)))).toEqual([404, 404])
  })
})

describe('a long statement', () => {
  const COUNT = 60_000
  let link: string
  let task: Named

  beforeAll(async () => {
    const cleo = await actor(world.app, 'Cleo')
    // A long title, so that the file is larger than all buffers between the server and its client.
    task = await cleo.posts({ title: 'x'.repeat(200) })
    await addLines(world.app, { ownerId: cleo.uuid, taskId: task.uuid, count: COUNT })
    const query = `{ viewer { statement(from: "${EVER.from}", to: "${EVER.to}", currencyCode: "EUR") { csvUrl } } }`
    link = (await ask<{ viewer: { statement: { csvUrl: string } } }>(cleo, query)).viewer.statement.csvUrl
  }, 120_000)

  /** Counts the pages that the server reads. */
  function pagesRead(): () => number {
    const { query } = pg.Client.prototype
    let count = 0
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...parameters: unknown[]) {
      const [statement] = parameters as [{ text?: string; statements?: { text: string }[] }]
      const texts = statement.statements?.map(({ text }) => text) ?? [statement.text]
      if (texts.some((text) => text?.includes('/* readFiledLines */'))) count++
      return Reflect.apply(query, this, parameters)
    })
    return () => count
  }

  const begin = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(link, resolve).on('error', reject)
    })

  /** Waits until the server reads no further page for a second, and returns how many it has read. */
  async function standstill(read: () => number): Promise<number> {
    let last = -1
    await expect
      .poll(
        () => {
          const isSame = read() === last
          last = read()
          return isSame
        },
        { interval: 1_000, timeout: 60_000 },
      )
      .toBe(true)
    return last
  }

  test('is read as fast as its client reads, and is whole in the end', async () => {
    const read = pagesRead()
    const response = await begin()
    const pagesAhead = await standstill(read)
    expect(pagesAhead).toBeGreaterThan(0)
    expect(pagesAhead).toBeLessThan(COUNT / 1_000)
    let lines = 0
    let end = ''
    for await (const chunk of response) {
      lines += (chunk as Buffer).toString().split('\r\n').length - 1
      end = (end + (chunk as Buffer).toString()).slice(-200)
    }
    expect(lines).toBe(COUNT + 3)
    expect(recordsOf(end.slice(end.lastIndexOf('\r\n', end.length - 3) + 2))).toEqual([
      [EVER.to, 'closing', '', '', '', '', 'EUR', (COUNT / 100).toFixed(2)],
    ])
    expect(read()).toBe(COUNT / 1_000 + 1)
  }, 120_000)

  test('is not read further when its client disconnects', async () => {
    const read = pagesRead()
    const response = await begin()
    const pagesAhead = await standstill(read)
    response.destroy()
    expect(await standstill(read)).toBeLessThanOrEqual(pagesAhead + 1)
    const busy = `select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%readFiledLines%'
      and pid <> pg_backend_pid()`
    expect((await world.app.database.pool.query(busy)).rowCount).toBe(0)
    expect(world.app.logLines.filter(({ level }) => Number(level) >= 40)).toEqual([])
  }, 120_000)

  test('is cut when the database fails in the middle, without a closing', async () => {
    const read = pagesRead()
    const response = await begin()
    await standstill(read)
    await world.app.database.pool.query('alter table statement_lines rename to statement_lines_away')
    let end = ''
    const reading = (async () => {
      for await (const chunk of response) end = (end + (chunk as Buffer).toString()).slice(-200)
    })()
    await expect(reading).rejects.toThrow('aborted')
    await world.app.database.pool.query('alter table statement_lines_away rename to statement_lines')
    expect(end).not.toContain('closing')
    expect(world.app.logLines.filter(({ level }) => Number(level) >= 40)).toMatchObject([
      { level: 50, msg: 'request failed' },
    ])
  }, 120_000)
})
