/**
 * What a document selects of a model, walked once: the columns that it always needs, and the fields whose selection depends
 * on arguments and context, which each request asks anew.
 */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  type SelectionSetNode,
} from 'graphql'
import { type Model, models } from '../dataModel.ts'
import { internedKeyOf } from '../sql/internedKeys.ts'
import { collectFields, objectTypesOf, type Reading, selectionSetsOf } from './document.ts'
import type { SelectFunction, Selection, SelectionTemplate, SelectionTemplateField } from './planTypes.ts'
import { UnsupportedByReader } from './unsupported.ts'

/** Walks what is selected on a type of a model. Refuses with Unsupported a type without one. */
export function makeTemplate(
  reading: Reading,
  type: GraphQLNamedType,
  sets: readonly SelectionSetNode[],
): SelectionTemplate {
  const model = modelOf(type)
  if (!model) throw new UnsupportedByReader(`${type.name} has no model`)
  const draft = new Draft(model)
  draft.addTypeSelection(type)
  for (const objectType of objectTypesOf(reading.schema, type)) {
    // Another implementation of the interface may stand on another table; its rows come by another way.
    if (modelOf(objectType) !== model) continue
    draft.addTypeSelection(objectType)
    for (const [responseKey, nodes] of collectFields(reading, objectType, sets))
      draft.addField(objectType, responseKey, nodes)
  }
  return draft.finish()
}

/** The model of a type that plugin-prisma declared. */
export function modelOf(type: GraphQLNamedType): Model | undefined {
  const name = type.extensions.pothosPrismaModel
  return typeof name === 'string' ? models.get(name) : undefined
}

class Draft {
  readonly #model: Model
  readonly #columns = new Set<string>()
  readonly #fields: SelectionTemplateField[] = []
  readonly #typeSelections = new Set<unknown>()

  constructor(model: Model) {
    this.#model = model
  }

  addTypeSelection(type: GraphQLNamedType): void {
    const selection = type.extensions.pothosPrismaTypeSelection as
      | { select?: Selection; include?: Selection }
      | undefined
    if (!selection || this.#typeSelections.has(selection)) return
    this.#typeSelections.add(selection)
    // Without a select of its own a type stands for all columns.
    if (!selection.select) for (const name of this.#model.columns.keys()) this.#columns.add(name)
    for (const select of [selection.select, selection.include])
      if (select) this.#addStatic(type.name, '', undefined, [], select)
  }

  addField(type: GraphQLObjectType, responseKey: string, nodes: readonly FieldNode[]): void {
    const name = nodes[0]?.name.value ?? ''
    if (name.startsWith('__')) return
    const field = type.getFields()[name]
    if (!field) throw new UnsupportedByReader(`${type.name}.${name} is unknown`)
    const select = field.extensions.pothosPrismaSelect as Selection | SelectFunction | false | undefined
    if (!select) return
    if (typeof select === 'function') this.#addSelecting(type.name, responseKey, field, nodes, select)
    else this.#addStatic(type.name, responseKey, field, nodes, select)
  }

  #addStatic(
    typeName: string,
    responseKey: string,
    field: GraphQLField<unknown, unknown> | undefined,
    nodes: readonly FieldNode[],
    select: Selection,
  ): void {
    const rest: [string, Selection[string]][] = []
    for (const [name, selected] of Object.entries(select)) {
      if (!selected) continue
      if (this.#model.columns.has(name)) this.#columns.add(name)
      else rest.push([name, selected])
    }
    if (rest.length > 0) this.#addSelecting(typeName, responseKey, field, nodes, Object.fromEntries(rest))
  }

  // Two implementations of an interface that select the same nodes select the same rows.
  #addSelecting(
    typeName: string,
    responseKey: string,
    field: GraphQLField<unknown, unknown> | undefined,
    nodes: readonly FieldNode[],
    select: Selection | SelectFunction,
  ): void {
    const same = this.#fields.find(
      (known) =>
        known.field &&
        known.select === select &&
        known.nodes.every((node, index) => node === nodes[index]) &&
        known.nodes.length === nodes.length,
    )
    if (same) same.typeNames.push(typeName)
    else {
      const typeNames = [typeName]
      const known = { beneath: new Map(), beneathPath: new WeakMap(), fixed: undefined, asksByFunction: false }
      this.#fields.push({ responseKey, typeNames, field, nodes, select, ...known })
    }
  }

  finish(): SelectionTemplate {
    const fields = this.#fields.map(({ typeNames, responseKey }) => `${typeNames.join('/')}.${responseKey}`)
    const key = `${this.#model.name}:${[...this.#columns].sort().join()}:${fields.join()}`
    return { model: this.#model, columns: this.#columns, fields: this.#fields, key: internedKeyOf(key) }
  }
}

/** The type of what a field gives, and what is selected of it. */
export const selectedBeneath = ({
  field,
  nodes,
}: SelectionTemplateField): { type: GraphQLNamedType; sets: SelectionSetNode[] } => {
  if (!field) throw new UnsupportedByReader('a selection beneath a type')
  return { type: getNamedType(field.type), sets: selectionSetsOf(nodes) }
}
