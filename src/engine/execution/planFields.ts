/** Plans the execution of a selection's fields: resolvers, arguments and completion are looked up once per document. */
import { defaultFieldResolver, type GraphQLObjectType, isNonNullType } from 'graphql'
import type { CollectedField, SelectionPlan } from '../selection/selectionPlan.ts'
import { completeValue } from './completeValue.ts'
import type { PlannedField } from './executionContext.ts'
import { exposedPropertyOf } from './exposedFields.ts'
import { argumentsOf } from './fieldArguments.ts'

/** The fields of a selection on an object type. Throws for a @skip or @include without a value. */
export const planFields = (selection: SelectionPlan, type: GraphQLObjectType): readonly PlannedField[] =>
  selection.fieldsToExecute(type).map((collected) => planField(type, collected))

function planField(parentType: GraphQLObjectType, collected: CollectedField): PlannedField {
  const { responseKey, field, nodes } = collected
  return {
    collected,
    responseKey,
    label: `"${responseKey}":`,
    nextLabel: `,"${responseKey}":`,
    field,
    nodes,
    parentType,
    resolve: field.resolve ?? defaultFieldResolver,
    argumentsFor: argumentsOf(field, nodes[0]),
    complete: completeValue(field.type, (type) => planFields(collected.selection, type)),
    isNonNull: isNonNullType(field.type),
    exposed: exposedPropertyOf(parentType, field),
  }
}
