/** The search of people by administrators. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foldPeople } from '../../../src/accounts/administration/foldPeople.ts'
import { anonymousCaller, ask, refusal } from '../../support/ask.ts'
import { type Person, person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

let app: TestApp
let ada: Person

const NAMES = [
  'Zoé Müller',
  'José Ángel',
  'Ｆｕｌｌ Width',
  'Мария Петрова',
  '山田太郎',
  '100% Percy_Under',
  'Nils Zoega',
]

beforeAll(async () => {
  app = await startApp()
  ada = await person(app, 'Ada', 'ADMIN')
  for (const [index, displayName] of NAMES.entries()) {
    await ask(anonymousCaller(app), 'mutation ($input: SignUpInput!) { signUp(input: $input) { __typename } }', {
      input: { email: `member${index}.${randomUUID()}@example.com`, password: 'correct horse battery', displayName },
    })
  }
})
afterAll(async () => {
  await app.stop()
})

const SEARCH = /* GraphQL */ `
  query ($search: String, $first: Int, $after: String) {
    users(search: $search, first: $first, after: $after) {
      nodes { id displayName email }
      pageInfo { hasNextPage endCursor }
    }
  }
`

interface People {
  users: {
    nodes: { id: string; displayName: string; email: string }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  }
}

async function names(search: string | null): Promise<string[]> {
  const { users } = await ask<People>(ada, SEARCH, { search })
  return users.nodes.map(({ displayName }) => displayName)
}

describe('administrators find people', () => {
  test.each([
    ['zoe', ['Nils Zoega', 'Zoé Müller']],
    ['ZOÉ', ['Nils Zoega', 'Zoé Müller']],
    ['zoe mul', ['Zoé Müller']],
    ['mul zo', ['Zoé Müller']],
    ['uller', []],
    ['angel jose', ['José Ángel']],
    ['full', ['Ｆｕｌｌ Width']],
    ['МАР', ['Мария Петрова']],
    ['петр', ['Мария Петрова']],
    ['ария', []],
    ['山', ['山田太郎']],
    ['太郎', []],
    ['100%', ['100% Percy_Under']],
    ['100_', []],
    ['percy_', ['100% Percy_Under']],
    ['%', []],
    ['member3', ['Мария Петрова']],
    ['MEMBER3', ['Мария Петрова']],
    ['example.com', []],
    ['a\\', []],
    ['nowhere', []],
  ])('by the beginnings of words of the name or the address: %s', async (search, expected) => {
    expect(await names(search)).toEqual(expected)
  })

  test('all of them without a text, or with one that has nothing visible', async () => {
    const all = await names(null)
    expect(all).toHaveLength(NAMES.length + 1)
    for (const search of ['', '  ', '\u200b']) expect(await names(search)).toEqual(all)
  })

  test('newest first, each once over all pages', async () => {
    const found: string[] = []
    let after: string | null = null
    do {
      const { users }: People = await ask<People>(ada, SEARCH, { search: 'member', first: 2, after })
      found.push(...users.nodes.map(({ displayName }) => displayName))
      after = users.pageInfo.hasNextPage ? users.pageInfo.endCursor : null
    } while (after)
    expect(found).toEqual(NAMES.toReversed())
  })

  test('by their new name, folded within a sweep, also where a statement by hand has made them', async () => {
    const dora = await person(app, 'Dora-Unique')
    await dora.send('mutation { updateProfile(input: { displayName: "Čárka Novák" }) { __typename } }')
    await foldPeople.runDue(app.work, 100)
    expect(await names('carka')).toEqual(['Čárka Novák'])
    expect(await names('dora')).toEqual(['Čárka Novák'])
    expect(await names('unique')).toEqual([])
    expect(await foldPeople.runDue(app.work, 100)).toBe(0)
  })

  test('and are refused a text that is too long, a bad page or cursor', async () => {
    for (const variables of [
      { search: 'a'.repeat(201) },
      { search: 'a b c d e f g h i j k' },
      { first: 101 },
      { after: 'nonsense' },
    ]) {
      expect(await refusal(ada, SEARCH, variables)).toBe('BAD_USER_INPUT')
    }
    expect(await names('a\0b')).toEqual([])
  })
})

test('the list is null to everybody else, also to finance staff and agents', async () => {
  const others = [await person(app, 'Fay', 'FINANCE'), await person(app, 'Greta', 'AGENT'), await person(app, 'Ben')]
  for (const someone of [...others, anonymousCaller(app)]) expect(await ask(someone, SEARCH)).toEqual({ users: null })
})
