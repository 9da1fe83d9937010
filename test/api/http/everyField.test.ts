/**
 * Every optional field of every mutation is sent alone and read back, so that no statement forgets one. The fields come from the
 * schema; a new field needs an entry in test/support/inputs/inputForms.ts.
 */
import { getNamedType, isInputObjectType, isRequiredInputField, isUnionType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/api/schema.ts'
import { type Kept, NOT_KEPT, type Way, waysOfInputs } from '../../support/inputs/inputForms.ts'
import type { Person } from '../../support/people.ts'
import { startApp, type TestApp } from '../../support/servers/app.ts'

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})

/** The optional input fields of each mutation. */
const optional = mutations.flatMap(({ name, args }) => {
  const input = getNamedType(args.find((one) => one.name === 'input')?.type)
  if (!isInputObjectType(input)) return []
  const fields = Object.values(input.getFields()).filter((field) => !isRequiredInputField(field))
  return fields.filter((field) => !(field.name in NOT_KEPT)).map((field) => ({ mutation: name, field }))
})

let app: TestApp
let ways: Record<string, Way>

beforeAll(async () => {
  app = await startApp()
  ways = await waysOfInputs(app)
})
afterAll(() => app.stop())

const sentBy = (by: Person, { sent }: Pick<Kept, 'sent'>): unknown => (typeof sent === 'function' ? sent(by) : sent)

const wayOf = (mutation: string): Way => {
  const way = ways[mutation]
  if (!way) throw new Error(`test/support/inputs/inputForms.ts does not say how ${mutation} is tried.`)
  return way
}

/** `task.budget { amount }` as a selection: `task { budget { amount } }`. */
function selectionAt(at: string): string {
  const [, path = '', leaf = ''] = /^(.+?)( \{.*)?$/.exec(at) ?? []
  return path
    .split(/\.(?![^(]*\))/)
    .reduceRight((inner, name) => (inner ? `${name} { ${inner} }` : `${name} ${leaf}`), '')
}

/** Returns the value at this path of the payload; for a list, the value of each entry. */
function valueAt(payload: unknown, at: string): unknown {
  const names = at
    .replace(/ \{.*$/, '')
    .replace(/\([^)]*\)/g, '')
    .split('.')
  return names.reduce<unknown>((value, name) => {
    const pick = (one: unknown) => (one as Record<string, unknown> | null | undefined)?.[name]
    return Array.isArray(value) ? value.flatMap((one) => pick(one) ?? []) : pick(value)
  }, payload)
}

/** Sends a mutation, expects success, and returns the payload with the selected values. */
async function send(by: Person, mutation: string, input: Record<string, unknown>, kept?: Kept): Promise<unknown> {
  const field = mutations.find(({ name }) => name === mutation)
  const result = getNamedType(field?.type)
  const success = isUnionType(result) ? result.getTypes().find(({ name }) => name.endsWith('Payload'))?.name : ''
  const text = `mutation ($input: ${field?.args[0]?.type}) {
    ${mutation}(input: $input) {
      __typename
      ... on ${success} { ${kept ? selectionAt(kept.at) : '__typename'} }
      ... on Error { message }
    }
  }`
  const { data, errors } = await by.send(text, { input })
  expect(errors).toBeUndefined()
  expect(data?.[mutation]).toMatchObject({ __typename: success })
  return data?.[mutation]
}

/** Reads the same values through a field of Query, in the shape of the payload. */
async function readFrom(reader: Person, root: string, kept: readonly Kept[]): Promise<unknown> {
  const selections = kept.map(({ at, type }) => {
    const selection = selectionAt(at.slice(at.indexOf('.') + 1))
    return type ? `... on ${type} { ${selection} }` : selection
  })
  const { data, errors } = await reader.send(`{ ${root} { ${selections.join(' ')} } }`)
  expect(errors).toBeUndefined()
  // `node(id: ...)` gets the name of the payload's field.
  return { [kept[0]?.at.split('.')[0] ?? '']: Object.values(data ?? {})[0] }
}

test('each field has an entry that says where it is read', () => {
  const known = Object.entries(ways).flatMap(([mutation, { kept }]) =>
    Object.keys(kept).map((field) => `${mutation}.${field}`),
  )
  const unknown = optional
    .map(({ mutation, field }) => `${mutation}.${field.name}`)
    .filter((one) => !known.includes(one))
  expect(unknown).toEqual([])
  expect(optional.length).toBeGreaterThan(30)
})

test('the value of a nested input has all of its fields', () => {
  for (const { mutation, field } of optional) {
    const type = getNamedType(field.type)
    if (!isInputObjectType(type)) continue
    const sent = ways[mutation]?.kept[field.name]?.sent as object
    expect([mutation, Object.keys(sent).sort()]).toEqual([mutation, Object.keys(type.getFields()).sort()])
  }
})

const isUpdate = ({ mutation }: { mutation: string }) => mutation.startsWith('update')

describe('sent alone', () => {
  const others = optional.filter((one) => !isUpdate(one))

  test.each(others.map(({ mutation, field }) => [mutation, field.name]))('%s keeps %s', async (mutation, name) => {
    const { begin, kept } = wayOf(mutation)
    const { also, ...one } = kept[name] as Kept
    const { by, input, root, reader = by } = await begin()
    const sent = await sentBy(by, one)
    const payload = await send(by, mutation, { ...input, ...also, [name]: sent }, root ? undefined : one)
    const value = valueAt(root ? await readFrom(reader, root, [one]) : payload, one.at)
    const { read = sent } = one
    if (/\.nodes\b/.test(one.at)) expect(value).toEqual(expect.arrayContaining([read].flat()))
    else expect(value).toEqual(read)
  })
})

describe('an update', () => {
  const updates = optional.filter(isUpdate)

  test.each(updates.map(({ mutation, field }) => [mutation, field.name]))(
    '%s changes only %s',
    async (mutation, name) => {
      const { begin, kept } = wayOf(mutation)
      const { by, input, root } = await begin()
      if (!root) throw new Error(`test/support/inputs/inputForms.ts does not say how ${mutation} is read.`)
      const everything = async () => {
        const found = await readFrom(by, root, Object.values(kept))
        return Object.fromEntries(Object.entries(kept).map(([field, { at }]) => [field, valueAt(found, at)]))
      }
      const before = await everything()
      const { also, ...one } = kept[name] as Kept
      const sent = await sentBy(by, one)
      await send(by, mutation, { ...input, ...also, [name]: sent })
      const { read = sent } = one
      expect(before[name]).not.toEqual(read)
      expect(await everything()).toEqual({ ...before, ...also, [name]: read })
    },
  )
})
