/** Mails against a real SMTP server, which is also slow, refuses, or vanishes in the middle. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readClock } from '../../src/db/clock.ts'
import { withTransaction } from '../../src/db/transaction.ts'
import type { Work } from '../../src/jobs/timer.ts'
import { deliverMail } from '../../src/mail/deliverMail.ts'
import { mailTimers } from '../../src/mail/mailTimers.ts'
import { queueMail } from '../../src/mail/queueMail.ts'
import { smtpTransport } from '../../src/mail/smtpTransport.ts'
import { type Person, person } from '../support/people.ts'
import { startApp, type TestApp } from '../support/servers/app.ts'
import { timePasses } from '../support/story.ts'

let app: TestApp
let anna: Person
const open: { close(callback?: () => void): unknown }[] = []

beforeAll(async () => {
  app = await startApp()
  anna = await person(app, 'Anna')
})
afterEach(async () => {
  for (const server of open.splice(0)) server.close()
  await app.database.run`/* testClearMails */ delete from mails`
})
afterAll(async () => {
  await app.stop()
})

interface Received {
  recipients: string[]
  raw: string
}

interface Refusals {
  recipient?: number
  content?: number
}

/** Starts an SMTP server; returns its URL and what it accepts. */
async function startMailServer(refusals: Refusals = {}): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const refusal = (responseCode: number) => Object.assign(new Error('No.'), { responseCode })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, callback) {
      callback(refusals.recipient ? refusal(refusals.recipient) : undefined)
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refusals.content) return callback(refusal(refusals.content))
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ recipients, raw: Buffer.concat(chunks).toString('utf8') })
        callback()
      })
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  open.push(server)
  return { url: urlOf(server.server as Server), received }
}

/** Starts a TCP server that speaks by `answer` and is no mail server. */
async function startOddServer(answer: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  return urlOf(server)
}

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  return `smtp://127.0.0.1:${address.port}`
}

const workOver = (url: string): Work => ({
  ...app.work,
  mails: { ...app.work.mails, transport: smtpTransport({ url, from: 'Errand <hello@errand.test>' }) },
})

async function queue(name = 'Anna', to = 'anna@example.com'): Promise<string> {
  await withTransaction(app.database, async (tx) => {
    const at = await readClock(tx)
    const recipient = { id: anna.uuid, locale: 'en' }
    await queueMail(tx, { kind: 'PASSWORD_CHANGED', person: recipient, to, parameters: { name }, at })
  })
  const { id } = await app.prisma.mail.findFirstOrThrow({ orderBy: { id: 'desc' } })
  return id
}

const mailOf = (id: string) => app.prisma.mail.findUniqueOrThrow({ where: { id } })
const header = (raw: string, name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(raw)?.[1]?.trim()

/** Makes the mail due now, and attempts it. */
async function attempt(work: Work, mailId: string): Promise<boolean> {
  await app.database.run`/* testMakeDue */ update mails set due_at = errand_now() where due_at is not null`
  return deliverMail(work, { mailId })
}

describe('a mail', () => {
  test('is received once, as text and HTML, by its address', async () => {
    const { url, received } = await startMailServer()
    const id = await queue()
    expect(await attempt(workOver(url), id)).toBe(true)
    expect(await attempt(workOver(url), id)).toBe(false)
    expect(received).toHaveLength(1)
    const [{ recipients, raw } = { recipients: [], raw: '' }] = received
    expect(recipients).toEqual(['anna@example.com'])
    expect(header(raw, 'message-id')).toBe(`<${id}@errand>`)
    expect(header(raw, 'from')).toBe('Errand <hello@errand.test>')
    expect(header(raw, 'auto-submitted')).toBe('auto-generated')
    expect(raw).toContain('Content-Type: text/plain')
    expect(raw).toContain('Content-Type: text/html')
    expect(await mailOf(id)).toMatchObject({ status: 'SENT', attemptCount: 1, dueAt: null, failure: null })
  })

  test('about a notification has the headers of one click, and others have not', async () => {
    const { url, received } = await startMailServer()
    await attempt(workOver(url), await queue())
    await withTransaction(app.database, async (tx) => {
      const at = await readClock(tx)
      const parameters = { name: 'Anna', title: 'Accepted', body: 'Somebody.', kinds: ['TASK_ACCEPTED'] } as const
      const draft = {
        kind: 'NOTIFICATION',
        person: { id: anna.uuid, locale: 'en' },
        to: 'anna@example.com',
        at,
      } as const
      await queueMail(tx, { ...draft, parameters })
    })
    const { id } = await app.prisma.mail.findFirstOrThrow({ orderBy: { id: 'desc' } })
    await attempt(workOver(url), id)
    const [plain = '', notified = ''] = received.map(({ raw }) => raw.replace(/\r\n[ \t]+/g, ' '))
    expect(header(plain, 'list-unsubscribe')).toBeUndefined()
    expect(header(notified, 'list-unsubscribe')).toMatch(/^<http\S+\/notifications\/unsubscribe\?person=usr_\S+>$/)
    expect(header(notified, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  })

  test('is sent once by two workers', async () => {
    const { url, received } = await startMailServer()
    const id = await queue()
    await Promise.all(Array.from({ length: 8 }, () => deliverMail(workOver(url), { mailId: id })))
    expect(received).toHaveLength(1)
  })

  test('is sent again with the same Message-ID if the server vanishes before its answer', async () => {
    const contents: string[] = []
    const vanishing = await startOddServer((socket) => {
      socket.write('220 odd\r\n')
      let isData = false
      socket.on('data', (chunk) => {
        const text = chunk.toString()
        if (isData) {
          contents.push(text)
          socket.destroy()
        } else if (text.startsWith('DATA')) {
          isData = true
          socket.write('354 go\r\n')
        } else socket.write('250 ok\r\n')
      })
    })
    const { url, received } = await startMailServer()
    const id = await queue()
    expect(await attempt(workOver(vanishing), id)).toBe(true)
    expect(await mailOf(id)).toMatchObject({ status: 'PENDING', attemptCount: 1, failure: expect.any(String) })
    await attempt(workOver(url), id)
    expect(header(contents.join(''), 'message-id')).toBe(`<${id}@errand>`)
    expect(header(received[0]?.raw ?? '', 'message-id')).toBe(`<${id}@errand>`)
    expect(await mailOf(id)).toMatchObject({ status: 'SENT', attemptCount: 2 })
  })

  test.each([
    ['a recipient', { recipient: 451 }],
    ['a content', { content: 452 }],
  ])('that the server refuses for now (%s) is retried after growing pauses', async (_part, refusals) => {
    const { url } = await startMailServer(refusals)
    const id = await queue()
    const pauses: number[] = []
    for (let round = 0; round < 3; round++) {
      await attempt(workOver(url), id)
      const { dueAt } = await mailOf(id)
      const now = await withTransaction(app.database, readClock)
      pauses.push(Math.round(((dueAt?.getTime() ?? 0) - now.getTime()) / 60_000))
    }
    expect(pauses).toEqual([1, 5, 15])
  })

  test.each([
    ['a recipient', { recipient: 550 }],
    ['a content', { content: 554 }],
  ])('that the server refuses for good (%s) fails at once, and visibly', async (_part, refusals) => {
    const { url } = await startMailServer(refusals)
    const id = await queue()
    await attempt(workOver(url), id)
    expect(await mailOf(id)).toMatchObject({ status: 'FAILED', dueAt: null, failure: expect.stringMatching(/55[04]/) })
    const failed = app.logLines.filter(({ msg, mail }) => msg === 'mail not sent' && mail === id)
    expect(failed).toHaveLength(1)
  })

  test('fails after a day without success', async () => {
    const id = await queue()
    const work = workOver('smtp://127.0.0.1:1')
    await attempt(work, id)
    expect(await mailOf(id)).toMatchObject({ status: 'PENDING' })
    await timePasses(app, '25 hours')
    await attempt(work, id)
    expect(await mailOf(id)).toMatchObject({ status: 'FAILED', failure: expect.stringContaining('ESOCKET') })
  })

  test('that a process was sending when it died is sent when its lease has ended', async () => {
    const { url, received } = await startMailServer()
    const id = await queue()
    await app.database.run`
      /* testDeadSender */
      update mails set attempt_count = 1, lease_until = clock_timestamp() + interval '1 hour'`
    expect(await attempt(workOver(url), id)).toBe(false)
    await app.database.run`/* testEndLease */ update mails set lease_until = clock_timestamp() - interval '1 second'`
    expect(await mailTimers[0]?.runDue(workOver(url), 10)).toBe(1)
    expect(received).toHaveLength(1)
  })

  test('waits for a server that says nothing without holding a database connection', async () => {
    const silent = await startOddServer(() => {})
    const id = await queue()
    const sending = attempt(workOver(silent), id)
    await expect.poll(async () => (await mailOf(id)).leaseUntil).not.toBeNull()
    const open = await app.database.rows<{ count: number }>`
      /* testOpenTransactions */
      select count(*)::integer as count
      from pg_stat_activity
      where datname = current_database()
        and state = 'idle in transaction'`
    expect(open).toEqual([{ count: 0 }])
    expect(await sending).toBe(true)
    expect(await mailOf(id)).toMatchObject({ status: 'PENDING', failure: expect.stringContaining('ETIMEDOUT') })
  }, 30_000)

  test('has a name and an address that cannot add headers or markup', async () => {
    const { url, received } = await startMailServer()
    const name = '<b>"Anna"</b>\r\nBcc: everybody@example.com'
    const id = await queue(name)
    await attempt(workOver(url), id)
    const [{ recipients, raw } = { recipients: [], raw: '' }] = received
    expect(recipients).toEqual(['anna@example.com'])
    const [headers = ''] = raw.split('\r\n\r\n')
    expect(headers).toContain('anna@example.com')
    expect(header(headers, 'bcc')).toBeUndefined()
    expect(raw.slice(raw.indexOf('text/html'))).not.toContain('<b>')
  })
})

test('a mail of a change that rolls back is never sent', async () => {
  const failing = withTransaction(app.database, async (tx) => {
    const recipient = { id: anna.uuid, locale: 'en' }
    const draft = { kind: 'PASSWORD_CHANGED', person: recipient, to: 'anna@example.com', at: new Date() } as const
    await queueMail(tx, { ...draft, parameters: { name: 'Anna' } })
    throw new Error('No.')
  })
  await expect(failing).rejects.toThrow('No.')
  expect(await app.prisma.mail.count()).toBe(0)
})

test('a mail that has ended cannot be sent again, not even by a statement by hand', async () => {
  const { url } = await startMailServer()
  const id = await queue()
  await attempt(workOver(url), id)
  const again = app.database.run`
    /* testSendAgain */
    update mails set status = 'PENDING', due_at = errand_now(), ended_at = null`
  await expect(again).rejects.toMatchObject({ constraint: 'an_ended_mail_never_changes' })
})

test('ended mails are deleted after thirty days', async () => {
  const { url } = await startMailServer()
  const id = await queue()
  await attempt(workOver(url), id)
  const [, endedMails] = mailTimers
  expect(await endedMails?.runDue(app.work, 10)).toBe(0)
  await timePasses(app, '30 days')
  expect(await endedMails?.runDue(app.work, 10)).toBe(1)
})

test('the log names the kind of a mail, and neither address nor text', async () => {
  const { url } = await startMailServer({ recipient: 550 })
  const id = await queue('Anna', 'secret-address@example.com')
  await attempt(workOver(url), id)
  const lines = JSON.stringify(app.logLines)
  expect(lines).toContain('PASSWORD_CHANGED')
  expect(lines).not.toContain('secret-address')
  expect(lines).not.toContain('Your password was changed')
})
