/** The plan of a selection: one for all requests that select the same, whichever path they take. */
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { expect, test } from 'vitest'
import { fragmentsOf } from '../../src/engine/selection/document.ts'
import { type CollectedField, SelectionPlan, selectionPlanOf } from '../../src/engine/selection/selectionPlan.ts'
import { echoingSchema } from '../support/inputs/echoingSchema.ts'

const schema = echoingSchema()
const box = schema.getType('Box') as GraphQLObjectType
const query = schema.getType('Query') as GraphQLObjectType

const document = parse(/* GraphQL */ `
  query ($more: Boolean!) {
    first: box { plain ...More @include(if: $more) }
    second: box { box { a: plain } }
    second: box { again: box { b: plain } }
    steady
  }
  fragment More on Thing { box { plain } thing { plain } }
`)
const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode
const fragments = fragmentsOf(document)

const rootPlan = (more: unknown) =>
  new SelectionPlan({ schema, fragments, variableValues: { more, other: 'x' } }, ['more'], [operation.selectionSet])

function fieldNamed(plan: SelectionPlan, type: GraphQLObjectType, key: string): CollectedField {
  const field = plan.fieldsOn(type).find(({ responseKey }) => responseKey === key)
  if (!field) throw new Error(`${key} is not selected.`)
  return field
}

/** As graphql-js passes it to a resolver. */
const infoOf = (fieldNodes: readonly FieldNode[], more: unknown) =>
  ({ schema, fragments, fieldNodes, variableValues: { more } }) as unknown as GraphQLResolveInfo

const keysOf = (plan: SelectionPlan, type: GraphQLObjectType) => plan.fieldsOn(type).map((field) => field.responseKey)

test('is the same for the same nodes under the same conditions, by the fast path and by the slow path', () => {
  const first = fieldNamed(rootPlan(true), query, 'first')
  expect(fieldNamed(rootPlan(true), query, 'first').selection).toBe(first.selection)
  expect(selectionPlanOf(infoOf(first.nodes, true))).toBe(first.selection)
  expect(selectionPlanOf(infoOf(first.nodes, false))).not.toBe(first.selection)
  const second = fieldNamed(rootPlan(true), query, 'second')
  expect(second.nodes).toHaveLength(2)
  expect(selectionPlanOf(infoOf(second.nodes, true))).toBe(second.selection)
  expect(selectionPlanOf(infoOf(second.nodes.slice(0, 1), true))).not.toBe(second.selection)
  // No variable decides below this field, so its plan serves under all conditions.
  expect(fieldNamed(rootPlan(false), query, 'second').selection).toBe(second.selection)
})

test('collects fields by the conditions; the execution fails where one has no value', () => {
  expect(keysOf(fieldNamed(rootPlan(true), query, 'first').selection, box)).toEqual(['plain', 'box', 'thing'])
  expect(keysOf(fieldNamed(rootPlan(false), query, 'first').selection, box)).toEqual(['plain'])
  const undecided = fieldNamed(rootPlan(null), query, 'first').selection
  expect(keysOf(undecided, box)).toEqual(['plain'])
  expect(() => undecided.fieldsToExecute(box)).toThrow('"Boolean!" must not be null')
  expect(fieldNamed(rootPlan(false), query, 'first').selection.fieldsToExecute(box)).toHaveLength(1)
})

test('merges what several response keys select at a path, and is itself where only one does', () => {
  const { selection } = fieldNamed(rootPlan(false), query, 'second')
  const merged = selection.at(box, [[{ name: 'box' }]])
  expect(keysOf(merged, box)).toEqual(['a', 'b'])
  const root = rootPlan(true)
  expect(root.at(query, [[{ name: 'box' }, { name: 'thing', type: 'Box' }]])).toBe(
    fieldNamed(fieldNamed(root, query, 'first').selection, box, 'thing').selection,
  )
  expect(root.at(query, [[{ name: 'box' }, { name: 'thing', type: 'Bag' }]]).isEmpty).toBe(true)
  expect(selection.at(box, [[]])).toBe(selection)
})
