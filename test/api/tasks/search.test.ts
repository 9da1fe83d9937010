/** Text search: texts that look alike to readers match, in any database locale. */
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../../src/db/migrate.ts'
import { foldText } from '../../../src/domain/foldText.ts'
import { searchedWords, storedFormsOf } from '../../../src/domain/searchText.ts'
import { foldSearchTexts } from '../../../src/tasks/foldSearchTexts.ts'
import { ask, type Caller } from '../../support/ask.ts'
import { type Person, person, signInAgain } from '../../support/people.ts'
import { newId, toPublicId } from '../../support/publicIds.ts'
import { startApp, startAppOn, type TestApp } from '../../support/servers/app.ts'
import { createDatabaseInLocaleC } from '../../support/servers/database.ts'
import { type Actor, actor } from '../../support/story.ts'

const SEARCH = /* GraphQL */ `
  query ($filter: TaskFilter, $sort: TaskSort) { tasks(filter: $filter, sort: $sort, first: 100) { nodes { id } } }
`
const EVERYWHERE = { latitude: '0', longitude: '0', radiusKm: 20_000 }
const TARTU = { label: 'Tartu', latitude: '58.378', longitude: '26.729' }

/** The ids of the matches. All three query paths must return the same ones. */
async function found(caller: Caller, posterId: string, text: string): Promise<string[]> {
  const filter = { posterId, text }
  const ways = [
    { filter },
    { filter: { ...filter, near: EVERYWHERE } },
    { filter: { ...filter, near: EVERYWHERE }, sort: 'NEAREST' },
  ]
  const lists: string[][] = []
  for (const way of ways) {
    const { tasks } = await ask<{ tasks: { nodes: { id: string }[] } }>(caller, SEARCH, way)
    lists.push(tasks.nodes.map(({ id }) => id))
  }
  expect(lists[1]).toEqual(lists[0])
  expect(lists[2]?.toSorted()).toEqual(lists[0]?.toSorted())
  return lists[0] ?? []
}

const ALIKE: [inTheTitle: string, searchedFor: string][] = [
  ['Cafe\u0301 au lait', 'café'],
  ['Café', 'cafe\u0301'],
  ['Café', 'cafe'],
  ['Cafe', 'CAFÉ'],
  ['ΟΔΟΣ', 'οδος'],
  ['οδος', 'ΟΔΟΣ'],
  ['ὀδός ᾳ', 'οδοσ αι'],
  ['Straße', 'STRASSE'],
  ['STRASSE', 'straße'],
  ['GROẞ', 'gross'],
  ['İstanbul', 'istanbul'],
  ['ıstanbul', 'ISTANBUL'],
  ['Ｆｕｌｌ ｗｉｄｔｈ', 'full width'],
  ['full width', 'ＦＵＬＬ'],
  ['ﬁne ﬂat', 'FINE flat'],
  ['Kran\u00adwagen', 'kranwagen'],
  ['Kranwagen', 'kran\u00adwagen'],
  ['piano\u200bforte', 'PIANOFORTE'],
  ['heart ❤\ufe0f emoji', '❤'],
  ['heart ❤', '❤\ufe0f'],
  ['ガレージ', 'ｶﾞﾚｰｼﾞ'],
  ['한국어', '\u1112\u1161\u11ab국'],
  ['Привет, МИР', 'мир'],
  ['東京都庁', '京都'],
  ['x² + y', 'x2'],
]

const word = fc
  .string({ minLength: 1, maxLength: 12, unit: 'binary' })
  .filter((text) => /^[^\p{Cc}\p{Cs}]+$/u.test(text))

test('folding maps similar texts to one text, and is idempotent', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const text = words.join(' ')
      const folded = foldText(text)
      const variants = ['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => text.normalize(form))
      for (const variant of [folded, text.toUpperCase(), text.toLowerCase(), ...variants])
        expect([variant, foldText(variant)]).toEqual([variant, folded])
      expect(folded).not.toMatch(/[A-Z\p{M}\p{Default_Ignorable_Code_Point}]/u)
    }),
    { numRuns: 5_000 },
  )
})

test('folding covers every character', () => {
  const wrong: string[] = []
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue
    const text = `Σ${String.fromCodePoint(codePoint)}Σ`
    const folded = foldText(text)
    const variants = [folded, text.toUpperCase(), text.toLowerCase(), text.normalize('NFC'), text.normalize('NFKD')]
    if (variants.some((variant) => foldText(variant) !== folded)) wrong.push(codePoint.toString(16))
  }
  expect(wrong).toEqual([])
})

describe.each(['of this server', 'C'])('in a database with the locale %s', (locale) => {
  let app: TestApp
  let anna: Actor

  beforeAll(async () => {
    app = locale === 'C' ? await startInLocaleC() : await startApp()
    anna = await actor(app, 'Anna')
  })
  afterAll(async () => {
    await app.stop()
  })

  test.each(ALIKE)('a task "%s" matches "%s"', async (title, text) => {
    const poster = await actor(app, 'Poster')
    const byTitle = await poster.posts({ title, location: TARTU })
    const byDescription = await poster.posts({ description: `One.\n${title}`, location: TARTU })
    await poster.posts({ title: 'Another', location: TARTU })
    expect(await found(anna, poster.id, text)).toEqual([byDescription.id, byTitle.id])
  })

  test('different texts do not match', async () => {
    const poster = await actor(app, 'Poster')
    await poster.posts({ title: 'ΟΔΟΣ 京都 tax', location: TARTU })
    for (const text of ['οδι', '都京', 'ta×', 'ODOS'])
      expect([text, await found(anna, poster.id, text)]).toEqual([text, []])
    // The encoding of non-ASCII letters is in capitals, which no search term has.
    const { searchText } = await app.prisma.task.findFirstOrThrow({ where: { posterId: poster.uuid } })
    const [capitals = ''] = /[A-Z]{4}/.exec(searchText) ?? []
    expect(capitals).not.toBe('')
    expect(await found(anna, poster.id, capitals)).toEqual([])
  })

  test('a term without visible characters matches every task', async () => {
    const poster = await actor(app, 'Poster')
    const task = await poster.posts({ location: TARTU })
    for (const text of ['', ' \u3000', '\u00ad\u200b', '\ufe0f \u0301'])
      expect(await found(anna, poster.id, text)).toEqual([task.id])
  })

  test('after an update only the new texts match', async () => {
    const poster = await actor(app, 'Poster')
    const task = await poster.posts({ title: 'Ölofen', location: TARTU })
    await poster.does('updateTask', { taskId: task.id, expectedVersion: 1, title: 'Kühlschrank' })
    expect(await found(anna, poster.id, 'olofen')).toEqual([])
    expect(await found(anna, poster.id, 'KUHLSCHRANK')).toEqual([task.id])
    await poster.does('updateTask', {
      taskId: task.id,
      expectedVersion: 2,
      budget: { amount: '30', currencyCode: 'EUR' },
    })
    expect(await found(anna, poster.id, 'KUHLSCHRANK')).toEqual([task.id])
  })

  test('any text matches itself, in every normalization form and case', async () => {
    const poster = await actor(app, 'Poster')
    const texts = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '))
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const outcome = await poster.asks('createTask', { ...aTask, title: text })
        if (outcome.__typename === 'ValidationError') return
        const { id } = outcome.task as { id: string }
        for (const variant of [
          text,
          text.normalize('NFD'),
          text.normalize('NFC'),
          text.toUpperCase(),
          text.toLowerCase(),
        ])
          expect(await found(anna, poster.id, variant)).toContain(id)
        await poster.does('cancelTask', { taskId: id })
      }),
      { numRuns: 15 },
    )
  })

  const aTask = { description: 'A.', budget: { amount: '20', currencyCode: 'EUR' }, location: TARTU, publish: true }

  test('the index is used for words of every script', async () => {
    const poster = await person(app, 'Poster')
    await app.database.pool.query(MANY, [poster.uuid])
    while ((await foldSearchTexts.runDue(app.work, 1_000)) > 0);
    await app.database.pool.query('vacuum analyze tasks')
    for (const text of ['xylophon', 'οδοντ', 'пианин', '鉄道', 'piañola'])
      expect([text, await rowsRead(app, text)]).toEqual([
        text,
        { found: 1, rows: expect.toSatisfy((rows: number) => rows <= 50) },
      ])
  })
})

/** 3,000 tasks in several scripts, each of five words once. */
const MANY = `
  insert into tasks (id, title, description, status, acceptance_mode, budget_minor, currency, poster_id, created_at, updated_at, published_at)
  select gen_random_uuid(),
    case n when 7 then 'Xylophon' when 8 then 'ΟΔΟΝΤΙΑΤΡΟΣ' when 9 then 'Пианино' when 10 then '鉄道模型' when 11 then 'Pian\u0303ola'
      else (array['Garden', 'ΚΗΠΟΣ και σπίτι', 'Садовник', '大阪城の庭'])[1 + n % 4] end,
    'Text ' || md5(n::text), 'OPEN', 'POSTER_CHOICE', 2000, 'EUR', $1, now(), now(), now()
  from generate_series(1, 3000) n`

/** The number of tasks that the search of the server finds, and of rows that PostgreSQL reads for it. */
async function rowsRead(app: TestApp, text: string): Promise<{ found: number; rows: number }> {
  const traces = searchedWords(text).flatMap(storedFormsOf)
  const conditions = traces.map((_, index) => `search_text like '%' || $${index + 1}::text || '%'`).join(' and ')
  const { rows } = await app.database.pool.query(
    `explain (analyze, format json) select id from tasks where ${conditions}`,
    traces,
  )
  const plan = rows[0]['QUERY PLAN'][0].Plan
  return {
    found: plan['Actual Rows'],
    rows: plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0),
  }
}

async function startInLocaleC(): Promise<TestApp> {
  const { connectionString, drop } = await createDatabaseInLocaleC()
  await migrate(connectionString)
  const app = await startAppOn(connectionString)
  return {
    ...app,
    async stop() {
      await app.stop()
      await drop()
    },
  }
}

describe('tasks written without folding', () => {
  let app: TestApp
  let drop: () => Promise<void>
  let client: pg.Client
  let poster: Person
  const uuid = newId()

  const writes = (title: string) =>
    client.query(
      `insert into tasks (id, title, description, status, acceptance_mode, budget_minor, currency, poster_id, created_at, updated_at, published_at)
       values (gen_random_uuid(), $1, 'By hand.', 'OPEN', 'POSTER_CHOICE', 2000, 'EUR', $2, now(), now(), now())`,
      [title, uuid],
    )
  const titlesFound = async (text: string) => {
    const filter = { posterId: poster.id, text }
    const query = 'query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { title } } }'
    const { tasks } = await ask<{ tasks: { nodes: { title: string }[] } }>(poster, query, { filter })
    return tasks.nodes.map(({ title }) => title)
  }

  beforeAll(async () => {
    // A database before this migration, in which the locale C folded the texts.
    const database = await createDatabaseInLocaleC({ before: '20261130100400_folded_search_texts' })
    drop = database.drop
    client = new pg.Client({ connectionString: database.connectionString })
    await client.connect()
    app = await startAppOn(database.connectionString)
    // Their session needs columns of later migrations.
    await client.query(
      `insert into users (id, email, display_name, password_hash, created_at)
       values ($1, 'poster@example.com', 'Poster', '-', now())`,
      [uuid],
    )
    await writes('ΠΙΑΝΟ in the Café')
    await migrate(database.connectionString)
    poster = await signInAgain(app, { uuid, id: toPublicId('usr', uuid) })
  })
  afterAll(async () => {
    await client.end()
    await app.stop()
    await drop()
  })

  test('match as before until the timer folds them, and then like all others', async () => {
    expect(await titlesFound('PIANO')).toEqual([])
    expect(await titlesFound('the')).toEqual(['ΠΙΑΝΟ in the Café'])
    expect(await foldSearchTexts.runDue(app.work, 100)).toBe(1)
    expect(await titlesFound('πιανο CAFE')).toEqual(['ΠΙΑΝΟ in the Café'])
    expect(await foldSearchTexts.runDue(app.work, 100)).toBe(0)
  })

  test('can be inserted and updated by statements without folding', async () => {
    await writes('Ä door')
    expect(await titlesFound('door')).toEqual(['Ä door'])
    await client.query("update tasks set title = 'Ä gate' where title = 'Ä door'")
    expect(await foldSearchTexts.runDue(app.work, 100)).toBe(1)
    expect(await titlesFound('a gate')).toEqual(['Ä gate'])
    await client.query("update tasks set title = 'Ö gate' where title = 'Ä gate'")
    expect(await foldSearchTexts.runDue(app.work, 100)).toBe(1)
    expect(await titlesFound('door')).toEqual([])
    expect(await titlesFound('o gate')).toEqual(['Ö gate'])
  })

  test('keep their version when they are folded, and are skipped while they are locked', async () => {
    await writes('Held')
    await client.query("begin; select from tasks where title = 'Held' for update")
    expect(await foldSearchTexts.runDue(app.work, 100)).toBe(0)
    await client.query('commit')
    expect(await foldSearchTexts.runDue(app.work, 100)).toBe(1)
    const { rows } = await client.query("select version, search_text from tasks where title = 'Held'")
    expect(rows).toEqual([{ version: 1, search_text: 'held\nby hand.' }])
  })
})
