/** prisma/schema.prisma types every row, so it must match the migrated database. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/servers/app.ts'

interface Column {
  name: string
  type: string
  isNullable: boolean
}

const SCALARS: Record<string, string> = {
  String: 'text',
  Int: 'int4',
  BigInt: 'int8',
  Boolean: 'bool',
  DateTime: 'timestamptz',
  Decimal: 'numeric',
  Bytes: 'bytea',
  Json: 'jsonb',
}

const source = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8')
const blocks = [...source.matchAll(/^(model|view|enum) (\w+) \{\n(.*?)^\}/gms)].map(([, kind, name, body]) => ({
  kind: String(kind),
  name: String(name),
  lines: String(body)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('//')),
}))
const models = blocks.filter(({ kind }) => kind !== 'enum')
const enums = new Map(blocks.filter(({ kind }) => kind === 'enum').map((block) => [block.name, block]))
const modelNames = new Set(models.map(({ name }) => name))

const mapped = (lines: string[]): string => /@@map\("(\w+)"\)/.exec(lines.join('\n'))?.[1] ?? ''

function columnOf(line: string): Column | undefined {
  const [, field = '', type = '', list, optional, attributes = ''] = /^(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/.exec(line) ?? []
  if (!field || modelNames.has(type)) return undefined
  const enumeration = enums.get(type)
  const scalar = enumeration ? mapped(enumeration.lines) : attributes.includes('@db.Uuid') ? 'uuid' : SCALARS[type]
  return {
    name: /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? field,
    type: list ? `_${scalar}` : String(scalar),
    isNullable: optional === '?',
  }
}

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(async () => {
  await app.stop()
})

describe('the schema file and the database agree', () => {
  test.each(models)('on every column of $name', async ({ kind, lines }) => {
    const described = lines.filter((line) => /^\w/.test(line)).map(columnOf)
    // In the catalogue, all columns of a view are nullable.
    const isView = kind === 'view'
    const actual = await app.database.rows<Column>`
      /* columnsOf */
      select column_name::text as name, udt_name::text as type, is_nullable = 'YES' and not ${isView} as is_nullable
      from information_schema.columns
      where table_schema = 'public'
        and table_name = ${mapped(lines)}`
    const byName = (one: Column, other: Column) => (one.name < other.name ? -1 : 1)
    expect(described.filter((column) => column !== undefined).sort(byName)).toEqual(actual.sort(byName))
  })

  test('on every table', async () => {
    const tables = await app.database.rows<{ name: string }>`
      /* tables */
      select table_name::text as name
      from information_schema.tables
      where table_schema = 'public'
        and table_name <> '_prisma_migrations'`
    expect(models.map(({ lines }) => mapped(lines)).sort()).toEqual(tables.map(({ name }) => name).sort())
  })

  test('on every value of every enum', async () => {
    const values = await app.database.rows<{ name: string; labels: string[] }>`
      /* enums */
      select typname::text as name, array_agg(enumlabel::text order by enumsortorder) as labels
      from pg_enum
      join pg_type on pg_type.oid = enumtypid
      where typnamespace = 'public'::regnamespace
      group by typname`
    const actual = Object.fromEntries(values.map(({ name, labels }) => [name, labels]))
    const described = [...enums.values()].map(({ lines }) => [
      mapped(lines),
      lines.filter((line) => !line.startsWith('@@')),
    ])
    expect(Object.fromEntries(described)).toEqual(actual)
  })

  test('on every index that it names', async () => {
    const named = [...source.matchAll(/map: "(\w+)"/g)].map(([, name]) => name)
    const indexes = await app.database.rows<{ name: string }>`
      /* indexes */
      select indexname::text as name
      from pg_indexes
      where schemaname = 'public'`
    expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
  })
})

// The index of a foreign key serves the deletion of the referenced row. These rows cannot be deleted, and each message would
// write to most of the indexes.
const WITHOUT_AN_INDEX = [
  'attachments.avatar_of_id', // Always the uploader, whose key has an index.
  'chats.about_task_id', // Always the first topic of the chat, whose key has an index.
  'chats.customer_id', // The author of the first message, whose event names them.
  'events.actor_id', // Events are append-only, so their actors are never deleted.
  'events.message_id', // Events are append-only, so their messages are never deleted.
  'fee_rules.set_by_id', // The table has some dozen rows, and users are never deleted.
  'feed_entries.event_id', // Events are append-only.
  'messages.author_id', // The event of the message names the author.
  'reviews.author_id', // Reviews are never deleted, and their event names the author.
  'slow_operations.viewer_id', // The table has some thousand rows, and users are never deleted.
  'statement_lines.transaction_id', // Postings are append-only.
]

test('every foreign key has an index that begins with its column, unless the referenced rows are never deleted', async () => {
  const uncovered = await app.database.rows<{ column: string }>`
    /* uncoveredForeignKeys */
    select key.conrelid::regclass || '.' || attribute.attname as column
    from pg_constraint key
    join pg_attribute attribute on attribute.attrelid = key.conrelid and attribute.attnum = key.conkey[1]
    where key.contype = 'f'
      and key.connamespace in ('public'::regnamespace, 'sandbox'::regnamespace)
      and not exists (
        select
        from pg_index
        where indrelid = key.conrelid
          and indkey[0] = key.conkey[1]
          and indisvalid
          and coalesce(pg_get_expr(indpred, indrelid) in ('(' || attribute.attname || ' IS NOT NULL)'), true)
      )
    order by 1`
  expect(uncovered.map(({ column }) => column)).toEqual(WITHOUT_AN_INDEX)
})

test('no amount is a float, and no timestamp lacks its time zone', async () => {
  const wrong = await app.database.rows<{ table: string; column: string }>`
    /* inexactColumns */
    select table_name::text as table, column_name::text as column
    from information_schema.columns
    where table_schema in ('public', 'sandbox')
      and table_name <> '_prisma_migrations'
      and data_type in ('real', 'double precision', 'money', 'timestamp without time zone', 'time without time zone')`
  expect(wrong).toEqual([])
})
