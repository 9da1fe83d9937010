/**
 * The types of a planned read. They refer to each other (a template has selections, a selection may carry a planned one, which has
 * a template), so they are in one file that imports no planning.
 */
import type { GraphQLResolveInfo } from 'graphql'
import type { CollectedField, Step } from '../../selection/selectionPlan.ts'
import type { Model } from '../dataModel.ts'
import type { Where } from '../sql/conditions.ts'

/** The arguments of Prisma's find methods that the reader supports. */
export interface ReadArguments {
  where?: Where | undefined
  orderBy?: unknown
  cursor?: Where | undefined
  take?: number | undefined
  skip?: number | undefined
  select?: Selection | null | undefined
  include?: Selection | null | undefined
}

/** Under this key a `select` carries the document's selection, beside the names that a resolver adds. */
export const PLAN = Symbol('planned selection of the document')

export interface Selection {
  readonly [name: string]: boolean | ReadArguments | undefined
  readonly [PLAN]?: PlannedSelection
}

/** A template with the arguments of one request. */
export interface PlannedSelection {
  template: SelectionTemplate
  /** The key of the whole shape. */
  key: string
  values: readonly unknown[]
  /** The selections of the template's fields in this request, in their order. */
  selections: readonly (Selection | null)[]
  /** The query to plugin-prisma's mapper, for a read that falls back to Prisma. Only on a plan that a resolver requested. */
  mapperQuery: { adapter: unknown; query: PlanQuery } | undefined
}

/** The options of the entry point of plugin-prisma's selection mapper. */
export interface PlanQuery {
  context: object
  info: GraphQLResolveInfo
  typeName?: string
  path?: (string | Step)[]
  paths?: (string | Step)[][]
  initial?: { select?: Selection; include?: Selection }
}

export interface SelectionTemplate {
  model: Model
  columns: ReadonlySet<string>
  fields: readonly SelectionTemplateField[]
  /** The key of its shape, without the selections of its fields. */
  key: string
}

/** A field that selects more than columns; or, without a field, the selection that its type always has. */
export interface SelectionTemplateField {
  responseKey: string
  /** The object types on which it is selected so. */
  typeNames: string[]
  collected: CollectedField | undefined
  select: Selection | SelectFunction
  /** Templates of its own selection by the path object that plugin-prisma passed: a look-up without the text of the path. */
  templatesByPath: WeakMap<object, SelectionTemplate>
  /** Its selection, if it is the same in every request. */
  fixed: PlannedColumns | undefined
  /** True if its query is a function of the request. */
  hasQueryFunction: boolean
}

/** The selection of a field, and its part of the key. */
export interface PlannedColumns {
  selection: Selection | null
  key: string
}

/** A field's `select`, as plugin-prisma declares it. */
export type SelectFunction = (
  args: object,
  context: object,
  nested: (query?: unknown, path?: unknown, typeName?: string) => object,
  selectedNames: (path?: unknown) => ReadonlySet<string>,
) => unknown
