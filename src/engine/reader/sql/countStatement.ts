/** Compiles counts: of all rows of a list, or of each combination of values in some columns. */

import type { Model } from '../dataModel.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import { conversionOf, RowShape } from '../rows.ts'
import { type Where, walkWhere } from './conditions.ts'
import type { KeyConditions } from './shapeKey.ts'
import { jsonOf, Numbering, quoted, SqlConditions } from './sqlConditions.ts'
import type { Statement } from './statement.ts'

/** The arguments of Prisma's `count` and `groupBy` that the reader supports. */
export interface CountArguments {
  where?: Where | undefined
  by?: string | readonly string[] | undefined
  _count?: unknown
}

/** The number of rows that fulfil the condition. */
export function compileCount(model: Model, { where }: CountArguments): Statement {
  const { from, parameters } = fromOf(model, where)
  const text = `/* count ${model.name} */ select count(*)::text ${from}`
  return { text, parameters, rowShape: new RowShape(), backward: false, idParameter: undefined }
}

/** The combinations of values in these columns, with the number of rows of each if `_count` is selected. Throws UnsupportedByReader. */
export function compileGroups(model: Model, read: CountArguments): Statement {
  const { where, by, _count } = read
  if ((_count !== true && _count !== undefined) || !by) throw new UnsupportedByReader('an aggregate other than a count')
  const { from, parameters, alias } = fromOf(model, where)
  const rowShape = new RowShape()
  const columns = [by].flat().map((name) => {
    const column = model.columns.get(name)
    if (!column) throw new UnsupportedByReader(`${model.name}.${name}, which is not a column`)
    rowShape.add(name, conversionOf(column))
    return { sql: `${alias}.${quoted(column.column)}`, column }
  })
  const fields = columns.map(({ sql, column }) => jsonOf(column, sql))
  if (_count) {
    fields.push('count(*)')
    rowShape.add('_count', undefined)
  }
  const groups = `select json_build_array(${fields.join(', ')}) as r ${from} group by ${columns.map(({ sql }) => sql).join(', ')}`
  const text = `/* count ${model.name} */ select coalesce(json_agg(r.r), '[]')::text from (${groups}) r`
  return { text, parameters, rowShape, backward: false, idParameter: undefined }
}

function fromOf(model: Model, where: Where | undefined) {
  const numbering = new Numbering()
  const alias = numbering.alias()
  const condition = where ? walkWhere(new SqlConditions(numbering, alias), model, where).text : 'true'
  return { from: `from ${quoted(model.table)} ${alias} where ${condition}`, parameters: numbering.parameters, alias }
}

/** The shape key of a count; `conditions` collects its values. Throws UnsupportedByReader for a count of a page. */
export function keyOfCount(conditions: KeyConditions, model: Model, read: CountArguments): string {
  const { where, by, _count, ...rest } = read
  if (Object.values(rest).some((argument) => argument !== undefined)) throw new UnsupportedByReader('a count of a page')
  return `${JSON.stringify([by, _count])}${where ? walkWhere(conditions, model, where) : ''}`
}
