/** The operations of the SDK select every field of every refusal, because clients of the SDK see only selected fields. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type DocumentNode,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  type SelectionSetNode,
  separateOperations,
  specifiedRules,
  validate,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/api/schema.ts'

const OPERATIONS = resolve(import.meta.dirname, '../../schema/operations')
// Exceptions, with their reasons.
const NOT_SELECTED = [
  / TaskAlreadyAcceptedError\.task$/, // The caller has named the task.
  /^(Withdraw|Reject|Update)Application: AlreadyAppliedError/, // The union has it for `applyToTask`; these mutations never return it.
  /^AcceptTask: TermsChangedError\.application/, // A tasker who accepts a task directly has no outdated application.
]

const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith('.graphql'))
const whole = parse((await Promise.all(files.map((name) => readFile(join(OPERATIONS, name), 'utf8')))).join('\n'))
const operations = separateOperations(whole)

/** Returns the names of the fields of this type that a selection set selects, including fragments. */
function fieldsSelected(type: GraphQLObjectType, { selections }: SelectionSetNode, document: DocumentNode): string[] {
  const applies = (condition: string | undefined): boolean => {
    const named = condition === undefined ? type : schema.getType(condition)
    if (isInterfaceType(named) || isUnionType(named)) return schema.isSubType(named, type)
    return named === type
  }
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value]
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : document.definitions.find(
            (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value,
          )
    if (!fragment || fragment.kind === Kind.OPERATION_DEFINITION || !('selectionSet' in fragment)) return []
    const condition = 'typeCondition' in fragment ? fragment.typeCondition?.name.value : undefined
    return applies(condition) ? fieldsSelected(type, fragment.selectionSet as SelectionSetNode, document) : []
  })
}

/** Every mutation of the operations: name, result type, selection. */
const results = Object.entries(operations).flatMap(([name, document]) =>
  document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== 'mutation') return []
    return definition.selectionSet.selections.flatMap((field) => {
      if (field.kind !== Kind.FIELD || !field.selectionSet) return []
      const result = getNamedType(schema.getMutationType()?.getFields()[field.name.value]?.type)
      return isUnionType(result) ? [{ name, result, selectionSet: field.selectionSet, document }] : []
    })
  }),
)

test('every field of every refusal is selected', () => {
  const forgotten: string[] = []
  for (const { name, result, selectionSet, document } of results) {
    for (const member of result.getTypes()) {
      if (!member.getInterfaces().some((one) => one.name === 'Error')) continue
      const selected = fieldsSelected(member, selectionSet, document)
      for (const field of Object.keys(member.getFields())) {
        const place = `${name}: ${member.name}.${field}`
        if (!selected.includes(field) && !NOT_SELECTED.some((pattern) => pattern.test(place))) forgotten.push(place)
      }
    }
  }
  expect(results.length).toBeGreaterThan(30)
  expect(forgotten).toEqual([])
})

test('the fragment Refusal selects every scalar field of every refusal', () => {
  const fragment = whole.definitions.find(
    (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === 'Refusal',
  )
  if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) throw new Error('There is no fragment Refusal.')
  const refusals = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => type.getInterfaces().some((one) => one.name === 'Error'))
  const forgotten = refusals.flatMap((type) => {
    const selected = fieldsSelected(type, fragment.selectionSet, whole)
    const own = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)))
    return own.filter(({ name }) => !selected.includes(name)).map(({ name }) => `${type.name}.${name}`)
  })
  expect(refusals.length).toBeGreaterThan(20)
  expect(forgotten).toEqual([])
})

test('the operations are valid together: no name twice, no fragment and no variable unused', () => {
  expect(validate(schema, whole, specifiedRules).map(({ message }) => message)).toEqual([])
})
