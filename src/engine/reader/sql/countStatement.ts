/** Counts as statements: of a list, and of its parts by some of their columns. */

import type { Model } from '../dataModel.ts'
import { UnsupportedByReader } from '../planning/unsupported.ts'
import { conversionOf, RowShape } from '../rows.ts'
import { type Conditions, type Where, walkWhere } from './conditions.ts'
import { jsonOf, Numbering, quoted, SqlConditions } from './sqlConditions.ts'
import type { Statement } from './statement.ts'

/** What Prisma's `count` and `groupBy` take, as far as the reader knows it. */
export interface CountArguments {
  where?: Where | undefined
  by?: string | readonly string[] | undefined
  _count?: unknown
}

/** How many rows fulfil the condition. */
export function compileCount(model: Model, { where }: CountArguments): Statement {
  const { from, parameters } = fromOf(model, where)
  const text = `/* count ${model.name} */ select count(*)::text ${from}`
  return { text, parameters, form: new RowShape(), backward: false, idParameter: undefined }
}

/**
 * The combinations of values in these columns, with how many rows have each where that is asked. Refuses with Unsupported any other
 * aggregate.
 */
export function compileGroups(model: Model, read: CountArguments): Statement {
  const { where, by, _count } = read
  if ((_count !== true && _count !== undefined) || !by) throw new UnsupportedByReader('an aggregate')
  const { from, parameters, alias } = fromOf(model, where)
  const form = new RowShape()
  const columns = [by].flat().map((name) => {
    const column = model.columns.get(name)
    if (!column) throw new UnsupportedByReader(`${model.name}.${name} is no column`)
    form.add(name, conversionOf(column))
    return { sql: `${alias}.${quoted(column.column)}`, column }
  })
  const fields = columns.map(({ sql, column }) => jsonOf(column, sql))
  if (_count) {
    fields.push('count(*)')
    form.add('_count', undefined)
  }
  const groups = `select json_build_array(${fields.join(', ')}) as r ${from} group by ${columns.map(({ sql }) => sql).join(', ')}`
  const text = `/* count ${model.name} */ select coalesce(json_agg(r.r), '[]')::text from (${groups}) r`
  return { text, parameters, form, backward: false, idParameter: undefined }
}

function fromOf(model: Model, where: Where | undefined) {
  const numbering = new Numbering()
  const alias = numbering.alias()
  const condition = where ? walkWhere(new SqlConditions(numbering, alias), model, where).text : 'true'
  return { from: `from ${quoted(model.table)} ${alias} where ${condition}`, parameters: numbering.parameters, alias }
}

/** The key of a count's shape; its values go where the words put them. Refuses with Unsupported a count of part of a list. */
export function keyOfCount(words: Conditions<string>, model: Model, read: CountArguments): string {
  const { where, by, _count, ...rest } = read
  if (Object.values(rest).some((argument) => argument !== undefined))
    throw new UnsupportedByReader('a count of part of a list')
  return `${JSON.stringify([by, _count])}${where ? walkWhere(words, model, where) : ''}`
}
