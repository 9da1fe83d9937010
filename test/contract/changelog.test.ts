/** schema/CHANGELOG.md names what schema/schema.graphql has and schema/released.graphql, the last released schema, has not. */
import { readFile } from 'node:fs/promises'
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { expect, test } from 'vitest'

const textOf = (name: string) => readFile(new URL(`../../schema/${name}`, import.meta.url), 'utf8')

const released = buildSchema(await textOf('released.graphql'))
const current = buildSchema(await textOf('schema.graphql'))
const changelog = await textOf('CHANGELOG.md')
const unreleased = /^## Unreleased\n([\s\S]*?)^## /m.exec(changelog)?.[1] ?? ''

/** Fields, input fields, values and members of a type, by name; an argument as `field.argument`. */
function membersOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => name)
  if (isUnionType(type)) return type.getTypes().map(({ name }) => name)
  if (isInputObjectType(type)) return Object.keys(type.getFields())
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const fields = Object.values(type.getFields())
  return fields.flatMap(({ name, args }) => [name, ...args.map((argument) => `${name}.${argument.name}`)])
}

/** The names of new types, and of each new member of a type, with the type's. */
function additions(): { type: string; member?: string }[] {
  return Object.values(current.getTypeMap()).flatMap((type): { type: string; member?: string }[] => {
    const before = released.getType(type.name)
    if (!before) return [{ type: type.name }]
    const known = new Set(membersOf(before))
    // The arguments of a new field come with it.
    const isNew = (member: string) =>
      !known.has(member) && (!member.includes('.') || known.has(member.split('.')[0] ?? ''))
    return membersOf(type)
      .filter(isNew)
      .map((member) => ({ type: type.name, member }))
  })
}

// A field of the root types is known by its own name, and so is a value; a member of a result is named with its union.
const ROOTS = ['Query', 'Mutation', 'Subscription']
const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text)

function isMentioned(text: string, { type, member }: { type: string; member?: string }): boolean {
  if (member === undefined) return mentions(text, type)
  if (ROOTS.includes(type) || isEnumType(current.getType(type))) return mentions(text, member.replace('.', '\\W+'))
  if (isUnionType(current.getType(type))) return mentions(text, type) && mentions(text, member)
  return mentions(text, `${type}\\.${member.replace('.', '\\W+')}`)
}

test('nothing was renamed, removed or made stricter since the last release', () => {
  expect(findBreakingChanges(released, current)).toEqual([])
})

test('every added type, field, argument, value and member is named under Unreleased', () => {
  const all = additions()
  const missing = all.filter((addition) => !isMentioned(unreleased, addition))
  expect(missing).toEqual([])
})

test('every dangerous change is an addition', () => {
  const kinds = findDangerousChanges(released, current).map(({ type }) => type as string)
  const added = ['OPTIONAL_INPUT_FIELD_ADDED', 'OPTIONAL_ARG_ADDED', 'TYPE_ADDED_TO_UNION', 'VALUE_ADDED_TO_ENUM']
  expect(kinds.filter((kind) => !added.includes(kind))).toEqual([])
})

test('the changelog ends with the version of package.json', async () => {
  const { version } = JSON.parse(await textOf('../package.json'))
  const versions = [...changelog.matchAll(/^## (\S+)$/gm)].map(([, name]) => name)
  expect(versions.slice(0, 2)).toEqual(['Unreleased', version])
})

test('an addition that nobody names is found', () => {
  expect(isMentioned('`Task.title`', { type: 'Task', member: 'title' })).toBe(true)
  expect(isMentioned('`Task`, title', { type: 'Task', member: 'title' })).toBe(false)
  expect(isMentioned('`updateTask`', { type: 'Mutation', member: 'updateTask' })).toBe(true)
  expect(isMentioned('a new union', { type: 'AcceptTaskResult', member: 'TermsChangedError' })).toBe(false)
})
