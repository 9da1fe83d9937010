/** Notifications: whom events are told to, in what words and language, in the feed, as mails and as a stream. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  MarkNotificationsReadDocument,
  NotificationFeedDocument,
  NotificationSettingsDocument,
  SetNotificationSettingDocument,
  UpdateProfileDocument,
} from '../../../schema/sdk/generated.ts'
import { EVENT_TYPES } from '../../../src/events/eventTypes.ts'
import { NOTIFICATION_LANGUAGES } from '../../../src/notifications/languages/languages.ts'
import { nextMorning } from '../../../src/notifications/nextMorning.ts'
import { OCCASIONS } from '../../../src/notifications/occasions.ts'
import { asksChat, says } from '../../support/chatting.ts'
import { someone } from '../../support/customerService.ts'
import { mailsTo } from '../../support/mails.ts'
import {
  notificationMailsOf,
  notificationOf,
  notificationsOf,
  oldNotificationsGo,
  peopleAreNotified,
} from '../../support/outgoing/notifications.ts'
import type { Person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { Subscription } from '../../support/servers/streams.ts'
import { type Actor, actor, timePasses } from '../../support/story.ts'

let app: TestApp
let url: string
let anna: Actor
let ben: Actor
let carl: Actor

beforeAll(async () => {
  app = await startApp()
  url = await app.listen()
})
beforeEach(async () => {
  ;[anna, ben, carl] = await Promise.all([actor(app, 'Anna'), actor(app, 'Ben'), actor(app, 'Carl')])
})
afterAll(async () => {
  await app.stop()
})

const told = async (someone: Person) => {
  await peopleAreNotified(app)
  return (await notificationsOf(someone)).map(({ kind, title }) => `${kind} ${title}`)
}

async function ask(someone: Person, document: { text: string }, input: object): Promise<Record<string, unknown>> {
  const { data, errors } = await someone.send(document.text, { input })
  expect(errors).toBeUndefined()
  return Object.values(data ?? {})[0] as unknown as Record<string, unknown>
}
const sets = (someone: Person, kind: string, channel: string, frequency: string) =>
  ask(someone, SetNotificationSettingDocument, { kind, channel, frequency })

describe('the table of occasions', () => {
  test('has a row for every event type, which says to whom it is told, or why to nobody', () => {
    expect(Object.keys(OCCASIONS).sort()).toEqual(Object.keys(EVENT_TYPES).sort())
    const empty = Object.entries(OCCASIONS).filter(([, row]) =>
      'nobody' in row ? row.nobody.length < 10 : !('messages' in row) && row.length === 0,
    )
    expect(empty).toEqual([])
  })

  test('has words in every language, with a title of one line and another body', () => {
    const words = Object.values(OCCASIONS).flatMap((row) => ('map' in row ? row.map(({ words }) => words) : []))
    for (const language of NOTIFICATION_LANGUAGES) {
      for (const word of [...words, 'messageReceived', 'supportReply'] as const) {
        for (const title of ['Paint the fence', null]) {
          const text = language.words[word]({ title })
          expect(text.title).toMatch(/^[^\n]{5,120}$/)
          expect(text.body.length).toBeGreaterThan(10)
          expect(text.title).not.toContain('null')
        }
      }
      const used = new Set<string>([...words, 'messageReceived', 'supportReply'])
      expect(Object.keys(language.words).filter((word) => !used.has(word))).toEqual([])
    }
  })
})

describe('a story', () => {
  test('is told to each side, never to the one who acted', async () => {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const application = await ben.applies(task)
    await carl.applies(task)
    await anna.accepts(application)
    await anna.funds(task)
    await ben.submits(task)
    await anna.approves(task)
    expect(await told(anna)).toEqual([
      'APPLICATION_RECEIVED New application: Paint the fence',
      'APPLICATION_RECEIVED New application: Paint the fence',
      'WORK_SUBMITTED Work submitted: Paint the fence',
    ])
    expect(await told(ben)).toEqual([
      'TASK_ACCEPTED The task is yours: Paint the fence',
      'TASK_FUNDED Paid in: Paint the fence',
      'WORK_APPROVED Work approved: Paint the fence',
    ])
    expect(await told(carl)).toEqual(['APPLICATION_DECIDED Taken: Paint the fence'])
    const [first] = await notificationsOf(ben)
    expect(await notificationOf(ben, first ?? { id: '' })).toMatchObject({
      event: { type: 'task.accepted' },
      subject: { __typename: 'Task', id: task.id },
    })
    expect(await notificationOf(anna, first ?? { id: '' })).toBeNull()
  })

  test('is told in the language of the person, also after they change it', async () => {
    await ask(anna, UpdateProfileDocument, { locale: 'de-AT' })
    await ben.applies(await anna.posts({ acceptanceMode: 'POSTER_CHOICE' }))
    expect(await told(anna)).toEqual(['APPLICATION_RECEIVED Neue Bewerbung: Paint the fence'])
    await ask(anna, UpdateProfileDocument, { locale: 'fr' })
    expect(await told(anna)).toEqual(['APPLICATION_RECEIVED New application: Paint the fence'])
  })

  test('about a task that its person may no longer see shows neither title nor subject', async () => {
    const task = await anna.posts({ acceptanceMode: 'INVITE_ONLY', inviteeId: ben.id, title: 'A secret surprise' })
    expect(await told(ben)).toEqual(['APPLICATION_RECEIVED You are invited: A secret surprise'])
    await anna.does('updateTask', { taskId: task.id, expectedVersion: 1, inviteeId: carl.id })
    await peopleAreNotified(app)
    for (const shown of await notificationsOf(ben)) {
      expect(shown).toMatchObject({ title: 'Something has changed' })
      expect(await notificationOf(ben, shown)).toMatchObject({ subject: null })
    }
    expect(JSON.stringify(await notificationMailsOf(app, ben))).not.toContain('surprise')
  })

  test('is told once, by readers that run at once and after a crash between rows and position', async () => {
    await app.database.pool.query(`
      create function test_refuse_move() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;
      create trigger test_killed before update on event_readers for each row execute function test_refuse_move()`)
    await ben.applies(await anna.posts({ acceptanceMode: 'POSTER_CHOICE' }))
    await expect(peopleAreNotified(app)).rejects.toThrow('killed')
    expect(await notificationsOf(anna)).toEqual([])
    await app.database.pool.query('drop trigger test_killed on event_readers; drop function test_refuse_move()')
    await Promise.all(Array.from({ length: 4 }, () => peopleAreNotified(app)))
    expect(await told(anna)).toHaveLength(1)
    const again = app.database.run`
      /* testTwice */
      insert into notifications (id, user_id, kind, words, event_id, in_feed, created_at)
      select gen_random_uuid(), user_id, kind, words, event_id, in_feed, created_at
      from notifications
      where user_id = ${anna.uuid}`
    await expect(again).rejects.toMatchObject({ constraint: 'an_event_notifies_a_person_once' })
  })
})

describe('messages', () => {
  async function chatting() {
    const task = await anna.posts()
    const chat = await ben.accepts(task)
    await peopleAreNotified(app)
    return chat
  }
  const ofMessages = async (someone: Person) =>
    (await told(someone)).filter((line) => line.startsWith('MESSAGE_RECEIVED'))

  test('are told after two minutes unread, once for a chat until they are read', async () => {
    const chat = await chatting()
    for (const body of ['One', 'Two', 'Three']) await says(anna, chat, body)
    expect(await ofMessages(ben)).toEqual([])
    await timePasses(app, '90 seconds')
    expect(await ofMessages(ben)).toEqual([])
    await timePasses(app, '31 seconds')
    expect(await ofMessages(ben)).toEqual(['MESSAGE_RECEIVED New messages: Paint the fence'])
    await says(anna, chat, 'Four')
    await timePasses(app, '3 minutes')
    expect(await ofMessages(ben)).toHaveLength(1)
    expect(await ofMessages(anna)).toEqual([])
    expect(await notificationMailsOf(app, ben)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ title: 'New messages: Paint the fence', kinds: ['MESSAGE_RECEIVED'] }),
      ]),
    )
    // Once the chat is read, a later message is told again, and the first one counts as read.
    const { lastSequence } = await app.prisma.chat.findUniqueOrThrow({ where: { id: chat.uuid } })
    await asksChat(ben, 'markRead', { chatId: chat.id, upToSequence: lastSequence })
    await says(anna, chat, 'Five')
    await timePasses(app, '3 minutes')
    expect(await ofMessages(ben)).toHaveLength(2)
    expect(
      (await notificationsOf(ben, { unreadOnly: true })).filter(({ kind }) => kind === 'MESSAGE_RECEIVED'),
    ).toHaveLength(1)
  })

  test('that were read within two minutes are not told; a later one has two minutes of its own', async () => {
    const chat = await chatting()
    const { sequence } = await says(anna, chat, 'One')
    await asksChat(ben, 'markRead', { chatId: chat.id, upToSequence: sequence })
    await timePasses(app, '90 seconds')
    await says(anna, chat, 'Two')
    await timePasses(app, '60 seconds')
    expect(await ofMessages(ben)).toEqual([])
    await timePasses(app, '61 seconds')
    expect(await ofMessages(ben)).toHaveLength(1)
  })

  test('of customer service are told to the customer, as is the agent who comes, and never to agents', async () => {
    const customer = await someone(app, 'Cleo')
    const agent = await someone(app, 'Gus', 'AGENT')
    const chat = await customer.seeksHelp({ subject: 'A refund' })
    await agent.is('BUSY')
    await agent.claims()
    await agent.writes(chat)
    await customer.writes(chat)
    await agent.writes(chat)
    await timePasses(app, '3 minutes')
    expect(await told(customer)).toEqual([
      'SUPPORT_REPLY Customer service is there',
      'SUPPORT_REPLY Customer service has answered: A refund',
    ])
    expect(await told(agent)).toEqual([])
    const [, reply] = await notificationsOf(customer)
    expect(await notificationOf(customer, reply ?? { id: '' })).toMatchObject({
      subject: { __typename: 'SupportChat', id: chat.id },
    })
  })

  test('are not told while the person has the chat open', async () => {
    const chat = await chatting()
    const stream = await Subscription.open(
      url,
      ben.accessToken,
      'subscription ($id: ID!) { chat(id: $id) { __typename } }',
      {
        id: chat.id,
      },
    )
    await expect.poll(() => app.prisma.chatWatcher.count({ where: { userId: ben.uuid } })).toBe(1)
    await says(anna, chat, 'One')
    await timePasses(app, '3 minutes')
    expect(await ofMessages(ben)).toEqual([])
    stream.close()
    await app.database.run`/* testLeft */ update chat_watchers set until = clock_timestamp() - interval '2 hours'`
    await timePasses(app, '3 minutes')
    expect(await ofMessages(ben)).toHaveLength(1)
    expect(await oldNotificationsGo(app)).toBeGreaterThan(0)
  })
})

describe('settings', () => {
  test('have a default for each kind and channel, and mails about security that cannot be turned off', async () => {
    const { data } = await anna.send(NotificationSettingsDocument.text)
    const viewer = data?.viewer as unknown as { notificationSettings: Record<string, unknown>[] } | undefined
    const notificationSettings = viewer?.notificationSettings ?? []
    expect(notificationSettings).toHaveLength(42)
    const fixed = notificationSettings.filter(({ canChange }) => canChange === false)
    expect(fixed).toEqual([{ kind: 'ACCOUNT_SECURITY', channel: 'EMAIL', frequency: 'IMMEDIATE', canChange: false }])
    expect(await sets(anna, 'ACCOUNT_SECURITY', 'EMAIL', 'NEVER')).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await sets(anna, 'REVIEW', 'FEED', 'DAILY')).toMatchObject({
      __typename: 'ValidationError',
      fields: [{ path: ['input', 'frequency'] }],
    })
  })

  test('decide about the feed and the mails of the next events', async () => {
    await sets(anna, 'APPLICATION_RECEIVED', 'FEED', 'NEVER')
    await sets(anna, 'APPLICATION_RECEIVED', 'EMAIL', 'IMMEDIATE')
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await ben.applies(task)
    expect(await told(anna)).toEqual([])
    expect(await notificationMailsOf(app, anna)).toMatchObject([
      { kind: 'NOTIFICATION', title: 'New application: Paint the fence' },
    ])
    await sets(anna, 'APPLICATION_RECEIVED', 'EMAIL', 'NEVER')
    await carl.applies(task)
    await peopleAreNotified(app)
    expect(await app.prisma.notification.count({ where: { userId: anna.uuid } })).toBe(1)
  })

  test('that are set twice at once end as one of them', async () => {
    await Promise.all(['DAILY', 'NEVER', 'IMMEDIATE'].map((frequency) => sets(anna, 'DISPUTE', 'EMAIL', frequency)))
    expect(await app.prisma.notificationSetting.count({ where: { userId: anna.uuid } })).toBe(1)
  })
})

describe('the daily mail', () => {
  test('has what is unread at eight in the morning where the person is', async () => {
    await ask(anna, UpdateProfileDocument, { timeZone: 'Asia/Tokyo' })
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await ben.applies(task)
    await carl.applies(task)
    await peopleAreNotified(app)
    expect(await notificationMailsOf(app, anna)).toEqual([])
    const rows = await app.prisma.notification.findMany({ where: { userId: anna.uuid } })
    expect(rows.map(({ mailDueAt }) => mailDueAt?.toISOString().slice(11))).toEqual(Array(2).fill('23:00:00.000Z'))
    const [first] = await notificationsOf(anna)
    await ask(anna, MarkNotificationsReadDocument, { ids: [first?.id] })
    await timePasses(app, '25 hours')
    await Promise.all([peopleAreNotified(app), peopleAreNotified(app)])
    expect(await notificationMailsOf(app, anna)).toMatchObject([
      {
        kind: 'NOTIFICATION_DIGEST',
        entries: [{ title: 'New application: Paint the fence' }],
        kinds: ['APPLICATION_RECEIVED'],
      },
    ])
    await timePasses(app, '25 hours')
    await peopleAreNotified(app)
    expect(await notificationMailsOf(app, anna)).toHaveLength(1)
  })

  test.each([
    ['before eight', '2026-01-15T05:00:00Z', 'Europe/Berlin', '2026-01-15T07:00:00Z'],
    ['after eight', '2026-01-15T09:00:00Z', 'Europe/Berlin', '2026-01-16T07:00:00Z'],
    ['at eight', '2026-01-15T07:00:00Z', 'Europe/Berlin', '2026-01-16T07:00:00Z'],
    ['over the beginning of daylight saving', '2026-03-28T12:00:00Z', 'Europe/Berlin', '2026-03-29T06:00:00Z'],
    ['over the end of daylight saving', '2026-10-24T12:00:00Z', 'Europe/Berlin', '2026-10-25T07:00:00Z'],
    ['on the other side of the date line', '2026-01-15T20:00:00Z', 'Pacific/Auckland', '2026-01-16T19:00:00Z'],
    ['with half an hour of daylight saving', '2026-04-04T12:00:00Z', 'Australia/Lord_Howe', '2026-04-04T21:30:00Z'],
    ['with an offset of 45 minutes', '2026-01-15T00:00:00Z', 'Asia/Kathmandu', '2026-01-15T02:15:00Z'],
    ['in UTC', '2026-12-31T23:59:59Z', 'UTC', '2027-01-01T08:00:00Z'],
  ])('is due at the next eight o’clock: %s', (_case, now, timeZone, due) => {
    expect(nextMorning(new Date(now), timeZone)).toEqual(new Date(due))
  })
})

describe('markNotificationsRead', () => {
  test('marks these, or one and all older ones, and no other', async () => {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    const people = [ben, carl, await actor(app, 'Dora'), await actor(app, 'Emil')]
    for (const someone of people) await someone.applies(task)
    await peopleAreNotified(app)
    const all = await notificationsOf(anna)
    expect(all).toHaveLength(4)
    const unread = async () => (await notificationsOf(anna, { unreadOnly: true })).map(({ id }) => id)
    expect(await ask(anna, MarkNotificationsReadDocument, { ids: [all[3]?.id] })).toMatchObject({
      viewer: { unreadNotifications: 3 },
    })
    expect(await ask(anna, MarkNotificationsReadDocument, { upTo: all[1]?.id })).toMatchObject({
      viewer: { unreadNotifications: 1 },
    })
    expect(await unread()).toEqual([all[2]?.id])
    for (const input of [{ ids: [all[2]?.id] }, { upTo: all[3]?.id }]) {
      expect(await ask(ben, MarkNotificationsReadDocument, input)).toMatchObject({ __typename: 'NotFoundError' })
    }
    expect(await ask(anna, MarkNotificationsReadDocument, {})).toMatchObject({ __typename: 'ValidationError' })
    expect(await unread()).toEqual([all[2]?.id])
  })
})

describe('the link that turns mails off', () => {
  const linkIn = (text: string) => /^(http\S+\/notifications\/unsubscribe\?\S+)$/m.exec(text)?.[1] ?? ''

  test('turns off its kind by POST alone, without a sign-in, and again without harm', async () => {
    await sets(anna, 'APPLICATION_RECEIVED', 'EMAIL', 'IMMEDIATE')
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await ben.applies(task)
    await peopleAreNotified(app)
    const { email } = await app.prisma.user.findUniqueOrThrow({ where: { id: anna.uuid } })
    const [mail] = await mailsTo(app, email)
    const { pathname, search } = new URL(linkIn(mail?.text ?? ''))
    const link = `${url}${pathname}${search}`
    expect(mail?.html).toContain('/notifications/unsubscribe')
    const page = await fetch(link)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<form method="post">')
    const frequency = async () =>
      (await app.prisma.notificationSetting.findFirst({ where: { userId: anna.uuid } }))?.frequency
    expect(await frequency()).toBe('IMMEDIATE')
    for (let count = 0; count < 2; count++) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await fetch(link, { method: 'POST', headers, body: 'List-Unsubscribe=One-Click' })
      expect(answer.status).toBe(200)
      expect(await frequency()).toBe('NEVER')
    }
    await carl.applies(task)
    await peopleAreNotified(app)
    expect(await notificationMailsOf(app, anna)).toHaveLength(1)
    expect(await notificationsOf(anna)).toHaveLength(2)
    for (const forged of [
      link.replace('APPLICATION_RECEIVED', 'DISPUTE'),
      link.replace(/signature=.*/, 'signature=x'),
    ]) {
      expect((await fetch(forged, { method: 'POST' })).status).toBe(404)
    }
    const long = await fetch(link, { method: 'POST', body: 'a'.repeat(2_000) })
    expect(long.status).toBe(413)
    expect((await fetch(link, { method: 'PUT' })).status).toBe(405)
  })
})

describe('Subscription.notifications', () => {
  test('has new notifications, and misses none after a reconnection', async () => {
    const task = await anna.posts({ acceptanceMode: 'POSTER_CHOICE' })
    await peopleAreNotified(app)
    const stream = await Subscription.open(url, anna.accessToken, NotificationFeedDocument.text)
    await ben.applies(task)
    await peopleAreNotified(app)
    const first = await stream.next()
    expect(first?.data?.notifications).toMatchObject({
      kind: 'APPLICATION_RECEIVED',
      title: 'New application: Paint the fence',
    })
    stream.close()
    await carl.applies(task)
    await peopleAreNotified(app)
    const { sequence } = await app.prisma.notification.findFirstOrThrow({
      where: { userId: anna.uuid },
      orderBy: { sequence: 'asc' },
    })
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${anna.accessToken}`,
        'last-event-id': `ec_${sequence}`,
      },
      body: JSON.stringify({ query: 'subscription { notifications { id } }' }),
    })
    const reader = answer.body?.getReader()
    let text = ''
    while (!text.includes('ntf_')) text += Buffer.from((await reader?.read())?.value ?? []).toString()
    await reader?.cancel()
    const [, second] = await notificationsOf(anna)
    expect(text).toContain(second?.id)
    expect(text).toMatch(/id: ?ec_\d+/)
  })

  test('is for people who are signed in, and shows nobody else’s', async () => {
    const anonymous = await Subscription.open(url, null, NotificationFeedDocument.text)
    expect((await anonymous.next())?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    const others = await Subscription.open(url, carl.accessToken, NotificationFeedDocument.text)
    await ben.applies(await anna.posts({ acceptanceMode: 'POSTER_CHOICE' }))
    await peopleAreNotified(app)
    await app.database
      .run`/* testEndSession */ update sessions set revoked_at = errand_now() where id = ${carl.sessionId}`
    const last = await others.next()
    expect(last?.data ?? null).toBeNull()
  })
})

test('old notifications are removed after 180 days, but none whose mail waits', async () => {
  await ben.applies(await anna.posts({ acceptanceMode: 'POSTER_CHOICE' }))
  await peopleAreNotified(app)
  await timePasses(app, '181 days')
  await oldNotificationsGo(app)
  expect(await notificationsOf(anna)).toHaveLength(1)
  await peopleAreNotified(app)
  await oldNotificationsGo(app)
  expect(await notificationsOf(anna)).toEqual([])
})
