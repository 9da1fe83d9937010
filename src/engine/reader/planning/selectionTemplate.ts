/**
 * The part of a read that the document alone decides: the columns of a model that a selection always needs, and the fields whose
 * selection depends on arguments and context and is planned for each request.
 */
import { type GraphQLNamedType, type GraphQLObjectType, getNamedType } from 'graphql'
import { objectTypesOf } from '../../selection/document.ts'
import type { CollectedField, SelectionPlan } from '../../selection/selectionPlan.ts'
import { type Model, models } from '../dataModel.ts'
import { internedKeyOf } from '../sql/internedKeys.ts'
import type { SelectFunction, Selection, SelectionTemplate, SelectionTemplateField } from './planTypes.ts'
import { UnsupportedByReader } from './unsupported.ts'

/** The templates of a selection, by the type and the paths that were planned. Undefined where nothing is selected at a path. */
export const templatesOf = (selection: SelectionPlan) =>
  selection.templates as Map<string, SelectionTemplate | undefined>

/** Makes the template of a selection on a type. Throws UnsupportedByReader if the type has no model. */
export function makeTemplate(selection: SelectionPlan, type: GraphQLNamedType): SelectionTemplate {
  const model = modelOf(type)
  if (!model) throw new UnsupportedByReader(`${type.name} has no model`)
  const builder = new TemplateBuilder(model)
  builder.addTypeSelection(type)
  for (const objectType of objectTypesOf(selection.schema, type)) {
    // An implementation of the interface on another table: its rows are not read here.
    if (modelOf(objectType) !== model) continue
    builder.addTypeSelection(objectType)
    for (const collected of selection.fieldsOn(objectType)) builder.addField(objectType, collected)
  }
  return builder.build()
}

/** The model of a type that plugin-prisma declared. */
export function modelOf(type: GraphQLNamedType): Model | undefined {
  const name = type.extensions.pothosPrismaModel
  return typeof name === 'string' ? models.get(name) : undefined
}

class TemplateBuilder {
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
    // A type without `select` reads all columns.
    if (!selection.select) for (const name of this.#model.columns.keys()) this.#columns.add(name)
    for (const select of [selection.select, selection.include])
      if (select) this.#addStatic(type.name, undefined, select)
  }

  addField(type: GraphQLObjectType, collected: CollectedField): void {
    const select = collected.field.extensions.pothosPrismaSelect as Selection | SelectFunction | false | undefined
    if (!select) return
    if (typeof select === 'function') this.#addSelecting(type.name, collected, select)
    else this.#addStatic(type.name, collected, select)
  }

  #addStatic(typeName: string, collected: CollectedField | undefined, select: Selection): void {
    const rest: [string, Selection[string]][] = []
    for (const [name, selected] of Object.entries(select)) {
      if (!selected) continue
      if (this.#model.columns.has(name)) this.#columns.add(name)
      else rest.push([name, selected])
    }
    if (rest.length > 0) this.#addSelecting(typeName, collected, Object.fromEntries(rest))
  }

  // Two implementations of an interface that select by the same nodes share one field.
  #addSelecting(typeName: string, collected: CollectedField | undefined, select: Selection | SelectFunction): void {
    const same = collected && this.#fields.find((field) => field.select === select && hasNodes(field, collected))
    if (same) {
      same.typeNames.push(typeName)
      return
    }
    this.#fields.push({
      responseKey: collected?.responseKey ?? '',
      typeNames: [typeName],
      collected,
      select,
      templatesByPath: new WeakMap(),
      fixed: undefined,
      hasQueryFunction: false,
    })
  }

  build(): SelectionTemplate {
    const fields = this.#fields.map(({ typeNames, responseKey }) => `${typeNames.join('/')}.${responseKey}`)
    const key = `${this.#model.name}:${[...this.#columns].sort().join()}:${fields.join()}`
    return { model: this.#model, columns: this.#columns, fields: this.#fields, key: internedKeyOf(key) }
  }
}

const hasNodes = ({ collected }: SelectionTemplateField, { nodes }: CollectedField): boolean =>
  collected !== undefined &&
  collected.nodes.length === nodes.length &&
  collected.nodes.every((node, index) => node === nodes[index])

/** The selection of a field's value. */
export const selectionOf = ({ collected }: SelectionTemplateField): SelectionPlan => {
  if (!collected) throw new UnsupportedByReader('a selection below the selection of a type')
  return collected.selection
}

/** The type of a field's value. */
export const typeOf = ({ collected }: SelectionTemplateField): GraphQLNamedType => {
  if (!collected) throw new UnsupportedByReader('the type of the selection of a type')
  return getNamedType(collected.field.type)
}
