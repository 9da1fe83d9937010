// Prisma's generator for the reader: tables, columns and relations by the names that the database knows them by. Neither
// Prisma's run-time data model nor the one for Pothos has all of it (columns of a relation, mapped enum values, types).
import { writeFileSync } from 'node:fs'
import helper from '@prisma/generator-helper'

const SQL_TYPES = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Boolean: 'boolean',
  DateTime: 'timestamp',
  Decimal: 'numeric',
  Json: 'jsonb',
  Bytes: 'bytea',
}

helper.generatorHandler({
  onManifest: () => ({ prettyName: 'data model of the reader', defaultOutput: './datamodel.ts' }),
  onGenerate: async ({ dmmf, generator }) => writeFileSync(generator.output.value, moduleOf(dmmf.datamodel)),
})

function moduleOf({ models, enums }) {
  const byName = new Map(models.map((model) => [model.name, model]))
  const described = {
    enums: entries(enums, ({ values }) => entries(values, ({ name, dbName }) => dbName ?? name)),
    models: entries(models, (model) => describe(model, byName, enums)),
  }
  return `// Made by .config/describeModels.mjs from prisma/schema.prisma.
export const dataModel = ${JSON.stringify(described, null, 1)}
`
}

function describe(model, byName, enums) {
  const uniques = [model.primaryKey, ...model.uniqueIndexes].filter(Boolean)
  return {
    table: model.dbName ?? model.name,
    columns: entries(
      model.fields.filter(({ kind }) => kind !== 'object'),
      (field) => ({
        column: columnOf(field),
        type: field.type,
        sqlType: sqlTypeOf(field, enums),
        list: field.isList,
        required: field.isRequired,
        unique: field.isId || field.isUnique,
        ...(field.isId && { id: true }),
      }),
    ),
    relations: entries(
      model.fields.filter(({ kind }) => kind === 'object'),
      (field) => ({ model: field.type, list: field.isList, columns: joinOf(model, field, byName) }),
    ),
    compoundUniques: Object.fromEntries(uniques.map(({ name, fields }) => [name ?? fields.join('_'), fields])),
  }
}

// Pairs of a column here and the column there that equals it. One side of a relation names both; the other finds them there.
function joinOf(model, field, byName) {
  const target = byName.get(field.type)
  const owner = field.relationFromFields.length > 0 ? field : undefined
  const back = target.fields.find(
    (other) => other.relationName === field.relationName && other !== field && other.relationFromFields?.length > 0,
  )
  if (!owner && !back)
    throw new Error(`The reader has no relation without columns of its own: ${model.name}.${field.name}`)
  const here = owner ? owner.relationFromFields : back.relationToFields
  const there = owner ? owner.relationToFields : back.relationFromFields
  const column = (of, name) => columnOf(of.fields.find((candidate) => candidate.name === name))
  return here.map((name, index) => [column(model, name), column(target, there[index])])
}

function sqlTypeOf({ type, kind, nativeType }, enums) {
  if (kind === 'enum') return enums.find(({ name }) => name === type).dbName ?? type
  return nativeType ? nativeType[0].toLowerCase() : SQL_TYPES[type]
}

function columnOf({ name, dbName }) {
  return dbName ?? name
}

function entries(list, describe) {
  return Object.fromEntries(list.map((item) => [item.name, describe(item)]))
}
