/** Rules for texts in every input of the schema: visible, in NFC, and single-line where required. */
import { setImmediate } from 'node:timers/promises'
import {
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { ask } from '../../support/ask.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'
import { type Actor, actor } from '../../support/story.ts'

// Invisible texts: spaces, fillers, marks without a letter, direction controls, and code points without glyphs.
const BLANK = [
  ' \u00a0\u2003\u3000 ',
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u180e',
  '\u200b\u200c\u200d',
  '\u200e',
  '\u2060',
  '\u2800',
  '\u3164',
  '\ufe0f',
  '\ufeff',
  '\uffa0',
  '\u0301',
  '\u{1d159}',
  '\u{e0020}',
  '\u{13441}',
]
const LINES = ['displayName', 'name', 'title', 'label', 'subject', 'reason', 'paymentMethodId']
// The parts of proofs by a second factor: they are wrong, not malformed.
const PROOFS = ['challenge', 'code', 'recoveryCode', 'passkey', 'response']
// Stored or compared exactly as sent.
const SECRETS = ['password', 'currentPassword', 'newPassword', 'refreshToken', 'token', ...PROOFS]

const VALUES: Record<string, unknown> = {
  String: 'x',
  ID: 'x',
  Int: 1,
  Boolean: true,
  Decimal: '5',
  CurrencyCode: 'EUR',
  DateTime: '2026-01-01T00:00:00.000Z',
  Duration: 'PT1S',
  EmailAddress: 'a@example.com',
  URL: 'https://example.com/',
  IdempotencyKey: 'k',
}

let app: TestApp
let anna: Actor

beforeAll(async () => {
  app = await startApp()
  anna = await actor(app, 'Anna')
})
afterAll(async () => {
  await app.stop()
})

function valueFor(type: GraphQLInputType): unknown {
  const named = getNamedType(type)
  const value = isInputObjectType(named)
    ? requiredOf(Object.values(named.getFields()))
    : isEnumType(named)
      ? named.getValues()[0]?.name
      : VALUES[named.name]
  return isListType('ofType' in type ? type.ofType : type) ? [value] : value
}

const requiredOf = (fields: GraphQLInputField[]): Record<string, unknown> =>
  Object.fromEntries(fields.filter(isRequiredInputField).map(({ name, type }) => [name, valueFor(type)]))

interface TextField {
  mutation: string
  inputType: string
  path: string[]
  /** Returns a valid input with this text in the field. */
  inputWith(text: string): Record<string, unknown>
}

function textsOf(mutation: string, type: GraphQLInputType): TextField[] {
  const named = getNamedType(type)
  if (!isInputObjectType(named)) return []
  const fields = Object.values(named.getFields())
  const required = named.isOneOf ? {} : requiredOf(fields)
  return fields.flatMap((field): TextField[] => {
    const inner = getNamedType(field.type)
    if (inner.name === 'String' && !SECRETS.includes(field.name)) {
      const inputWith = (text: string) => ({ ...required, [field.name]: text })
      return [{ mutation, inputType: named.name, path: [field.name], inputWith }]
    }
    return textsOf(mutation, field.type).map((nested) => ({
      mutation,
      inputType: named.name,
      path: [field.name, ...nested.path],
      inputWith: (text) => ({ ...required, [field.name]: nested.inputWith(text) }),
    }))
  })
}

const TEXTS = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name, args }) =>
  args.flatMap(({ type }) => textsOf(name, type)),
)
const named = (texts: TextField[]) =>
  texts.map((field) => ({ name: `${field.mutation} ${field.path.join('.')}`, field }))
const isLine = ({ path }: TextField) => LINES.includes(path.at(-1) ?? '')

/** Returns the paths of the problems for each of these texts. */
async function faultsOf({ mutation, inputType, inputWith }: TextField, texts: string[]): Promise<string[][]> {
  // These requests never yield to the event loop, so the sockets of the server would not be served in between.
  await setImmediate()
  const arguments_ = texts.map((_, index) => `$i${index}: ${inputType}!`).join()
  const fields = texts.map((_, index) => `t${index}: ${mutation}(input: $i${index}) { ...Faults }`).join(' ')
  const type = schema.getMutationType()?.getFields()[mutation]?.type
  const answers = await ask<Record<string, { fields?: { path: string[] }[] }>>(
    anna,
    `mutation (${arguments_}) { ${fields} } fragment Faults on ${type && getNamedType(type)} { ... on ValidationError { fields { path } } }`,
    Object.fromEntries(texts.map((text, index) => [`i${index}`, inputWith(text)])),
  )
  return texts.map((_, index) => (answers[`t${index}`]?.fields ?? []).map(({ path }) => path.join('.')))
}

const expectRefused = async (field: TextField, texts: string[]) => {
  const path = ['input', ...field.path].join('.')
  for (const [index, faults] of (await faultsOf(field, texts)).entries())
    expect([texts[index], faults]).toEqual([texts[index], expect.arrayContaining([path])])
}

test('the schema has text fields', () => {
  expect(named(TEXTS).map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'signUp displayName',
      'createTask title',
      'createTask location.label',
      'cancelTask reason',
    ]),
  )
})

describe.each(named(TEXTS))('$name', ({ field }) => {
  test('is refused if it is invisible', async () => {
    await expectRefused(field, BLANK)
  })

  test('is refused with control characters or direction overrides', async () => {
    await expectRefused(field, ['a\u0000b', 'a\u007fb', 'a\u0085b', 'a\u202eb', 'a\u202db'])
  })
})

describe.each(named(TEXTS.filter(isLine)))('$name', ({ field }) => {
  test('is one line without direction controls', async () => {
    await expectRefused(field, ['a\nb', 'a\rb', 'a\tb', 'a\u2028b', 'a\u2029b'])
    await expectRefused(field, ['\u061cb', 'a\u200e', 'a\u200fb', 'a\u202ab', 'a\u202c', 'a\u2066b\u2069', 'a\u2067b'])
  })
})

describe('a valid text', () => {
  const read = async ({ id }: { id: string }) =>
    (await ask<{ task: object }>(anna, 'query ($id: ID!) { task(id: $id) { title description } }', { id })).task

  test('is stored in NFC, trimmed', async () => {
    const task = await anna.posts({ title: ' Cafe\u0301 \u2003', description: '\n A\u030angstro\u0308m\n' })
    expect(await read(task)).toEqual({ title: 'Café', description: 'Ångström' })
  })

  test('keeps joiners of emoji and scripts, and direction marks in paragraphs', async () => {
    const title = '👩\u200d🌾 می\u200cخواهم ❤\ufe0f'
    const description = 'שלום \u2067(abc)\u2069\u200f!\n\tالثاني'
    expect(await read(await anna.posts({ title, description }))).toEqual({ title, description })
  })

  test('has a length in composed characters', async () => {
    for (const title of ['🦜'.repeat(200), 'e\u0301'.repeat(200)])
      expect(await read(await anna.posts({ title }))).toMatchObject({ title: title.normalize('NFC') })
    for (const title of ['🦜'.repeat(201), 'e\u0301'.repeat(201)])
      expect(await anna.asks('createTask', { ...aTask, title })).toMatchObject({
        __typename: 'ValidationError',
        fields: [{ path: ['input', 'title'], message: 'This has more than 200 characters.' }],
      })
  })

  const aTask = { description: 'White.', budget: { amount: '20.00', currencyCode: 'EUR' } }
})

test('a NUL character finds nothing and causes no error', async () => {
  const fay = await actor(app, 'Fay', 'FINANCE')
  const query = /* GraphQL */ `
    query ($text: String) {
      transfers(filter: { providerReference: $text }) { nodes { id } }
      viewer { transfers(filter: { providerReference: $text }) { nodes { id } } }
    }
  `
  expect(await ask(fay, query, { text: 'a\u0000' })).toEqual({
    transfers: { nodes: [] },
    viewer: { transfers: { nodes: [] } },
  })
})
