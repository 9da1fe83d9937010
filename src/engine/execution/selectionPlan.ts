/** What is selected of a value: for each object type that the value can have, the fields with all that is known of them. */
import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  isNonNullType,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql'
import { collectFields, type Reading, selectionSetsOf } from '../reader/planning/document.ts'
import { type Complete, completionOf } from './completeValue.ts'
import { type Exposed, exposedBy } from './exposedFields.ts'
import { argumentsOf } from './fieldArguments.ts'

/** A field in a selection of one object type. */
export interface PlannedField {
  readonly key: string
  /** The key as JSON has it, for the first field of an object and for one behind others. */
  readonly label: string
  readonly nextLabel: string
  readonly field: GraphQLField<unknown, unknown>
  readonly nodes: readonly FieldNode[]
  readonly parentType: GraphQLObjectType
  readonly resolve: GraphQLFieldResolver<unknown, unknown>
  readonly argumentsFor: ReturnType<typeof argumentsOf>
  readonly complete: Complete
  /** Whether an error in it makes null what it is in. */
  readonly nonNull: boolean
  /** Where it is a leaf that is nothing but a property of what it is a field of. */
  readonly exposed: Exposed | undefined
}

export class SelectionPlan {
  readonly #reading: Reading
  readonly #sets: readonly SelectionSetNode[]
  readonly #fields = new Map<GraphQLObjectType, readonly PlannedField[]>()

  /** `reading` has the variables that decide by @skip and @include; the plan is good for these values only. */
  constructor(reading: Reading, sets: readonly SelectionSetNode[]) {
    this.#reading = reading
    this.#sets = sets
  }

  /** The fields on a type, planned when a value first has it. Fails where a @skip or @include has a variable that is null. */
  fieldsOn(type: GraphQLObjectType): readonly PlannedField[] {
    let fields = this.#fields.get(type)
    if (!fields) {
      const nodesByKey = collectFields(this.#reading, type, this.#sets, 'fails')
      fields = [...nodesByKey].flatMap(([key, nodes]) => this.#plan(type, key, nodes))
      this.#fields.set(type, fields)
    }
    return fields
  }

  #plan(parentType: GraphQLObjectType, key: string, nodes: FieldNode[]): PlannedField[] {
    const [node] = nodes
    const field = node && this.#fieldOf(parentType, node.name.value)
    if (!field) return []
    return [
      {
        key,
        label: `"${key}":`,
        nextLabel: `,"${key}":`,
        field,
        nodes,
        parentType,
        resolve: field.resolve ?? defaultFieldResolver,
        argumentsFor: argumentsOf(field, node),
        complete: completionOf(field.type, new SelectionPlan(this.#reading, selectionSetsOf(nodes))),
        nonNull: isNonNullType(field.type),
        exposed: exposedBy(parentType, field),
      },
    ]
  }

  #fieldOf(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
    if (type === this.#reading.schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
    }
    return type.getFields()[name]
  }
}
